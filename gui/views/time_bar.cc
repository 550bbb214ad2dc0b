#include "gui/views/time_bar.h"

#include <QtWidgets>
#include <cmath>

#include "gui/data/columns.h"
#include "gui/data/report_file.h"
#include "gui/data/trace.h"
#include "gui/study/study_state.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {
namespace {

constexpr int kFrame = 33;       // ms
constexpr double kWhole = 30.0;  // s in which a whole run plays

}  // namespace

TimeStrip::TimeStrip(StudyState* state, QWidget* parent) : QWidget(parent), state_(state) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Time"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setToolTip(tr("Power at the utility over the run. Drag to move the time; with Shift to choose the range that views show."));
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, qOverload<>(&QWidget::update));
  connect(state, &StudyState::ReportsChanged, this, qOverload<>(&QWidget::update));
  connect(state, &StudyState::RangeChanged, this, qOverload<>(&QWidget::update));
  connect(state, &StudyState::TimeChanged, this, [this](double t) {
    setAccessibleDescription(TimeFigureText(t));
    update();
  });
}

double TimeStrip::XOf(double time) const {
  const TimeRange e = state_->extent();
  return e.length() > 0.0 ? (time - e.from) / e.length() * width() : 0.0;
}

double TimeStrip::TimeAt(double x) const {
  const TimeRange e = state_->extent();
  return e.from + std::clamp(x / std::max(1, width()), 0.0, 1.0) * e.length();
}

void TimeStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = ThemeOf(*this);
  painter.fillRect(rect(), theme.page);
  const TimeRange extent = state_->extent();
  if (!state_->reports().empty() && extent.length() > 0.0) {
    const OpenReport& first = state_->reports().front();
    const int series = first.file->FindSeries("site_power");
    if (series >= 0) {
      const Trace trace = TraceOf(*first.file, series, 0, extent.from, extent.to, width());
      float most = 0.0f;
      for (const TracePoint& p : trace.points)
        if (std::isfinite(p.largest)) most = std::max(most, p.largest);
      QPolygonF shape;
      shape << QPointF(XOf(trace.points.empty() ? extent.from : trace.points.front().time), height());
      double last = 0.0;
      for (const TracePoint& p : trace.points) {
        if (!std::isfinite(p.mean) || most <= 0.0f) continue;
        last = XOf(p.time);
        shape << QPointF(last, height() - 4 - (height() - 8) * p.mean / most);
      }
      shape << QPointF(last, height());
      QColor fill = first.colour.isValid() ? first.colour : theme.Series(0);
      fill.setAlpha(theme.dark ? 110 : 80);
      painter.setRenderHint(QPainter::Antialiasing);
      painter.setPen(Qt::NoPen);
      painter.setBrush(fill);
      painter.drawPolygon(shape);
      painter.setRenderHint(QPainter::Antialiasing, false);
    }
    if (const auto events = first.file->FindTable("/events")) {
      painter.setPen(QPen(theme.Of(Standing::kNear), 1));
      int drawn = -1;
      for (const double t : Reals(*events, "time")) {
        const int x = static_cast<int>(XOf(t));
        if (x != drawn) painter.drawLine(x, 0, x, 4);
        drawn = x;
      }
    }
    const TimeRange range = state_->range();
    if (range.length() < extent.length() * 0.999) {
      QColor veil = theme.panel;
      veil.setAlpha(190);
      painter.fillRect(QRectF(0, 0, XOf(range.from), height()), veil);
      painter.fillRect(QRectF(XOf(range.to), 0, width() - XOf(range.to), height()), veil);
      painter.setPen(theme.secondary);
      painter.drawRect(QRectF(XOf(range.from), 0, XOf(range.to) - XOf(range.from), height() - 1));
    }
    const double x = XOf(state_->time());
    painter.setPen(QPen(theme.accent, 2));
    painter.drawLine(QPointF(x, 0), QPointF(x, height()));
    painter.setBrush(theme.accent);
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(QPolygonF{QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 6)});
  }
  painter.setBrush(Qt::NoBrush);
  painter.setPen(hasFocus() ? QPen(theme.accent, 2) : QPen(theme.border, 1));
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void TimeStrip::mousePressEvent(QMouseEvent* event) {
  choosing_ = event->modifiers() & Qt::ShiftModifier;
  chosen_from_ = TimeAt(event->position().x());
  if (!choosing_) state_->SetTime(chosen_from_);
}

void TimeStrip::mouseMoveEvent(QMouseEvent* event) {
  if (!(event->buttons() & Qt::LeftButton)) return;
  const double t = TimeAt(event->position().x());
  if (!choosing_) return state_->SetTime(t);
  if (std::abs(t - chosen_from_) > 0.002 * state_->extent().length()) state_->SetRange({std::min(t, chosen_from_), std::max(t, chosen_from_)});
}

void TimeStrip::mouseReleaseEvent(QMouseEvent*) {
  if (choosing_) state_->SetRange(state_->range(), true);
  choosing_ = false;
}

