#pragma once

#include <QString>
#include <QWidget>

namespace headroom::gui {

class StudyState;

/// One page of the main window, chosen in the rail at its left.
class Page : public QWidget {
  Q_OBJECT

 public:
  explicit Page(StudyState* state, QWidget* parent = nullptr) : QWidget(parent), state_(state) {}

  /// One word, as the rail shows it.
  virtual QString name() const = 0;
  /// Where the page has nothing to show: why, and the next step. "" where it has.
  virtual QString emptyState() const { return {}; }
  /// Called when the page comes into view, before it is painted.
  virtual void Enter() {}

 protected:
  StudyState* state() const { return state_; }

 private:
  StudyState* state_;
};

}  // namespace headroom::gui
