#pragma once

#include <QWidget>
#include <functional>
#include <vector>

namespace headroom::gui {

class StudyState;
class View;

/// The same view of each shown report side by side; of what can be taken off, as differences from the first.
class ViewPanes : public QWidget {
  Q_OBJECT

 public:
  /// Makes the view of a report; `minus_baseline` where it is to show the difference from the first.
  using Make = std::function<View*(int report, bool minus_baseline)>;
  /// `scrolls`: views have a least size and scroll; else they fill the room.
  ViewPanes(StudyState* state, Make make, bool has_difference, bool scrolls, QWidget* parent = nullptr);
  const std::vector<View*>& views() const { return views_; }

 private:
  void Remake();
  StudyState* state_;
  Make make_;
  bool has_difference_, scrolls_;
  std::vector<View*> views_;
  std::vector<std::pair<int, bool>> made_;
};

}  // namespace headroom::gui
