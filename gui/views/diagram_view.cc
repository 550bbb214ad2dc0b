#include "gui/views/diagram_view.h"

#include <QtWidgets>
#include <cmath>

#include "gui/data/report_file.h"
#include "gui/study/study_state.h"
#include "gui/theme/figure_text.h"
#include "gui/views/colour_map.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {
namespace {

constexpr double kBoxWidth = 150.0, kLeastGap = 22.0, kGap = 72.0, kMargin = 12.0;

/// The box of `other` that shows the same as `boxes[at]`: the unit of that name, else the one at its place in the column.
template <class Boxes>
int SameBox(const Boxes& boxes, std::size_t at, const Boxes& other) {
  int before = 0;
  for (std::size_t i = 0; i < at; ++i) before += !boxes[i].unit && boxes[i].column == boxes[at].column;
  for (std::size_t k = 0; k < other.size(); ++k) {
    if (other[k].column != boxes[at].column || other[k].unit != boxes[at].unit) continue;
    if (boxes[at].unit ? other[k].name == boxes[at].name : before-- == 0) return static_cast<int>(k);
  }
  return -1;
}

QString Signed(double value, const QString& unit) {
  if (std::isnan(value)) return QStringLiteral("–");
  return (value < 0.0 ? QStringLiteral("−") : QStringLiteral("+")) + FigureText(std::abs(value), unit);
}

}  // namespace

QString DiagramValue::Text() const {
  QStringList texts;
  for (const double f : figures) texts << FigureText(f, unit);
  return before + texts.join(QStringLiteral(" → ")) + after;
}

QString DiagramValue::TextLess(const DiagramValue& other) const {
  if (figures.empty() || figures.size() != other.figures.size()) return Text();
  QStringList texts;
  for (std::size_t i = 0; i < figures.size(); ++i) texts << Signed(figures[i] - other.figures[i], unit == "degC" ? QStringLiteral("K") : unit);
  return before + texts.join(QStringLiteral(" → ")) + after;
}

Standing StandingOfShare(double share) {
  if (!std::isfinite(share) || share < 0.0) return Standing::kUnknown;
  return share > 1.0 ? Standing::kOver : share > 0.9 ? Standing::kNear : Standing::kWithin;
}

DiagramView::DiagramView(StudyState* state, const DiagramKind& kind, QWidget* parent) : View(state, parent), kind_(kind), table_(new RowsModel(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &DiagramView::Follow);
  connect(state, &StudyState::ReportsChanged, this, &DiagramView::Follow);
  connect(state, &StudyState::TimeChanged, this, &DiagramView::Follow);
  connect(state, &StudyState::SelectionChanged, this, qOverload<>(&QWidget::update));
}

const ReportFile* DiagramView::file(int report) const {
  const auto& reports = state()->reports();
  return report < static_cast<int>(reports.size()) ? reports[static_cast<std::size_t>(report)].file.get() : nullptr;
}

QString DiagramView::Label() const {
  if (file(report_) == nullptr) return {};
  const auto& reports = state()->reports();
  if (pane_ == Pane::kOverlay) return tr("%1 scenarios over each other").arg(reports.size());
  const QString& label = reports[static_cast<std::size_t>(report_)].label;
  return pane_ == Pane::kDifference ? tr("%1 minus %2").arg(label, reports.front().label) : label;
}

void DiagramView::SetReport(int report, Pane pane) {
  report_ = report;
  pane_ = pane;
  Follow();
}

Diagram DiagramView::Overlaid() const {
  std::vector<Diagram> all;
  for (const OpenReport& r : state()->reports()) all.push_back(kind_.make(*r.file, state()->time()));
  // The one that has most boxes has those of the others.
  std::size_t widest = 0;
  for (std::size_t i = 1; i < all.size(); ++i)
    if (all[i].boxes.size() > all[widest].boxes.size()) widest = i;
  Diagram out = all[widest];
  for (std::size_t b = 0; b < out.boxes.size(); ++b)
    for (std::size_t i = 0; i < all.size(); ++i) {
      const int same = SameBox(out.boxes, b, all[i].boxes);
      if (same < 0) continue;
      const DiagramBox& box = all[i].boxes[static_cast<std::size_t>(same)];
      const QString text = box.value.Text();
      if (text.isEmpty()) continue;
      const QString glyph = box.share >= 0.0 && box.standing != Standing::kWithin ? " " + GlyphOf(box.standing) : QString();
      out.boxes[b].of_reports.emplace_back(state()->reports()[i].colour, text + glyph);
    }
  for (DiagramBox& box : out.boxes) box.share = -1.0;
  // Words at a line are kept where all scenarios say the same.
  for (std::size_t l = 0; l < out.lines.size(); ++l)
    for (const Diagram& other : all)
      if (l >= other.lines.size() || other.lines[l].label != out.lines[l].label) out.lines[l].label.clear();
  return out;
}

