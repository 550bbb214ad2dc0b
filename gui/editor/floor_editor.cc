#include "gui/editor/floor_editor.h"

#include <QtWidgets>
#include <algorithm>
#include <cmath>

#include "gui/theme/theme.h"

namespace headroom::gui {
namespace {

constexpr double kGrid = 0.1;   ///< m that places are rounded to
constexpr double kTouch = 1e-3; ///< m: racks that share less stand side by side
constexpr double kFront = 4.0;  ///< pixels of the bar at a rack's front

using scenario::RackOutline;

QRectF Area(const RackOutline& r) { return {r.x - r.width / 2, r.y - r.depth / 2, r.width, r.depth}; }

bool Overlap(const RackOutline& a, const RackOutline& b) {
  return std::abs(a.x - b.x) < (a.width + b.width) / 2 - kTouch && std::abs(a.y - b.y) < (a.depth + b.depth) / 2 - kTouch;
}

double OnGrid(double metres) { return std::round(metres / kGrid) * kGrid; }

QString Metres(double x) { return QString::number(std::round(x * 1000) / 1000) + QChar(0x2009) + "m"; }

}  // namespace

FloorEditor::FloorEditor(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(260, 200);
  setAccessibleName(tr("Floor plan to edit"));
}

void FloorEditor::Show(const scenario::SiteOutline& outline) {
  outline_ = outline;
  stale_ = false;
  drag_ = Drag::kNone;
  std::set<int> still;
  for (const int r : selected_)
    if (r < static_cast<int>(outline_.racks.size())) still.insert(r);
  SetSelection(std::move(still));
  emit SelectionChanged();
}

void FloorEditor::SetStale(bool stale) {
  stale_ = stale;
  update();
}

void FloorEditor::SetSelection(std::set<int> racks) {
  const bool changed = racks != selected_;
  selected_ = std::move(racks);
  QString text = tr("%1 racks in a hall of %2 by %3.").arg(outline_.racks.size()).arg(Metres(outline_.width), Metres(outline_.length));
  if (selected_.size() == 1) {
    const RackOutline& r = outline_.racks[static_cast<std::size_t>(*selected_.begin())];
    text += tr(" %1 of %2 at %3, %4, faces %5.").arg(QString::fromStdString(r.name), QString::fromStdString(r.system), Metres(r.x), Metres(r.y), QString::fromStdString(r.faces));
  } else if (!selected_.empty()) {
    text += tr(" %1 racks are selected.").arg(selected_.size());
  }
  setAccessibleDescription(text);
  update();
  if (changed) emit SelectionChanged();
}

void FloorEditor::Select(const std::vector<int>& racks) { SetSelection({racks.begin(), racks.end()}); }

FloorEditor::Scale FloorEditor::ScaleNow() const {
  // A ring of room around the hall, which may grow where its size is not given.
  const double ring = 1.0, top = fontMetrics().height() * 1.6;
  const double w = std::max(1.0, outline_.width + 2 * ring), l = std::max(1.0, outline_.length + 2 * ring);
  Scale s;
  s.pixels = std::min({(width() - 16) / w, (height() - top - 16) / l, 80.0});
  s.origin = QPointF((width() - outline_.width * s.pixels) / 2, top + (height() - top - outline_.length * s.pixels) / 2);
  return s;
}

QRectF FloorEditor::RectOf(int rack) const {
  const Scale s = ScaleNow();
  const QRectF a = Area(outline_.racks[static_cast<std::size_t>(rack)]);
  return {s.origin + a.topLeft() * s.pixels, a.size() * s.pixels};
}

int FloorEditor::RackAt(const QPointF& at) const {
  const Scale s = ScaleNow();
  const QPointF metres = (at - s.origin) / s.pixels;
  for (std::size_t r = outline_.racks.size(); r-- > 0;)
    if (Area(outline_.racks[r]).contains(metres)) return static_cast<int>(r);
  return -1;
}

std::vector<RackOutline> FloorEditor::Shifted(double dx, double dy) const {
  std::vector<RackOutline> moved;
  for (const int r : selected_) {
    moved.push_back(outline_.racks[static_cast<std::size_t>(r)]);
    moved.back().x += dx;
    moved.back().y += dy;
  }
  return moved;
}

QString FloorEditor::Obstacle(const std::vector<RackOutline>& moved) const {
  for (const RackOutline& m : moved) {
    const QRectF a = Area(m);
    if (a.left() < -kTouch || a.top() < -kTouch || (outline_.given_width && a.right() > outline_.width + kTouch) ||
        (outline_.given_length && a.bottom() > outline_.length + kTouch))
      return tr("%1 would reach out of the hall.").arg(QString::fromStdString(m.name));
  }
  const auto stands_in = [](const RackOutline& one, const RackOutline& other) {
    return tr("%1 would stand in %2.").arg(QString::fromStdString(one.name), QString::fromStdString(other.name));
  };
  constexpr std::size_t kFew = 32;
  if (moved.size() <= kFew) {
    for (const RackOutline& m : moved) {
      for (std::size_t r = 0; r < outline_.racks.size(); ++r)
        if (Overlap(m, outline_.racks[r]) && !selected_.contains(static_cast<int>(r))) return stands_in(m, outline_.racks[r]);
      for (const RackOutline& other : moved)
        if (&other != &m && Overlap(m, other)) return stands_in(m, other);
    }
    return {};
  }
  // All racks as they would stand, by their left edges: what overlaps stands near in this order.
  struct Stand {
    const RackOutline* rack;
    std::size_t moved;  ///< number among those that move; moved.size(): it stays
  };
  std::vector<Stand> all;
  for (std::size_t i = 0; i < moved.size(); ++i) all.push_back({&moved[i], i});
  auto selected = selected_.begin();
  for (std::size_t r = 0; r < outline_.racks.size(); ++r) {
    if (selected != selected_.end() && *selected == static_cast<int>(r)) ++selected;
    else all.push_back({&outline_.racks[r], moved.size()});
  }
  const auto left = [](const Stand& s) { return s.rack->x - s.rack->width / 2; };
  std::sort(all.begin(), all.end(), [&](const Stand& a, const Stand& b) { return left(a) < left(b); });
  Stand first{nullptr, moved.size()}, in{nullptr, 0};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size() && left(all[k]) < left(all[i]) + all[i].rack->width; ++k) {
      const auto [one, other] = std::minmax(all[i], all[k], [](const Stand& a, const Stand& b) { return a.moved < b.moved; });
      if (one.moved < first.moved && Overlap(*one.rack, *other.rack)) first = one, in = other;
    }
  return first.rack == nullptr ? QString() : stands_in(*first.rack, *in.rack);
}