void TimeStrip::keyPressEvent(QKeyEvent* event) {
  const TimeRange e = state_->extent();
  switch (event->key()) {
    case Qt::Key_Home: return state_->SetTime(e.from);
    case Qt::Key_End: return state_->SetTime(e.to);
    case Qt::Key_PageUp: return state_->SetTime(state_->time() - 0.05 * e.length());
    case Qt::Key_PageDown: return state_->SetTime(state_->time() + 0.05 * e.length());
    default: QWidget::keyPressEvent(event);
  }
}

TimeBar::TimeBar(StudyState* state, QWidget* parent)
    : QWidget(parent), state_(state), play_(new QToolButton), back_(new QToolButton), forth_(new QToolButton), speed_(new QComboBox), time_(new QLabel) {
  play_->setText(QStringLiteral("▶"));
  play_->setAccessibleName(tr("Play"));
  play_->setToolTip(tr("Play or pause (Space)"));
  back_->setText(QStringLiteral("‹"));
  back_->setAccessibleName(tr("One interval back"));
  back_->setToolTip(tr("One recording interval back (←)"));
  back_->setAutoRepeat(true);
  forth_->setText(QStringLiteral("›"));
  forth_->setAccessibleName(tr("One interval on"));
  forth_->setToolTip(tr("One recording interval on (→)"));
  forth_->setAutoRepeat(true);
  speed_->setAccessibleName(tr("Speed of playback"));
  speed_->setToolTip(tr("Simulated time in a second of playback"));
  speed_->addItem(tr("run in 30 s"), 0.0);
  for (const double s : {1.0, 10.0, 60.0, 600.0, 3600.0, 86400.0}) speed_->addItem(tr("%1 in 1 s").arg(TimeFigureText(s)), s);
  time_->setMinimumWidth(fontMetrics().horizontalAdvance("99 d 23 h of 99 d 23 h"));
  time_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 4, 8, 4);
  row->setSpacing(4);
  for (QToolButton* b : {back_, play_, forth_}) {
    b->setAutoRaise(true);
    b->setFixedSize(28, 28);
    row->addWidget(b);
  }
  row->addWidget(speed_);
  auto* strip = new TimeStrip(state);
  row->addWidget(strip, 1);
  row->addWidget(time_);
  timer_.setInterval(kFrame);
  connect(&timer_, &QTimer::timeout, this, &TimeBar::Advance);
  connect(play_, &QToolButton::clicked, this, [this] { SetPlaying(!playing()); });
  connect(back_, &QToolButton::clicked, this, [this] { Step(-1); });
  connect(forth_, &QToolButton::clicked, this, [this] { Step(1); });
  connect(state, &StudyState::TimeChanged, this, &TimeBar::Follow);
  connect(state, &StudyState::ReportsChanged, this, &TimeBar::Follow);
  Follow();
}

double TimeBar::Speed() const {
  const double speed = speed_->currentData().toDouble();
  return speed > 0.0 ? speed : state_->extent().length() / kWhole;
}

void TimeBar::SetPlaying(bool playing) {
  if (playing && state_->extent().length() <= 0.0) return;
  play_->setText(playing ? QStringLiteral("❚❚") : QStringLiteral("▶"));
  play_->setAccessibleName(playing ? tr("Pause") : tr("Play"));
  if (!playing) return timer_.stop();
  if (state_->time() >= state_->extent().to) state_->SetTime(state_->extent().from);
  since_.start();
  timer_.start();
}

void TimeBar::Advance() {
  // A frame that came late moves on by what it is late, so that the speed holds.
  const double seconds = static_cast<double>(since_.restart()) * 1e-3;
  state_->SetTime(state_->time() + seconds * Speed());
  if (state_->time() >= state_->extent().to) SetPlaying(false);
}

void TimeBar::Step(int intervals) {
  if (state_->reports().empty()) return;
  const ReportFile& file = *state_->reports().front().file;
  if (file.times().empty()) return;
  const auto last = static_cast<int>(file.times().size()) - 1;
  const int row = std::clamp(static_cast<int>(file.RowAt(state_->time())) + intervals, 0, last);
  state_->SetTime(file.times()[static_cast<std::size_t>(row)]);
}

void TimeBar::Follow() {
  const bool any = state_->extent().length() > 0.0;
  for (QWidget* w : {static_cast<QWidget*>(play_), static_cast<QWidget*>(back_), static_cast<QWidget*>(forth_), static_cast<QWidget*>(speed_)})
    w->setEnabled(any);
  time_->setText(any ? tr("%1 of %2").arg(TimeFigureText(state_->time()), TimeFigureText(state_->extent().to)) : tr("no report shown"));
}

void TimeBar::showEvent(QShowEvent* event) {
  window()->installEventFilter(this);
  QWidget::showEvent(event);
}

bool TimeBar::eventFilter(QObject* watched, QEvent* event) {
  if (watched != window() || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  // Only keys that no widget took come as far as the window.
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Space: SetPlaying(!playing()); return true;
    case Qt::Key_Left: Step(-1); return true;
    case Qt::Key_Right: Step(1); return true;
    default: return QWidget::eventFilter(watched, event);
  }
}

}  // namespace headroom::gui
