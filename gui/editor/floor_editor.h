#pragma once

#include <QWidget>
#include <set>
#include <vector>

#include "gui/commands/rack_moves.h"
#include "scenarios/build/site_outline.h"

namespace headroom::gui {

struct Theme;

/// The hall of a scenario with its racks, which are dragged, or moved with the arrow keys, to where they shall stand.
/// It changes nothing itself: Moved() says what the user wants, and Show() comes with what became of it.
class FloorEditor : public QWidget {
  Q_OBJECT

 public:
  explicit FloorEditor(QWidget* parent = nullptr);
  void Show(const scenario::SiteOutline& outline);
  /// The scenario cannot be read: the last hall stays, grey, with the reason over it.
  void SetStale(bool stale);
  QSize sizeHint() const override { return {560, 420}; }

  const std::vector<scenario::RackOutline>& racks() const { return outline_.racks; }
  std::vector<int> selected() const { return {selected_.begin(), selected_.end()}; }
  void Select(const std::vector<int>& racks);
  /// Where a rack is on the widget.
  QRectF RectOf(int rack) const;
  /// Moves the selected racks by metres; says where they may not stand.
  void MoveBy(double dx, double dy);
  /// Turns the selected racks by a quarter.
  void Turn();
  /// Puts one rack at a place that was typed.
  void Place(int rack, double x, double y, const QString& faces);
  void ReturnToRows();

 signals:
  void Moved(const std::vector<headroom::gui::RackMove>& moves);
  /// Racks shall stand in their rows again.
  void Returned(const std::vector<std::string>& racks);
  void Refused(const QString& why);
  void SelectionChanged();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Scale {
    QPointF origin;
    double pixels = 1.0;  ///< of a metre
  };
  Scale ScaleNow() const;
  int RackAt(const QPointF& at) const;
  /// Why the selected racks cannot stand there as `moved` has them; "" where they can.
  QString Obstacle(const std::vector<scenario::RackOutline>& moved) const;
  std::vector<scenario::RackOutline> Shifted(double dx, double dy) const;
  /// Takes over and tells, or refuses.
  void Commit(const std::vector<scenario::RackOutline>& moved);
  void Walk(int key);
  void Step(int key, double metres);
  void SetSelection(std::set<int> racks);
  void PaintRack(QPainter& painter, const QRectF& where, const scenario::RackOutline& rack, int number, bool selected, bool bad,
                 const Theme& theme) const;

  scenario::SiteOutline outline_;
  std::set<int> selected_;
  bool stale_ = false;
  QPointF pressed_;
  QPointF dragged_;  ///< metres that the selection is dragged by
  enum class Drag { kNone, kRacks, kBand } drag_ = Drag::kNone;
  bool moving_ = false;
};

}  // namespace headroom::gui