Diagram DiagramView::Made() const {
  if (file(report_) == nullptr) return {{}, {}, {}, tr("No report is shown. Run a variant, or open a report."), {}};
  if (pane_ == Pane::kOverlay && state()->reports().size() > 1) return Overlaid();
  Diagram out = kind_.make(*file(report_), state()->time());
  if (pane_ != Pane::kDifference) return out;
  const Diagram base = kind_.make(*file(0), state()->time());
  for (std::size_t b = 0; b < out.boxes.size(); ++b) {
    DiagramBox& box = out.boxes[b];
    const int same = SameBox(out.boxes, b, base.boxes);
    if (same >= 0) {
      const DiagramBox& other = base.boxes[static_cast<std::size_t>(same)];
      box.value = box.value.TextLess(other.value);
      if (!box.note.figures.empty() && box.note.Text() != other.note.Text()) box.note = box.note.TextLess(other.note);
    } else {
      box.note = tr("only here");
    }
    box.share = -1.0;
  }
  return out;
}

void DiagramView::Follow() {
  const QSize before = sizeHint();
  diagram_ = Made();
  std::vector<RowsModel::Row> table;
  for (const DiagramBox& b : diagram_.boxes) {
    QString from;
    for (const DiagramLine& l : diagram_.lines)
      if (l.to < static_cast<int>(diagram_.boxes.size()) && &diagram_.boxes[static_cast<std::size_t>(l.to)] == &b)
        from += (from.isEmpty() ? "" : ", ") + diagram_.boxes[static_cast<std::size_t>(l.from)].name;
    QString value = b.value.Text();
    if (!b.of_reports.empty()) {
      QStringList texts;
      for (const auto& [colour, text] : b.of_reports) texts << text;
      value = texts.join(" | ");
    }
    table.push_back({TextCell(b.name), TextCell(value), TextCell(b.note.Text()), NumberCell(b.share < 0.0 ? std::nan("") : 100.0 * b.share, "%"),
                     TextCell(from)});
  }
  table_->Set({tr("part"), tr("value"), tr("of"), tr("used"), tr("fed by")}, std::move(table));
  setAccessibleName(title());
  setAccessibleDescription(describe());
  if (before != sizeHint()) updateGeometry();
  update();
}

double DiagramView::BoxHeight() const {
  std::size_t lines = 2;
  for (const DiagramBox& b : diagram_.boxes) lines = std::max(lines, b.of_reports.size());
  return QFontMetricsF(font()).height() * (static_cast<double>(lines) + 1.6);
}

double DiagramView::Rows() const {
  double rows = 1.0;
  for (const DiagramBox& b : diagram_.boxes) rows = std::max(rows, b.row + 1.0);
  return rows;
}

int DiagramView::Columns() const {
  int columns = 1;
  for (const DiagramBox& b : diagram_.boxes) columns = std::max(columns, b.column + 1);
  return columns;
}

QSize DiagramView::sizeHint() const {
  const double line = QFontMetricsF(font()).height();
  return QSizeF(2 * kMargin + Columns() * (kBoxWidth + kLeastGap) - kLeastGap, line * 3.4 + Rows() * (BoxHeight() + 16) + kMargin + (diagram_.scale.isEmpty() ? 0.0 : line)).toSize();
}

QRectF DiagramView::RectOf(const DiagramBox& box, QSizeF size) const {
  const double line = QFontMetricsF(font()).height();
  const double top = line * 3.4, height = BoxHeight();
  const int columns = Columns();
  const double spread = columns > 1 ? (size.width() - 2 * kMargin - kBoxWidth) / (columns - 1) : 0.0;
  const double step = std::min(spread, (kBoxWidth + kGap) * 1.5);
  const double pitch = std::clamp((size.height() - top - kMargin) / Rows(), height + 8, height + 40);
  return {kMargin + box.column * step, top + box.row * pitch + (pitch - height) / 2 - 4, kBoxWidth, height};
}

int DiagramView::BoxAt(const QPointF& at) const {
  for (std::size_t i = 0; i < diagram_.boxes.size(); ++i)
    if (RectOf(diagram_.boxes[i], size()).contains(at)) return static_cast<int>(i);
  return -1;
}

