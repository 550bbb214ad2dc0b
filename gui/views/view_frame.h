#pragma once

#include <QWidget>

class QToolButton;

namespace headroom::gui {

class StudyState;
class View;

/// A view with its menu at the upper right: its picture and its table to a file, and its content as a table
/// to read.
class ViewFrame : public QWidget {
  Q_OBJECT

 public:
  ViewFrame(View* view, StudyState* state, QWidget* parent = nullptr);
  View* view() const { return view_; }
  void SavePictureAs();
  void SaveTableAs();
  void ShowTable();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void Told(const QString& error, const QString& path);
  View* view_;
  StudyState* state_;
  QToolButton* menu_;
};

}  // namespace headroom::gui
