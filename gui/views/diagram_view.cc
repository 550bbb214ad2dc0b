#include "gui/views/diagram_view.h"

#include <QtWidgets>
#include <cmath>

#include "gui/data/report_file.h"
#include "gui/study/study_state.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {
namespace {

constexpr double kBoxWidth = 168.0, kGap = 72.0, kMargin = 12.0;

}  // namespace

Standing StandingOfShare(double share) {
  if (!std::isfinite(share) || share < 0.0) return Standing::kUnknown;
  return share > 1.0 ? Standing::kOver : share > 0.9 ? Standing::kNear : Standing::kWithin;
}

DiagramView::DiagramView(StudyState* state, QWidget* parent) : View(state, parent), table_(new RowsModel(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &DiagramView::Follow);
  connect(state, &StudyState::ReportsChanged, this, &DiagramView::Follow);
  connect(state, &StudyState::TimeChanged, this, &DiagramView::Follow);
  connect(state, &StudyState::SelectionChanged, this, qOverload<>(&QWidget::update));
}

const ReportFile* DiagramView::file() const {
  const auto& reports = state()->reports();
  return report_ < static_cast<int>(reports.size()) ? reports[static_cast<std::size_t>(report_)].file.get() : nullptr;
}

QString DiagramView::Label() const {
  return file() ? state()->reports()[static_cast<std::size_t>(report_)].label : QString();
}

void DiagramView::SetReport(int report) {
  report_ = report;
  Follow();
}

void DiagramView::Follow() {
  const double rows = Rows();
  const int columns = Columns();
  diagram_ = file() ? Make(*file(), state()->time()) : Diagram{{}, {}, {}, tr("No report is shown. Run a variant, or open a report.")};
  std::vector<RowsModel::Row> table;
  for (const Box& b : diagram_.boxes) {
    QString from;
    for (const Line& l : diagram_.lines)
      if (l.to < static_cast<int>(diagram_.boxes.size()) && &diagram_.boxes[static_cast<std::size_t>(l.to)] == &b)
        from += (from.isEmpty() ? "" : ", ") + diagram_.boxes[static_cast<std::size_t>(l.from)].name;
    table.push_back({TextCell(b.name), TextCell(b.value), TextCell(b.note), NumberCell(b.share < 0.0 ? std::nan("") : 100.0 * b.share, "%"),
                     TextCell(from)});
  }
  table_->Set({tr("part"), tr("value"), tr("of"), tr("used"), tr("fed by")}, std::move(table));
  setAccessibleName(title());
  setAccessibleDescription(describe());
  if (rows != Rows() || columns != Columns()) updateGeometry();
  update();
}

double DiagramView::Rows() const {
  double rows = 1.0;
  for (const Box& b : diagram_.boxes) rows = std::max(rows, b.row + 1.0);
  return rows;
}

int DiagramView::Columns() const {
  int columns = 1;
  for (const Box& b : diagram_.boxes) columns = std::max(columns, b.column + 1);
  return columns;
}

QSize DiagramView::sizeHint() const {
  const double line = QFontMetricsF(font()).height();
  return QSizeF(2 * kMargin + Columns() * (kBoxWidth + kGap) - kGap, line * 3.4 + Rows() * (line * 3.6 + 16) + kMargin).toSize();
}

QRectF DiagramView::RectOf(const Box& box, QSizeF size) const {
  const double line = QFontMetricsF(font()).height();
  const double top = line * 3.4, height = line * 3.6;
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
  painter.setFont(font());
  if (diagram_.boxes.empty()) {
    painter.setPen(theme.secondary);
    painter.drawText(QRectF({0, 0}, size), Qt::AlignCenter | Qt::TextWordWrap, diagram_.missing);
    return;
  }
  painter.setPen(theme.secondary);
  for (int c = 0; c < diagram_.headings.size(); ++c) {
    Box at;
    at.column = c;
    painter.drawText(QPointF(RectOf(at, size).left(), line * 2.4 + metrics.ascent() - 4), diagram_.headings[c]);
  }
  for (const Line& l : diagram_.lines) {
    const QRectF a = RectOf(diagram_.boxes[static_cast<std::size_t>(l.from)], size), b = RectOf(diagram_.boxes[static_cast<std::size_t>(l.to)], size);
    const QPointF from(a.right(), a.center().y()), to(b.left(), b.center().y());
    const double middle = to.x() - std::min(kGap, to.x() - from.x()) / 2;
    painter.setPen(QPen(l.colour.isValid() ? l.colour : theme.secondary, l.weight));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(QPolygonF{from, {middle, from.y()}, {middle, to.y()}, to});
    if (l.label.isEmpty()) continue;
    const double width = std::max(20.0, to.x() - from.x() - 8);
    const QString text = metrics.elidedText(l.label, Qt::ElideRight, width);
    QRectF where(to.x() - 4 - metrics.horizontalAdvance(text), to.y() - line - 2, metrics.horizontalAdvance(text), line);
    painter.setPen(theme.secondary);
    painter.drawText(where, Qt::AlignRight, text);
  }
  const int selected = Selected();
  for (std::size_t i = 0; i < diagram_.boxes.size(); ++i) {
    const Box& b = diagram_.boxes[i];
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
    painter.drawText(inner.translated(0, line), Qt::AlignLeft | Qt::AlignTop, b.value);
    painter.setPen(theme.secondary);
    painter.drawText(inner.translated(0, line), Qt::AlignRight | Qt::AlignTop, b.value.isEmpty() || metrics.horizontalAdvance(b.value + b.note) + 8 > inner.width() ? QString() : b.note);
    if (metrics.horizontalAdvance(b.value + b.note) + 8 > inner.width() || b.value.isEmpty())
      painter.drawText(inner.translated(0, b.value.isEmpty() ? line : 2 * line), Qt::AlignLeft | Qt::AlignTop, metrics.elidedText(b.note, Qt::ElideRight, inner.width()));
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
    const QString text = at < 0 ? describe()
                                : QString("<b>%1</b><br>%2 %3").arg(diagram_.boxes[static_cast<std::size_t>(at)].name, diagram_.boxes[static_cast<std::size_t>(at)].value, diagram_.boxes[static_cast<std::size_t>(at)].note);
    QToolTip::showText(help->globalPos(), text, this);
    return true;
  }
  if (event->type() == QEvent::PaletteChange) update();
  return View::event(event);
}

}  // namespace headroom::gui