void FloorEditor::Commit(const std::vector<RackOutline>& moved) {
  const QString why = stale_ ? tr("The scenario does not read; mend its text first.") : Obstacle(moved);
  if (!why.isEmpty()) {
    update();
    emit Refused(why);
    return;
  }
  std::vector<RackMove> moves;
  std::size_t i = 0;
  for (const int r : selected_) {
    RackOutline& now = outline_.racks[static_cast<std::size_t>(r)];
    const RackOutline& next = moved[i++];
    if (now.x == next.x && now.y == next.y && now.faces == next.faces) continue;
    moves.push_back({next.name, next.x, next.y, next.faces == now.faces ? std::string() : next.faces});
    now = next;
  }
  update();
  if (!moves.empty()) emit Moved(moves);
}

void FloorEditor::MoveBy(double dx, double dy) {
  if (!selected_.empty()) Commit(Shifted(dx, dy));
}

void FloorEditor::Turn() {
  std::vector<RackOutline> moved = Shifted(0, 0);
  for (RackOutline& r : moved) {
    r.faces = r.faces == "down" ? "left" : r.faces == "left" ? "up" : r.faces == "up" ? "right" : "down";
    std::swap(r.width, r.depth);
  }
  if (!moved.empty()) Commit(moved);
}

void FloorEditor::Place(int rack, double x, double y, const QString& faces) {
  SetSelection({rack});
  std::vector<RackOutline> moved = Shifted(0, 0);
  RackOutline& r = moved.front();
  r.x = x;
  r.y = y;
  const auto sideways = [](const std::string& f) { return f == "left" || f == "right"; };
  if (sideways(r.faces) != sideways(faces.toStdString())) std::swap(r.width, r.depth);
  r.faces = faces.toStdString();
  Commit(moved);
}

void FloorEditor::ReturnToRows() {
  std::vector<std::string> names;
  for (const int r : selected_) names.push_back(outline_.racks[static_cast<std::size_t>(r)].name);
  if (!names.empty()) emit Returned(names);
}

