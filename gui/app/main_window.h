#pragma once

#include <QMainWindow>
#include <functional>
#include <vector>

#include "gui/app/settings.h"

class QButtonGroup;
class QDockWidget;
class QLabel;
class QStackedWidget;

namespace headroom::gui {

class Autosave;
class MessageBar;
class Page;
class Workbench;

/// The window: a rail of pages at the left, the page, the time bar below, a status bar.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow(Workbench* bench, Autosave* autosave);
  int page_count() const { return static_cast<int>(pages_.size()); }
  /// Null until it is shown.
  Page* page(int index) const { return pages_[static_cast<std::size_t>(index)]; }
  int current_page() const;
  /// Shows a page, made now if it is new.
  void ShowPage(int index);
  void ShowPage(const QString& name);
  void SetDark(bool dark);
  void SetTextScale(double scale);
  const Settings& settings() const { return settings_; }
  MessageBar* messages() const { return messages_; }
  /// Asks what to do with unsaved changes. False: the user wants to stay.
  bool MayClose();

 signals:
  /// Another study, in the place of this one. A path, or "" for the sample.
  void OpenWanted(const QString& path);

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  QWidget* MakeRail();
  void MakeMenus();
  void MakeStatus();
  void OfferRecovery();
  void UpdateTitle();
  void NewStudy();
  void OpenStudy();
  void ExportHtml();
  void ExportStudy();
  void FindSomething();
  void ShowShortcuts();
  QAction* AddAction(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> act);

  Workbench* bench_;
  Autosave* autosave_;
  Settings settings_;
  MessageBar* messages_;
  QButtonGroup* rail_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  QDockWidget* history_ = nullptr;
  QLabel* status_ = nullptr;
  std::vector<Page*> pages_;  ///< by row of Pages(); null until shown
};

}  // namespace headroom::gui
