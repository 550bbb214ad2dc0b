#include "gui/views/gantt_view.h"

#include <QtWidgets>
#include <cmath>

#include "gui/data/rack_metric.h"
#include "gui/data/trace.h"
#include "gui/study/study_state.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {
namespace {

constexpr double kNames = 170.0, kTop = 46.0;

/// A step of time that people count in, of about `due` seconds or more.
double NiceStep(double due) {
  for (const double s : {0.001, 0.01, 0.1, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 21600.0, 43200.0, 86400.0, 172800.0, 604800.0})
    if (s >= due) return s;
  return 2592000.0;
}

}  // namespace

GanttView::GanttView(StudyState* state, QWidget* parent) : View(state, parent), table_(new RowsModel(this)), scroll_(new QScrollBar(Qt::Vertical, this)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->setAccessibleName(tr("Rows"));
  connect(scroll_, &QScrollBar::valueChanged, this, qOverload<>(&QWidget::update));
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &GanttView::Follow);
  connect(state, &StudyState::ReportsChanged, this, &GanttView::Restart);
  connect(state, &StudyState::RangeChanged, this, qOverload<>(&QWidget::update));
  connect(state, &StudyState::TimeChanged, this, qOverload<>(&QWidget::update));
  connect(state, &StudyState::SelectionChanged, this, qOverload<>(&QWidget::update));
  Restart();
}

const ReportFile* GanttView::file() const {
  const auto& reports = state()->reports();
  return report_ < static_cast<int>(reports.size()) ? reports[static_cast<std::size_t>(report_)].file.get() : nullptr;
}

void GanttView::SetReport(int report) {
  report_ = report;
  Restart();
}

void GanttView::Restart() {
  content_ = {};
  open_ = {"site"};
  current_ = 0;
  // Of a small site the racks are shown at once.
  if (const ReportFile* f = file(); f && f->site().racks.size() <= 40)
    for (const SiteMap::System& s : f->site().systems) open_.insert("system " + s.name);
  Follow();
}

void GanttView::Follow() {
  rows_.clear();
  if (const ReportFile* f = file()) {
    content_.Read(*f);
    rows_ = content_.Rows(*f, open_);
  }
  current_ = std::clamp(current_, 0, std::max(0, row_count() - 1));
  const int shown = std::max(1, static_cast<int>((height() - kTop) / RowHeight()));
  scroll_->setRange(0, std::max(0, row_count() - shown));
  scroll_->setPageStep(shown);
  scroll_->setVisible(scroll_->maximum() > 0);
  table_due_ = true;
  setAccessibleName(title());
  setAccessibleDescription(describe());
  update();
}

void GanttView::SetOpen(const QString& key, bool open) {
  open ? static_cast<void>(open_.insert(key)) : static_cast<void>(open_.erase(key));
  Follow();
}

QString GanttView::title() const {
  return file() ? tr("Work – %1").arg(state()->reports()[static_cast<std::size_t>(report_)].label) : tr("Work");
}

QString GanttView::describe() const {
  return tr("Which workload or job holds which accelerators when; the strip below each bar is the busy share of the installed accelerators.");
}

QAbstractItemModel* GanttView::table() const {
  if (!table_due_) return table_;
  table_due_ = false;
  std::vector<RowsModel::Row> rows;
  if (const ReportFile* f = file())
    for (const GanttBar& b : content_.bars()) {
      const QString& system = f->site().systems[static_cast<std::size_t>(b.system)].name;
      rows.push_back({TextCell(b.label), TextCell(b.workload), TextCell(system), NumberCell(b.first, "1"), NumberCell(b.last, "1"),
                      TimeCell(b.from), TimeCell(b.to), TimeCell(b.to - b.from), TextCell(b.failed ? tr("failed") : QString())});
    }
  table_->Set({tr("work"), tr("workload"), tr("system"), tr("first unit"), tr("last unit"), tr("start"), tr("end"), tr("length"), tr("outcome")}, std::move(rows));
  return table_;
}

double GanttView::RowHeight() const { return std::round(QFontMetricsF(font()).height() * 1.75); }

QRectF GanttView::Bars(QSizeF size) const { return {kNames, kTop, size.width() - kNames - 18, size.height() - kTop - 4}; }

double GanttView::XOf(double time, const QRectF& where) const {
  const TimeRange r = state()->range();
  return r.length() > 0.0 ? where.left() + (time - r.from) / r.length() * where.width() : where.left();
}