void FloorEditor::PaintRack(QPainter& painter, const QRectF& where, const RackOutline& rack, int number, bool selected, bool bad,
                            const Theme& theme) const {
  QColor fill = theme.dark ? QColor("#39424D") : QColor("#DCE3EC");
  if (bad) fill = theme.Of(Standing::kOver);
  else if (selected) fill = theme.accent;
  painter.setPen(QPen(bad ? theme.Of(Standing::kOver) : selected ? theme.accent : theme.secondary, 1));
  painter.setBrush(fill);
  painter.drawRect(where);
  const double bar = std::min(kFront, std::min(where.width(), where.height()) / 4);
  QRectF front = where;
  if (rack.faces == "down") front.setBottom(front.top() + bar);
  else if (rack.faces == "up") front.setTop(front.bottom() - bar);
  else if (rack.faces == "left") front.setRight(front.left() + bar);
  else front.setLeft(front.right() - bar);
  painter.fillRect(front, theme.text);
  const QString text = QString::number(number);
  if (where.width() < fontMetrics().horizontalAdvance(text) + 2 || where.height() < fontMetrics().height()) return;
  painter.setPen(selected || bad ? theme.page : theme.text);
  painter.drawText(where, Qt::AlignCenter, text);
}

void FloorEditor::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = ThemeOf(*this);
  painter.fillRect(rect(), theme.page);
  painter.setPen(theme.secondary);
  const QRectF head(10, 2, width() - 20, fontMetrics().height() * 1.5);
  if (outline_.racks.empty()) {
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, tr("The hall appears here as soon as the scenario reads without a problem."));
    return;
  }
  const Scale s = ScaleNow();
  QString about = tr("Hall %1 × %2").arg(Metres(outline_.width), Metres(outline_.length));
  if (stale_) about += tr(" · as of the last text that could be read");
  else if (drag_ == Drag::kRacks && moving_) about += tr(" · moved by %1, %2").arg(Metres(dragged_.x()), Metres(dragged_.y()));
  painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter, about);
  const QRectF hall(s.origin, QSizeF(outline_.width, outline_.length) * s.pixels);
  painter.setBrush(theme.panel);
  painter.setPen(QPen(theme.secondary, outline_.given_width && outline_.given_length ? 2 : 1,
                      outline_.given_width && outline_.given_length ? Qt::SolidLine : Qt::DashLine));
  painter.drawRect(hall);
  // Every five metres a line.
  painter.setPen(QPen(theme.border, 1, Qt::DotLine));
  for (double x = 5; x < outline_.width; x += 5) painter.drawLine(hall.topLeft() + QPointF(x * s.pixels, 0), hall.bottomLeft() + QPointF(x * s.pixels, 0));
  for (double y = 5; y < outline_.length; y += 5) painter.drawLine(hall.topLeft() + QPointF(0, y * s.pixels), hall.topRight() + QPointF(0, y * s.pixels));
  painter.setOpacity(stale_ ? 0.4 : 1.0);
  const bool dragging = drag_ == Drag::kRacks && moving_;
  const bool bad = dragging && !Obstacle(Shifted(dragged_.x(), dragged_.y())).isEmpty();
  for (const bool on_top : {false, true})
    for (std::size_t r = 0; r < outline_.racks.size(); ++r) {
      const bool selected = selected_.contains(static_cast<int>(r));
      if (selected != on_top) continue;
      QRectF area = Area(outline_.racks[r]);
      if (selected && dragging) area.translate(dragged_);
      PaintRack(painter, {s.origin + area.topLeft() * s.pixels, area.size() * s.pixels}, outline_.racks[r], static_cast<int>(r) + 1, selected,
                selected && bad, theme);
    }
  painter.setOpacity(1.0);
  painter.setBrush(Qt::NoBrush);
  if (drag_ == Drag::kBand && moving_) {
    painter.setPen(QPen(theme.accent, 1, Qt::DashLine));
    painter.drawRect(QRectF(pressed_, dragged_).normalized());
  }
  if (hasFocus()) {
    painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

void FloorEditor::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || outline_.racks.empty()) return;
  pressed_ = event->position();
  moving_ = false;
  const int rack = RackAt(pressed_);
  const bool more = event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier);
  if (rack < 0) {
    drag_ = Drag::kBand;
    if (!more) SetSelection({});
    return;
  }
  std::set<int> next = selected_;
  if (more && selected_.contains(rack)) next.erase(rack);
  else if (more) next.insert(rack);
  else if (!selected_.contains(rack)) next = {rack};
  SetSelection(std::move(next));
  drag_ = selected_.contains(rack) ? Drag::kRacks : Drag::kNone;
  dragged_ = {};
}

void FloorEditor::mouseMoveEvent(QMouseEvent* event) {
  if (drag_ == Drag::kNone || !(event->buttons() & Qt::LeftButton)) return;
  const QPointF way = event->position() - pressed_;
  if (way.manhattanLength() >= QApplication::startDragDistance()) moving_ = true;
  if (drag_ == Drag::kBand) {
    dragged_ = event->position();
  } else {
    // The first of the selection lands on the grid, the others keep their distance from it.
    const RackOutline& first = outline_.racks[static_cast<std::size_t>(*selected_.begin())];
    const double pixels = ScaleNow().pixels;
    dragged_ = QPointF(OnGrid(first.x + way.x() / pixels) - first.x, OnGrid(first.y + way.y() / pixels) - first.y);
  }
  update();
}

