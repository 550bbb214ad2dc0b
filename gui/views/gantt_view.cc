#include "gui/views/gantt_view.h"

#include <QtWidgets>
#include <cmath>
#include <numeric>

#include "gui/data/report_file.h"
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

const ReportFile* GanttView::file(int report) const {
  const auto& reports = state()->reports();
  return report < static_cast<int>(reports.size()) ? reports[static_cast<std::size_t>(report)].file.get() : nullptr;
}

void GanttView::SetReport(int report, Pane pane) {
  report_ = report;
  pane_ = pane;
  Restart();
}

std::vector<int> GanttView::Reports() const {
  const int count = static_cast<int>(state()->reports().size());
  if (pane_ == Pane::kOverlay) {
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
  return report_ < count ? std::vector<int>{report_} : std::vector<int>{};
}

void GanttView::Restart() {
  contents_.assign(state()->reports().size(), {});
  reading_.clear();
  ++begun_;
  open_ = {"site"};
  current_ = 0;
  // The report with most racks has the rows of the others.
  leading_ = report_;
  for (const int r : Reports())
    if (pane_ == Pane::kOverlay && file(r)->site().racks.size() > file(leading_)->site().racks.size()) leading_ = r;
  // Of a small site the racks are shown at once.
  if (const ReportFile* f = file(); f && f->site().racks.size() <= 40)
    for (const SiteMap::System& s : f->site().systems) open_.insert("system " + s.name);
  Follow();
}

void GanttView::Follow() {
  rows_.clear();
  contents_.resize(state()->reports().size());
  for (std::size_t r = 0; r < contents_.size(); ++r) {
    const bool due = pane_ == Pane::kOverlay || static_cast<int>(r) == report_ || (pane_ == Pane::kDifference && r == 0);
    if (due) Read(r);
  }
  if (const ReportFile* f = file()) rows_ = content(leading_).Rows(*f, open_);
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

void GanttView::Read(std::size_t report) {
  const auto& shown = state()->reports()[report].file;
  if (reading_.contains(report) || !contents_[report].Due(*shown)) return;
  reading_.insert(report);
  // A year of jobs takes longer than the window may be held.
  QThreadPool::globalInstance()->start([view = QPointer<GanttView>(this), report, number = begun_, shown, rows = contents_[report]]() mutable {
    rows.Read(*shown);
    auto done = std::make_shared<GanttRows>(std::move(rows));
    QMetaObject::invokeMethod(qApp, [view, report, number, done] {
      if (!view || view->begun_ != number) return;
      view->reading_.erase(report);
      view->contents_[report] = std::move(*done);
      view->Follow();
    });
  });
}

std::optional<GanttRow> GanttView::RowIn(int report, const GanttRow& row) const {
  if (report == leading_ || row.kind == GanttRow::Kind::kSite) return row;
  const SiteMap& from = file()->site();
  const SiteMap& to = file(report)->site();
  const QString& name = from.systems[static_cast<std::size_t>(row.system)].name;
  for (std::size_t s = 0; s < to.systems.size(); ++s) {
    const SiteMap::System& system = to.systems[s];
    if (system.name != name) continue;
    GanttRow out = row;
    out.system = static_cast<int>(s);
    const int most = system.racks * std::max(1, system.units_per_rack) - 1;
    if (row.kind == GanttRow::Kind::kSystem) {
      out.last = most;
      return out;
    }
    if (row.last > most) return std::nullopt;
    if (row.rack >= 0) out.rack = system.first_rack + row.rack - from.systems[static_cast<std::size_t>(row.system)].first_rack;
    return out;
  }
  return std::nullopt;
}

void GanttView::SetOpen(const QString& key, bool open) {
  open ? static_cast<void>(open_.insert(key)) : static_cast<void>(open_.erase(key));
  Follow();
}

QString GanttView::title() const {
  if (!file()) return tr("Work");
  const auto& reports = state()->reports();
  if (pane_ == Pane::kOverlay && reports.size() > 1) return tr("Work – %1 scenarios over each other").arg(reports.size());
  const QString& label = reports[static_cast<std::size_t>(report_)].label;
  return pane_ == Pane::kDifference ? tr("Units held – %1 minus %2").arg(label, reports.front().label) : tr("Work – %1").arg(label);
}

QString GanttView::describe() const {
  if (pane_ == Pane::kDifference)
    return tr("Red where more of a row's accelerators are held than in the first scenario, blue where fewer are; the strip below is the difference of their busy share.");
  return tr("Which workload or job holds which accelerators when; the strip below each bar is the busy share of the installed accelerators.");
}

QAbstractItemModel* GanttView::table() const {
  if (!table_due_) return table_;
  table_due_ = false;
  std::vector<RowsModel::Row> rows;
  const std::vector<int> reports = Reports();
  for (const int r : reports) {
    const ReportFile* f = file(r);
    for (const GanttBar& b : content(r).bars()) {
      const QString& system = f->site().systems[static_cast<std::size_t>(b.system)].name;
      rows.push_back({TextCell(b.label), TextCell(b.workload), TextCell(system), NumberCell(b.first, "1"), NumberCell(b.last, "1"),
                      TimeCell(b.from), TimeCell(b.to), TimeCell(b.to - b.from), TextCell(b.failed ? tr("failed") : QString())});
      if (reports.size() > 1) rows.back().push_back(TextCell(state()->reports()[static_cast<std::size_t>(r)].label));
    }
  }
  QStringList headers{tr("work"), tr("workload"), tr("system"), tr("first unit"), tr("last unit"), tr("start"), tr("end"), tr("length"), tr("outcome")};
  if (reports.size() > 1) headers << tr("scenario");
  table_->Set(std::move(headers), std::move(rows));
  return table_;
}

double GanttView::RowHeight() const {
  const double lanes = pane_ == Pane::kOverlay ? static_cast<double>(state()->reports().size()) : 1.0;
  return std::round(QFontMetricsF(font()).height() * (lanes > 1.0 ? 0.9 * lanes + 0.4 : 1.75));
}

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
  const std::vector<int> reports = Reports();
  const double within = (at.y() - kTop) / RowHeight() - std::floor((at.y() - kTop) / RowHeight());
  const int report = reports[std::min(static_cast<std::size_t>(within * static_cast<double>(reports.size())), reports.size() - 1)];
  const auto there = RowIn(report, rows_[static_cast<std::size_t>(row)]);
  if (!there) return nullptr;
  for (const GanttBar* b : content(report).BarsOf(*there))
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

void GanttView::Paint(QPainter& painter, QSizeF size, const Theme& theme, int first, bool screen) const {
  painter.fillRect(QRectF({0, 0}, size), theme.page);
  const QFontMetricsF metrics(font());
  QFont bold = font();
  bold.setBold(true);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(QPointF(12, 4 + metrics.ascent()), title());
  double key = 12 + QFontMetricsF(bold).horizontalAdvance(title()) + 16;
  painter.setFont(font());
  if (pane_ == Pane::kOverlay && state()->reports().size() > 1)
    for (const OpenReport& r : state()->reports()) {
      painter.fillRect(QRectF(key, 4 + metrics.height() * 0.25, 6, metrics.height() * 0.5), r.colour);
      painter.drawText(QPointF(key + 10, 4 + metrics.ascent()), r.label);
      key += 24 + metrics.horizontalAdvance(r.label);
    }
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
    painter.setClipRect(QRectF(where.left() - 6, y, where.width() + 6, height));
    PaintLanes(painter, row, QRectF(where.left(), y, where.width(), height), theme);
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