int GanttView::RowAt(double y) const {
  const int row = scroll_->value() + static_cast<int>((y - kTop) / RowHeight());
  return y < kTop || row >= row_count() ? -1 : row;
}

const GanttBar* GanttView::BarAt(const QPointF& at) const {
  const int row = RowAt(at.y());
  const QRectF where = Bars(size());
  if (row < 0 || at.x() < where.left()) return nullptr;
  const GanttBar* found = nullptr;
  for (const GanttBar* b : content_.BarsOf(rows_[static_cast<std::size_t>(row)]))
    if (XOf(b->from, where) <= at.x() && at.x() <= XOf(b->to, where)) found = b;
  return found;
}

void GanttView::PaintAxis(QPainter& painter, const QRectF& where, const Theme& theme) const {
  const TimeRange r = state()->range();
  if (r.length() <= 0.0) return;
  const double step = NiceStep(r.length() * 110.0 / std::max(1.0, where.width()));
  painter.setPen(theme.secondary);
  for (double t = std::ceil(r.from / step) * step; t <= r.to; t += step) {
    const double x = XOf(t, where);
    painter.setPen(QPen(theme.border, 1, Qt::DotLine));
    painter.drawLine(QPointF(x, where.top() - 4), QPointF(x, where.bottom()));
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(x - 60, where.top() - 22, 120, 18), Qt::AlignCenter, t == 0.0 ? QStringLiteral("0") : TimeFigureText(t));
  }
}

