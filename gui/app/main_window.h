#pragma once

#include <QMainWindow>
#include <vector>

class QButtonGroup;
class QStackedWidget;

namespace headroom::gui {

class Page;
class Study;
class StudyState;

/// The window: a rail of pages at the left, the page, the time bar below, a status bar.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow(Study* study, StudyState* state);
  int page_count() const { return static_cast<int>(pages_.size()); }
  Page* page(int index) const { return pages_[static_cast<std::size_t>(index)]; }
  /// Shows a page, made now if it is new.
  void ShowPage(int index);

 private:
  QWidget* MakeRail();

  Study* study_;
  StudyState* state_;
  QButtonGroup* rail_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  std::vector<Page*> pages_;  ///< by row of Pages(); null until shown
};

}  // namespace headroom::gui