QPolygonF DiagramView::PathOf(const DiagramLine& line, QSizeF size) const {
  const QRectF a = RectOf(diagram_.boxes[static_cast<std::size_t>(line.from)], size), b = RectOf(diagram_.boxes[static_cast<std::size_t>(line.to)], size);
  const QPointF from(a.right(), a.center().y()), to(b.left(), b.center().y());
  const double middle = to.x() - std::min(kGap, to.x() - from.x()) / 2;
  return {from, {middle, from.y()}, {middle, to.y()}, to};
}

const DiagramLine* DiagramView::LineAt(const QPointF& at) const {
  for (const DiagramLine& line : diagram_.lines) {
    const QPolygonF path = PathOf(line, size());
    for (qsizetype i = 0; i + 1 < path.size(); ++i)
      if (QRectF(path[i], path[i + 1]).normalized().adjusted(-4, -4, 4, 4).contains(at)) return &line;
  }
  return nullptr;
}

int DiagramView::Selected() const {
  if (state()->selection().kind != EntityKind::kUnit) return -1;
  for (std::size_t i = 0; i < diagram_.boxes.size(); ++i)
    if (diagram_.boxes[i].unit && diagram_.boxes[i].name == state()->selection().name) return static_cast<int>(i);
  return -1;
}

void DiagramView::Select(int box) {
  if (box >= 0 && box < static_cast<int>(diagram_.boxes.size()) && diagram_.boxes[static_cast<std::size_t>(box)].unit)
    state()->SetSelection({EntityKind::kUnit, diagram_.boxes[static_cast<std::size_t>(box)].name});
}

void DiagramView::PaintScale(QPainter& painter, const QRectF& where, const Theme& theme) const {
  const QFontMetricsF metrics(font());
  const QString before = diagram_.scale + "  0", after = QStringLiteral("100") + QChar(0x2009) + "%";
  QRectF bar(where.left() + metrics.horizontalAdvance(before) + 6, where.center().y() - 4, 80, 8);
  QLinearGradient gradient(bar.topLeft(), bar.topRight());
  for (int i = 0; i <= 8; ++i) gradient.setColorAt(i / 8.0, ColourOf(ColourMap::kCividis, i / 8.0));
  painter.setPen(theme.secondary);
  painter.drawText(where, Qt::AlignLeft | Qt::AlignVCenter, before);
  painter.drawText(QRectF(bar.right() + 6, where.top(), 60, where.height()), Qt::AlignLeft | Qt::AlignVCenter, after);
  painter.fillRect(bar, gradient);
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(bar);
}