void GanttView::PaintRow(QPainter& painter, const GanttRow& row, const QRectF& where, const Theme& theme) const {
  const ReportFile& f = *file();
  const TimeRange range = state()->range();
  const QFontMetricsF metrics(font());
  QRectF lane = where.adjusted(0, 2, 0, -2);
  const QRectF strip(lane.left(), lane.bottom() - 4, lane.width(), 4);
  lane.setBottom(strip.top() - 1);
  const bool fold = row.kind == GanttRow::Kind::kSite || row.kind == GanttRow::Kind::kSystem;
  QStringList workloads;
  for (const SiteMap::Placement& p : f.site().placement)
    if (!workloads.contains(p.workload)) workloads << p.workload;
  const std::vector<const GanttBar*> bars = content_.BarsOf(row);
  if (fold) {
    // Shares of the held units over time, stacked by workload: bars of a whole system lie over each other.
    const int total = row.kind == GanttRow::Kind::kSystem ? std::max(1, row.last - row.first + 1) : [&] {
      int n = 0;
      for (const SiteMap::System& s : f.site().systems) n += s.racks * std::max(1, s.units_per_rack);
      return std::max(1, n);
    }();
    const int columns = std::max(1, static_cast<int>(lane.width() / 2));
    std::vector<std::vector<double>> held(static_cast<std::size_t>(workloads.size()), std::vector<double>(static_cast<std::size_t>(columns) + 1, 0.0));
    for (const GanttBar* b : bars) {
      if (b->to < range.from || b->from > range.to) continue;
      auto& line = held[static_cast<std::size_t>(std::max<qsizetype>(0, workloads.indexOf(b->workload)))];
      const int a = std::clamp(static_cast<int>((XOf(b->from, lane) - lane.left()) / 2), 0, columns), e = std::clamp(static_cast<int>((XOf(b->to, lane) - lane.left()) / 2), 0, columns);
      const int units = b->last - b->first + 1;
      for (int c = a; c < std::max(e, a + 1) && c < columns; ++c) line[static_cast<std::size_t>(c)] += units;
    }
    for (int c = 0; c < columns; ++c) {
      double y = lane.bottom();
      for (std::size_t w = 0; w < held.size(); ++w) {
        const double h = lane.height() * std::min(1.0, held[w][static_cast<std::size_t>(c)] / total);
        if (h <= 0.0) continue;
        painter.fillRect(QRectF(lane.left() + 2 * c, y - h, 2, h), theme.Series(static_cast<int>(w)));
        y -= h;
      }
    }
  } else {
    double last = -1e9;
    for (const GanttBar* b : bars) {
      if (b->to < range.from || b->from > range.to) continue;
      QRectF bar(std::max(lane.left(), XOf(b->from, lane)), lane.top(), 0, lane.height());
      bar.setRight(std::min(lane.right(), XOf(b->to, lane)));
      // Of bars thinner than a pixel one stands for all.
      if (bar.right() - last < 0.7) continue;
      last = bar.right();
      // Of a rack, the share of its units that the bar holds.
      const double units = std::min(b->last, row.last) - std::max(b->first, row.first) + 1, all = row.last - row.first + 1;
      if (units < all) {
        const double top = (std::max(b->first, row.first) - row.first) / all, h = units / all;
        bar = QRectF(bar.left(), lane.top() + top * lane.height(), bar.width(), std::max(1.5, h * lane.height()));
      }
      const QColor colour = theme.Series(static_cast<int>(std::max<qsizetype>(0, workloads.indexOf(b->workload))));
      painter.setPen(bar.width() > 3 ? QPen(theme.page, 1) : QPen(Qt::NoPen));
      painter.setBrush(b->failed ? QBrush(theme.Of(Standing::kOver), Qt::BDiagPattern) : QBrush(colour));
      painter.drawRect(bar);
      const QString text = b->failed ? "■ " + b->label : b->label;
      if (bar.height() >= metrics.height() - 2 && bar.width() > metrics.horizontalAdvance(text) + 10) {
        painter.setPen(colour.lightnessF() > 0.5 ? QColor(0x1a, 0x1d, 0x21) : QColor(Qt::white));
        painter.drawText(bar.adjusted(5, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
      }
    }
  }
  painter.setPen(Qt::NoPen);
  if (row.rack < 0) return;
  const RackSource source = SourceOf(f, FindRackMetric("utilisation"), row.rack);
  if (source.series < 0) return;
  int last = static_cast<int>(strip.left());
  for (const TracePoint& p : TraceOf(f, source.series, source.entity, range.from, range.to, static_cast<int>(strip.width() / 3)).points) {
    if (!std::isfinite(p.mean)) continue;
    QColor colour = theme.text;
    colour.setAlphaF(static_cast<float>(std::clamp(0.08 + 0.6 * p.mean, 0.0, 1.0)));
    const int x = static_cast<int>(XOf(p.time, strip));
    painter.fillRect(QRect(last, static_cast<int>(strip.top()), std::max(0, x - last), static_cast<int>(strip.height())), colour);
    last = x;
  }
}

void GanttView::Paint(QPainter& painter, QSizeF size, const Theme& theme, int first, bool screen) const {
  painter.fillRect(QRectF({0, 0}, size), theme.page);
  const QFontMetricsF metrics(font());
  QFont bold = font();
  bold.setBold(true);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(QPointF(12, 4 + metrics.ascent()), title());
  painter.setFont(font());
  if (rows_.empty()) {
    painter.setPen(theme.secondary);
    painter.drawText(QRectF({0, 0}, size), Qt::AlignCenter, file() ? tr("This report does not say what the site is made of. Run its scenario again.") : tr("No report is shown. Run a variant, or open a report."));
    return;
  }
  const QRectF where = Bars(size);
  PaintAxis(painter, where, theme);
  const double height = RowHeight();
  for (int i = first; i < row_count() && where.top() + (i - first) * height < size.height(); ++i) {
    const GanttRow& row = rows_[static_cast<std::size_t>(i)];
    const double y = where.top() + (i - first) * height;
    const bool selected = row.kind == GanttRow::Kind::kRack && state()->selection().kind == EntityKind::kRack && state()->selection().name == row.name;
    if (selected || (screen && i == current_ && hasFocus())) {
      QColor ground = theme.accent;
      ground.setAlpha(selected ? 50 : 25);
      painter.fillRect(QRectF(0, y, size.width(), height), ground);
    }
    painter.setPen(theme.text);
    const double indent = 12 + 14 * row.depth;
    if (row.parent) painter.drawText(QRectF(indent, y, 14, height), Qt::AlignVCenter, open_.contains(row.key) ? QStringLiteral("▾") : QStringLiteral("▸"));
    painter.drawText(QRectF(indent + 14, y, kNames - indent - 18, height), Qt::AlignVCenter, metrics.elidedText(row.name, Qt::ElideRight, kNames - indent - 18));
    painter.save();
    painter.setClipRect(QRectF(where.left(), y, where.width(), height));
    PaintRow(painter, row, QRectF(where.left(), y, where.width(), height), theme);
    painter.restore();
    painter.setPen(QPen(theme.border));
    painter.drawLine(QPointF(0, y + height - 0.5), QPointF(size.width(), y + height - 0.5));
  }
  const double x = XOf(state()->time(), where);
  if (x >= where.left() && x <= where.right()) {
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawLine(QPointF(x, where.top() - 4), QPointF(x, where.bottom()));
  }
  if (screen && hasFocus()) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
    painter.drawRect(QRectF({0.5, 0.5}, size - QSizeF(1, 1)));
  }
}

void GanttView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Paint(painter, size(), ThemeOf(*this), scroll_->value(), true);
}

