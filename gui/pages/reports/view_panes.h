#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "gui/views/view.h"

namespace headroom::gui {

class StudyState;

/// One view of the shown reports as the compare mode asks: all in one picture, each beside the others, or each less
/// the first. More than three pictures stand in a grid.
class ViewPanes : public QWidget {
  Q_OBJECT

 public:
  /// Makes the view of a report, or of all of them.
  using Make = std::function<View*(int report, Pane pane)>;
  enum class Room { kFilled, kScrolled };  ///< views fill the room, or have a least size and scroll
  ViewPanes(StudyState* state, Make make, Room room, QWidget* parent = nullptr);
  /// Makes all views anew.
  void Renew();
  /// Small multiples: pictures of their own in every mode but the difference.
  void SetApart(bool apart);
  const std::vector<View*>& views() const { return views_; }

 private:
  void Remake();
  StudyState* state_;
  Make make_;
  Room room_;
  bool apart_ = false;
  std::vector<View*> views_;
  std::vector<std::pair<int, Pane>> made_;
};

}  // namespace headroom::gui