void DiagramView::Paint(QPainter& painter, QSizeF size, const Theme& theme, bool screen) const {
  painter.fillRect(QRectF({0, 0}, size), theme.page);
  painter.setRenderHint(QPainter::Antialiasing);
  const QFontMetricsF metrics(font());
  const double line = metrics.height();
  QFont bold = font();
  bold.setBold(true);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(QPointF(kMargin, 4 + metrics.ascent()), title());
  double key = kMargin + QFontMetricsF(bold).horizontalAdvance(title()) + 16;
  painter.setFont(font());
  if (pane_ == Pane::kOverlay)
    for (const OpenReport& report : state()->reports()) {
      painter.fillRect(QRectF(key, 4 + line * 0.25, line * 0.5, line * 0.5), report.colour);
      painter.drawText(QPointF(key + line * 0.8, 4 + metrics.ascent()), report.label);
      key += line * 0.8 + metrics.horizontalAdvance(report.label) + 14;
    }
  if (diagram_.boxes.empty()) {
    painter.setPen(theme.secondary);
    painter.drawText(QRectF({0, 0}, size), Qt::AlignCenter | Qt::TextWordWrap, diagram_.missing);
    return;
  }
  painter.setPen(theme.secondary);
  if (!diagram_.scale.isEmpty()) PaintScale(painter, QRectF(kMargin, size.height() - line - 6, 260, line), theme);
  for (int c = 0; c < diagram_.headings.size(); ++c) {
    DiagramBox at;
    at.column = c;
    painter.drawText(QPointF(RectOf(at, size).left(), line * 2.4 + metrics.ascent() - 4), diagram_.headings[c]);
  }
  for (const DiagramLine& l : diagram_.lines) {
    const QPolygonF path = PathOf(l, size);
    const QPointF from = path.front(), to = path.back();
    painter.setBrush(Qt::NoBrush);
    if (!diagram_.scale.isEmpty() && l.colour.isValid()) {  // an edge, for the ends of the scale to show on either ground
      painter.setPen(QPen(theme.secondary, l.weight + 2));
      painter.drawPolyline(path);
    }
    painter.setPen(QPen(l.colour.isValid() ? l.colour : theme.secondary, l.weight));
    painter.drawPolyline(path);
    if (l.label.isEmpty()) continue;
    const double width = std::max(20.0, to.x() - from.x() - 8);
    const QString text = metrics.elidedText(l.label, Qt::ElideRight, width);
    QRectF where(to.x() - 4 - metrics.horizontalAdvance(text), to.y() - line - 2, metrics.horizontalAdvance(text), line);
    painter.setPen(theme.secondary);
    painter.drawText(where, Qt::AlignRight, text);
  }
  const int selected = Selected();
  for (std::size_t i = 0; i < diagram_.boxes.size(); ++i) {
    const DiagramBox& b = diagram_.boxes[i];
    const QRectF r = RectOf(b, size);
    painter.setPen(static_cast<int>(i) == selected ? QPen(theme.accent, 2.5) : QPen(theme.border, 1));
    painter.setBrush(theme.panel);
    painter.drawRect(r);
    const QRectF inner = r.adjusted(8, 3, -8, -6);
    QString glyph = b.share >= 0.0 ? GlyphOf(b.standing) : QString();
    painter.setPen(theme.Of(b.standing));
    if (!glyph.isEmpty()) painter.drawText(inner, Qt::AlignRight | Qt::AlignTop, glyph);
    painter.setPen(theme.text);
    painter.setFont(bold);
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignTop, QFontMetricsF(bold).elidedText(b.name, Qt::ElideRight, inner.width() - 16));
    painter.setFont(font());
    if (!b.of_reports.empty()) {
      double down = line;
      for (const auto& [colour, text] : b.of_reports) {
        painter.fillRect(QRectF(inner.left(), inner.top() + down + line * 0.25, line * 0.5, line * 0.5), colour);
        painter.drawText(inner.adjusted(line * 0.8, down, 0, line), Qt::AlignLeft | Qt::AlignTop, metrics.elidedText(text, Qt::ElideRight, inner.width() - line * 0.8));
        down += line;
      }
      continue;
    }
    const QString value = b.value.Text(), note = b.note.Text();
    painter.drawText(inner.translated(0, line), Qt::AlignLeft | Qt::AlignTop, value);
    painter.setPen(theme.secondary);
    const bool below = value.isEmpty() || metrics.horizontalAdvance(value + note) + 8 > inner.width();
    if (below) painter.drawText(inner.translated(0, value.isEmpty() ? line : 2 * line), Qt::AlignLeft | Qt::AlignTop, metrics.elidedText(note, Qt::ElideRight, inner.width()));
    else painter.drawText(inner.translated(0, line), Qt::AlignRight | Qt::AlignTop, note);
    if (b.share < 0.0) continue;
    const QRectF bar(r.left() + 8, r.bottom() - 8, r.width() - 16, 4);
    painter.fillRect(bar, theme.border);
    painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * std::min(1.0, b.share), bar.height()), theme.Of(b.standing));
  }
  if (screen && hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
    painter.drawRect(QRectF({0.5, 0.5}, size - QSizeF(1, 1)));
  }
}

void DiagramView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Paint(painter, size(), ThemeOf(*this), true);
}

void DiagramView::paintTo(QPainter& painter, QSizeF size) const {
  const QSizeF due(sizeHint());
  const double scale = std::min({1.0, size.width() / due.width(), size.height() / due.height()});
  painter.fillRect(QRectF({0, 0}, size), Theme::Light().page);
  painter.save();
  painter.scale(scale, scale);
  Paint(painter, size / scale, Theme::Light(), false);
  painter.restore();
}

void DiagramView::mousePressEvent(QMouseEvent* event) { Select(BoxAt(event->position())); }

void DiagramView::keyPressEvent(QKeyEvent* event) {
  const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
  if (step == 0 || diagram_.boxes.empty()) return View::keyPressEvent(event);
  int at = Selected();
  do at += at < 0 && step < 0 ? static_cast<int>(diagram_.boxes.size()) : step;
  while (at >= 0 && at < static_cast<int>(diagram_.boxes.size()) && !diagram_.boxes[static_cast<std::size_t>(at)].unit);
  Select(at);
}

bool DiagramView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int at = BoxAt(help->pos());
    const DiagramLine* line = at < 0 ? LineAt(help->pos()) : nullptr;
    QString text = line && !line->tip.isEmpty() ? line->tip : describe();
    if (at >= 0) {
      const DiagramBox& box = diagram_.boxes[static_cast<std::size_t>(at)];
      text = QString("<b>%1</b><br>%2").arg(box.name, box.tip.isEmpty() ? table_->cell(at, 1).text + " " + table_->cell(at, 2).text : box.tip);
    }
    QToolTip::showText(help->globalPos(), text, this);
    return true;
  }
  if (event->type() == QEvent::PaletteChange) update();
  return View::event(event);
}

}  // namespace headroom::gui