void GanttView::paintTo(QPainter& painter, QSizeF size) const { Paint(painter, size, Theme::Light(), scroll_->value(), false); }

void GanttView::resizeEvent(QResizeEvent* event) {
  scroll_->setGeometry(width() - 14, static_cast<int>(kTop), 14, std::max(10, height() - static_cast<int>(kTop)));
  Follow();
  View::resizeEvent(event);
}

void GanttView::mousePressEvent(QMouseEvent* event) {
  setFocus(Qt::MouseFocusReason);
  pressed_ = event->position();
  pressed_from_ = state()->range().from;
  pressed_to_ = state()->range().to;
  const int at = RowAt(event->position().y());
  if (at < 0) return;
  current_ = at;
  const GanttRow row = rows_[static_cast<std::size_t>(at)];
  if (event->position().x() < kNames) {
    if (row.parent && event->position().x() < 12 + 14 * row.depth + 14) return SetOpen(row.key, !open_.contains(row.key));
    if (row.kind == GanttRow::Kind::kRack) state()->SetSelection({EntityKind::kRack, row.name});
  } else if (const GanttBar* bar = BarAt(event->position()); bar && bar->job) {
    state()->SetSelection({EntityKind::kJob, bar->workload + "/" + bar->label.section(' ', 1)});
  }
  update();
}

void GanttView::mouseMoveEvent(QMouseEvent* event) {
  const QRectF where = Bars(size());
  if (!(event->buttons() & Qt::LeftButton) || pressed_.x() < kNames) return;
  const TimeRange extent = state()->extent();
  const double length = pressed_to_ - pressed_from_;
  double move = -(event->position().x() - pressed_.x()) * length / std::max(1.0, where.width());
  move = std::clamp(move, extent.from - pressed_from_, extent.to - pressed_to_);
  if (std::abs(event->position().x() - pressed_.x()) >= QApplication::startDragDistance()) state()->SetRange({pressed_from_ + move, pressed_to_ + move});
}

void GanttView::wheelEvent(QWheelEvent* event) {
  const QRectF where = Bars(size());
  if (!(event->modifiers() & Qt::ControlModifier) || event->position().x() < kNames) {
    scroll_->setValue(scroll_->value() - event->angleDelta().y() / 40);
    return;
  }
  const TimeRange r = state()->range(), e = state()->extent();
  const double about = r.from + (event->position().x() - where.left()) / std::max(1.0, where.width()) * r.length();
  const double f = std::pow(0.85, event->angleDelta().y() / 120.0);
  state()->SetRange({std::max(e.from, about - (about - r.from) * f), std::min(e.to, about + (r.to - about) * f)});
}

void GanttView::keyPressEvent(QKeyEvent* event) {
  if (rows_.empty()) return View::keyPressEvent(event);
  const GanttRow row = rows_[static_cast<std::size_t>(current_)];
  switch (event->key()) {
    case Qt::Key_Up: current_ = std::max(0, current_ - 1); break;
    case Qt::Key_Down: current_ = std::min(row_count() - 1, current_ + 1); break;
    case Qt::Key_Plus: return SetOpen(row.key, true);
    case Qt::Key_Minus: return SetOpen(row.key, false);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (row.kind == GanttRow::Kind::kRack) state()->SetSelection({EntityKind::kRack, row.name});
      if (row.parent && row.kind != GanttRow::Kind::kRack) return SetOpen(row.key, !open_.contains(row.key));
      break;
    default: return View::keyPressEvent(event);
  }
  const int shown = std::max(1, scroll_->pageStep());
  if (current_ < scroll_->value()) scroll_->setValue(current_);
  if (current_ >= scroll_->value() + shown) scroll_->setValue(current_ - shown + 1);
  update();
}

bool GanttView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const GanttBar* b = BarAt(help->pos());
    QToolTip::showText(help->globalPos(), b ? tr("<b>%1</b> of %2<br>%3 to %4 (%5)%6").arg(b->label, b->workload, TimeFigureText(b->from), TimeFigureText(b->to), TimeFigureText(b->to - b->from), b->failed ? tr("<br>■ failed") : QString()) : describe(), this);
    return true;
  }
  if (event->type() == QEvent::PaletteChange) update();
  return View::event(event);
}

}  // namespace headroom::gui