void FloorEditor::mouseReleaseEvent(QMouseEvent* event) {
  const Drag was = std::exchange(drag_, Drag::kNone);
  if (!moving_) return;
  moving_ = false;
  if (was == Drag::kRacks) return Commit(Shifted(dragged_.x(), dragged_.y()));
  const QRectF band = QRectF(pressed_, event->position()).normalized();
  std::set<int> caught = event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier) ? selected_ : std::set<int>{};
  for (int r = 0; r < static_cast<int>(outline_.racks.size()); ++r)
    if (band.intersects(RectOf(r))) caught.insert(r);
  SetSelection(std::move(caught));
}

void FloorEditor::Step(int key, double metres) {
  const QPointF way = key == Qt::Key_Left ? QPointF(-1, 0) : key == Qt::Key_Right ? QPointF(1, 0) : key == Qt::Key_Up ? QPointF(0, -1) : QPointF(0, 1);
  // The next free place in that direction: a rack steps over what stands in its way.
  const double reach = std::max(outline_.width, outline_.length);
  for (double far = metres; far <= std::max(reach, metres); far += metres)
    if (Obstacle(Shifted(far * way.x(), far * way.y())).isEmpty()) return MoveBy(far * way.x(), far * way.y());
  emit Refused(Obstacle(Shifted(metres * way.x(), metres * way.y())));
}

void FloorEditor::Walk(int key) {
  if (selected_.empty()) return SetSelection({0});
  const RackOutline& from = outline_.racks[static_cast<std::size_t>(*selected_.begin())];
  const bool across = key == Qt::Key_Left || key == Qt::Key_Right;
  int best = -1;
  double least = 1e300;
  for (std::size_t r = 0; r < outline_.racks.size(); ++r) {
    const double dx = outline_.racks[r].x - from.x, dy = outline_.racks[r].y - from.y;
    const double along = key == Qt::Key_Right ? dx : key == Qt::Key_Left ? -dx : key == Qt::Key_Down ? dy : -dy;
    if (along <= 1e-9) continue;
    const double distance = along + 4.0 * std::abs(across ? dy : dx);
    if (distance >= least) continue;
    least = distance;
    best = static_cast<int>(r);
  }
  if (best >= 0) SetSelection({best});
}

void FloorEditor::keyPressEvent(QKeyEvent* event) {
  const int key = event->key();
  const bool arrow = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
  if (outline_.racks.empty()) return QWidget::keyPressEvent(event);
  if (arrow && (selected_.empty() || (event->modifiers() & Qt::ControlModifier))) return Walk(key);
  if (arrow) return Step(key, event->modifiers() & Qt::ShiftModifier ? 0.6 : kGrid);
  if (key == Qt::Key_R) return Turn();
  if (key == Qt::Key_Delete) return ReturnToRows();
  if (key == Qt::Key_A && (event->modifiers() & Qt::ControlModifier)) {
    std::set<int> all;
    for (int r = 0; r < static_cast<int>(outline_.racks.size()); ++r) all.insert(r);
    return SetSelection(std::move(all));
  }
  if (key == Qt::Key_Escape && (drag_ != Drag::kNone || !selected_.empty())) {
    drag_ = Drag::kNone;
    moving_ = false;
    return SetSelection({});
  }
  QWidget::keyPressEvent(event);
}

bool FloorEditor::event(QEvent* event) {
  // Escape, Delete and the arrows mean racks here, not the window's shortcuts.
  if (event->type() == QEvent::ShortcutOverride && !selected_.empty()) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    for (const int own : {Qt::Key_Escape, Qt::Key_Delete, Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_R})
      if (key == own) {
        event->accept();
        return true;
      }
  }
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int rack = RackAt(help->pos());
    const auto text = [&] {
      if (rack < 0) return tr("Drag racks, or move them with the arrow keys (Shift: by 0.6 m). Ctrl and an arrow selects the next rack, R turns, Delete puts back into the row.");
      const RackOutline& r = outline_.racks[static_cast<std::size_t>(rack)];
      return tr("%1 of %2 at %3, %4, faces %5").arg(QString::fromStdString(r.name), QString::fromStdString(r.system), Metres(r.x), Metres(r.y), QString::fromStdString(r.faces));
    };
    QToolTip::showText(help->globalPos(), text(), this);
    return true;
  }
  if (event->type() == QEvent::PaletteChange) update();
  return QWidget::event(event);
}

}  // namespace headroom::gui
