#include "gui/views/floor_plan_view.h"

#include <QtWidgets>
#include <cmath>

#include "gui/study/study_state.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/colour_map.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {
namespace {

constexpr double kNearLimit = 0.9;

Standing StandingOf(double value, double limit) {
  if (!std::isfinite(value) || !std::isfinite(limit)) return Standing::kUnknown;
  return value > limit ? Standing::kOver : value > kNearLimit * limit ? Standing::kNear : Standing::kWithin;
}

QColor StateColour(RackState state, const Theme& theme) {
  switch (state) {
    case RackState::kBusy: return theme.Of(Standing::kWithin);
    case RackState::kSlowed: return theme.Of(Standing::kNear);
    case RackState::kIdle: return theme.dark ? QColor("#4A525C") : QColor("#C9CFD6");
    case RackState::kOff: return theme.dark ? QColor("#2A3037") : QColor("#E6E9ED");
    case RackState::kUnknown: break;
  }
  return theme.page;
}

QString StateGlyph(RackState state) {
  switch (state) {
    case RackState::kBusy: return QStringLiteral("●");
    case RackState::kSlowed: return QStringLiteral("▲");
    case RackState::kIdle: return QStringLiteral("○");
    default: return QString();
  }
}

}  // namespace

struct FloorPlanView::Frame {
  QRectF plan, legend;
  QPointF origin;
  double scale = 1.0;  ///< pixels per metre
  QRectF Of(const SiteMap::Rack& r, const SiteMap::System& s) const {
    return {origin.x() + (r.x - s.rack_width / 2) * scale, origin.y() + (r.y - s.rack_depth / 2) * scale,
            s.rack_width * scale, s.rack_depth * scale};
  }
};

FloorPlanView::FloorPlanView(StudyState* state, QWidget* parent) : View(state, parent), table_(new RowsModel(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &FloorPlanView::Follow);
  connect(state, &StudyState::ReportsChanged, this, &FloorPlanView::Follow);
  connect(state, &StudyState::TimeChanged, this, &FloorPlanView::Follow);
  connect(state, &StudyState::MetricChanged, this, &FloorPlanView::Follow);
  connect(state, &StudyState::SelectionChanged, this, qOverload<>(&QWidget::update));
  Follow();
}

const ReportFile* FloorPlanView::file() const {
  const auto& reports = state()->reports();
  return report_ >= 0 && report_ < static_cast<int>(reports.size()) ? reports[static_cast<std::size_t>(report_)].file.get() : nullptr;
}

void FloorPlanView::SetReport(int report, bool minus_baseline) {
  report_ = report;
  difference_ = minus_baseline;
  Follow();
}

void FloorPlanView::SetShade(Shade shade) {
  shade_ = shade;
  Follow();
}

void FloorPlanView::Follow() {
  table_due_ = true;
  values_ = {};
  if (const ReportFile* f = file()) {
    const RackMetric& metric = FindRackMetric(state()->metric());
    values_ = RackValuesAt(*f, metric, state()->time());
    bool first = true;
    for (const OpenReport& r : state()->reports()) {
      const ValueRange range = RangeOf(*r.file, metric);
      first ? range_ = range : (range_.Include(range), range_);
      first = false;
    }
    if (difference_ && !metric.is_word) {
      const RackValues base = RackValuesAt(*state()->reports().front().file, metric, state()->time());
      double most = 0.0;
      for (std::size_t r = 0; r < values_.value.size(); ++r) {
        values_.value[r] = r < base.value.size() ? values_.value[r] - base.value[r] : std::nan("");
        if (std::isfinite(values_.value[r])) most = std::max(most, std::abs(values_.value[r]));
      }
      const double full = metric.unit == "degC" ? 10.0 : 0.25 * (range_.to - range_.from);
      most = std::max(most, full);
      range_ = {-most, most};
    }
  }
  setAccessibleName(title());
  setAccessibleDescription(AccessibleSummary());
  update();
}

QString FloorPlanView::title() const {
  const RackMetric& metric = FindRackMetric(state()->metric());
  if (!file()) return tr("Floor plan");
  QString what = metric.title;
  if (shade_ != Shade::kValue && metric.has_limit) what = shade_ == Shade::kUsed ? tr("%1, share of limit used").arg(what) : tr("%1 remaining to the limit").arg(what);
  const auto& label = state()->reports()[static_cast<std::size_t>(report_)].label;
  return difference_ ? tr("%1 – %2 minus %3").arg(what, label, state()->reports().front().label) : tr("%1 – %2").arg(what, label);
}

QString FloorPlanView::describe() const { return FindRackMetric(state()->metric()).help; }

QString FloorPlanView::AccessibleSummary() const {
  return tr("%1 racks at %2. %3 The table holds the values.").arg(values_.value.size()).arg(TimeFigureText(state()->time()), describe());
}

QAbstractItemModel* FloorPlanView::table() const {
  if (!table_due_) return table_;
  table_due_ = false;
  const RackMetric& metric = FindRackMetric(state()->metric());
  std::vector<RowsModel::Row> rows;
  if (const ReportFile* f = file())
    for (std::size_t r = 0; r < f->site().racks.size(); ++r) {
      const SiteMap::Rack& rack = f->site().racks[r];
      const double v = values_.value[r], limit = values_.limit[r];
      Cell value = NumberCell(v, metric.unit);
      if (metric.kind == RackMetric::Kind::kState) value = TextCell(StateWord(std::isnan(v) ? RackState::kUnknown : static_cast<RackState>(static_cast<int>(v))));
      if (metric.kind == RackMetric::Kind::kWorkload) value = TextCell(std::isnan(v) ? QString() : values_.words[static_cast<std::size_t>(v)]);
      rows.push_back({TextCell(rack.name), TextCell(f->site().systems[static_cast<std::size_t>(rack.system)].name), value,
                      NumberCell(limit, metric.unit), NumberCell(limit > 0.0 ? 100.0 * v / limit : std::nan(""), "%"),
                      NumberCell(rack.x, "m"), NumberCell(rack.y, "m")});
    }
  table_->Set({tr("rack"), tr("system"), metric.title, tr("limit"), tr("used"), tr("x"), tr("y")}, std::move(rows));
  return table_;
}

FloorPlanView::Frame FloorPlanView::FrameFor(QSizeF size) const {
  Frame frame;
  const double text = QFontMetricsF(font()).height();
  frame.legend = QRectF(12, size.height() - text * 2.2 - 8, size.width() - 24, text * 2.2);
  frame.plan = QRectF(12, text * 1.8, size.width() - 24, frame.legend.top() - text * 1.8 - 6);
  const ReportFile* f = file();
  if (!f || f->site().racks.empty()) return frame;
  QRectF all;
  for (const SiteMap::Rack& r : f->site().racks) {
    const SiteMap::System& s = f->site().systems[static_cast<std::size_t>(r.system)];
    all |= QRectF(r.x - s.rack_width / 2, r.y - s.rack_depth / 2, s.rack_width, s.rack_depth);
  }
  all.adjust(-0.8, -0.8, 0.8, 0.8);
  frame.scale = std::min({frame.plan.width() / all.width(), frame.plan.height() / all.height(), 90.0});
  frame.origin = frame.plan.center() - all.center() * frame.scale;
  return frame;
}

int FloorPlanView::RackAt(const QPointF& at) const {
  const ReportFile* f = file();
  if (!f) return -1;
  const Frame frame = FrameFor(size());
  for (std::size_t r = 0; r < f->site().racks.size(); ++r) {
    const SiteMap::Rack& rack = f->site().racks[r];
    if (frame.Of(rack, f->site().systems[static_cast<std::size_t>(rack.system)]).contains(at)) return static_cast<int>(r);
  }
  return -1;
}

QColor FloorPlanView::ShadeOf(std::size_t rack, const Theme& theme) const {
  const RackMetric& metric = FindRackMetric(state()->metric());
  const double v = values_.value[rack];
  if (metric.kind == RackMetric::Kind::kState) return StateColour(std::isnan(v) ? RackState::kUnknown : static_cast<RackState>(static_cast<int>(v)), theme);
  if (metric.kind == RackMetric::Kind::kWorkload) return std::isnan(v) ? theme.page : theme.Series(static_cast<int>(v));
  if (!std::isfinite(v)) return theme.page;
  if (difference_) return ColourOf(ColourMap::kDifference, (v - range_.from) / (range_.to - range_.from));
  if (shade_ == Shade::kValue) return ColourOf(ColourMap::kCividis, (v - range_.from) / (range_.to - range_.from));
  const double limit = values_.limit[rack];
  if (!std::isfinite(limit) || limit == 0.0) return QColor(Qt::white);
  const double used = v / limit;
  return ColourOf(ColourMap::kCividis, shade_ == Shade::kUsed ? used : 1.0 - used);
}

void FloorPlanView::Paint(QPainter& painter, QSizeF size, const Theme& theme, bool screen) const {
  painter.fillRect(QRectF({0, 0}, size), theme.page);
  const ReportFile* f = file();
  const Frame frame = FrameFor(size);
  QFont bold = font();
  bold.setBold(true);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(QRectF(12, 4, size.width() - 24, frame.plan.top() - 4), Qt::AlignLeft | Qt::AlignTop,
                   QFontMetrics(bold).elidedText(title(), Qt::ElideRight, static_cast<int>(size.width()) - 24));
  painter.setFont(font());
  if (!f || f->site().racks.empty()) {
    painter.setPen(theme.secondary);
    painter.drawText(frame.plan, Qt::AlignCenter | Qt::TextWordWrap,
                     f ? tr("This report does not say where racks stand. Run its scenario again to get a floor plan.")
                       : tr("No report is shown. Run a variant, or open a report."));
    return;
  }
  const SiteMap& site = f->site();
  const RackMetric& metric = FindRackMetric(state()->metric());
  const int selected = state()->selection().kind == EntityKind::kRack ? site.FindRack(state()->selection().name) : -1;
  QFont small = font();
  const QFontMetricsF metrics(small);
  QPen edge(theme.dark ? QColor(255, 255, 255, 40) : QColor(0, 0, 0, 50), 1);
  for (std::size_t r = 0; r < site.racks.size(); ++r) {
    const SiteMap::Rack& rack = site.racks[r];
    QRectF box = frame.Of(rack, site.systems[static_cast<std::size_t>(rack.system)]);
    const double gap = std::min(1.5, box.width() * 0.06);
    box.adjust(gap, gap, -gap, -gap);
    const QColor shade = ShadeOf(r, theme);
    painter.fillRect(box, shade);
    if (box.width() >= 5.0) {
      painter.setPen(edge);
      painter.drawRect(box);
      // The front.
      painter.setPen(QPen(theme.secondary, 2));
      const double y = rack.faces_up ? box.bottom() : box.top();
      painter.drawLine(QPointF(box.left() + 2, y), QPointF(box.right() - 2, y));
    }
    const Standing standing = difference_ || metric.is_word ? Standing::kUnknown : StandingOf(values_.value[r], values_.limit[r]);
    QString glyph = standing == Standing::kNear || standing == Standing::kOver ? GlyphOf(standing) : QString();
    if (metric.kind == RackMetric::Kind::kState && std::isfinite(values_.value[r])) glyph = StateGlyph(static_cast<RackState>(static_cast<int>(values_.value[r])));
    const QString number = QString::number(r + 1);
    const bool roomy = box.height() > 2.4 * metrics.height() && box.width() > metrics.horizontalAdvance(number) + 4;
    if (roomy || (!glyph.isEmpty() && box.width() > 8)) {
      painter.setPen(InkOn(shade));
      painter.drawText(box, Qt::AlignCenter, roomy ? (glyph.isEmpty() ? number : number + "\n" + glyph) : glyph);
    }
  }
  // The selected rack last, so that nothing lies over its frame.
  if (selected >= 0) {
    const SiteMap::Rack& rack = site.racks[static_cast<std::size_t>(selected)];
    painter.setPen(QPen(theme.accent, 3));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(frame.Of(rack, site.systems[static_cast<std::size_t>(rack.system)]).adjusted(-1, -1, 1, 1));
  }
  PaintLegend(painter, frame.legend, theme);
  if (screen && hasFocus()) {
    painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
    painter.drawRect(QRectF({0.5, 0.5}, size - QSizeF(1, 1)));
  }
}

void FloorPlanView::PaintLegend(QPainter& painter, const QRectF& where, const Theme& theme) const {
  const RackMetric& metric = FindRackMetric(state()->metric());
  const QFontMetricsF metrics(font());
  double x = where.left();
  const double y = where.center().y();
  const auto text = [&](const QString& word, const QColor& colour) {
    painter.setPen(colour);
    painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), word);
    x += metrics.horizontalAdvance(word);
  };
  const auto chip = [&](const QColor& colour, const QString& word) {
    painter.setPen(QPen(theme.border));
    painter.setBrush(colour);
    painter.drawRect(QRectF(x, y - 6, 12, 12));
    x += 18;
    text(word, theme.text);
    x += 16;
  };
  if (metric.kind == RackMetric::Kind::kState) {
    for (const RackState s : {RackState::kBusy, RackState::kSlowed, RackState::kIdle, RackState::kOff})
      chip(StateColour(s, theme), (StateGlyph(s) + " " + StateWord(s)).trimmed());
    return;
  }
  if (metric.kind == RackMetric::Kind::kWorkload) {
    for (std::size_t w = 0; w < values_.words.size(); ++w) chip(theme.Series(static_cast<int>(w)), values_.words[w]);
    chip(theme.page, tr("none"));
    return;
  }
  const bool share = shade_ != Shade::kValue && !difference_;
  text(share ? QStringLiteral("0 %") : FigureText(range_.from, metric.unit), theme.secondary);
  x += 8;
  const int width = static_cast<int>(std::clamp(where.width() * 0.35, 80.0, 260.0));
  const ColourMap map = difference_ ? ColourMap::kDifference : ColourMap::kCividis;
  for (int i = 0; i < width; i += 2) painter.fillRect(QRectF(x + i, y - 6, 2, 12), ColourOf(map, static_cast<double>(i) / width));
  x += width + 8;
  text(share ? QStringLiteral("100 %") : FigureText(range_.to, metric.unit), theme.secondary);
  x += 20;
  if (share) chip(Qt::white, tr("no limit"));
  if (metric.has_limit && !difference_) {
    text(GlyphOf(Standing::kNear) + tr(" over 90 % of limit  ") , theme.secondary);
    text(GlyphOf(Standing::kOver) + tr(" over limit"), theme.secondary);
    x += 16;
  }
  if (values_.empty) text(tr("reading …"), theme.secondary);
  else if (!values_.exact) text(tr("means of a longer stretch …"), theme.secondary);
}

void FloorPlanView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Paint(painter, size(), ThemeOf(*this), true);
}

void FloorPlanView::paintTo(QPainter& painter, QSizeF size) const { Paint(painter, size, Theme::Light(), false); }

QString FloorPlanView::TextOf(int r) const {
  const ReportFile* f = file();
  if (!f || r < 0) return {};
  const auto i = static_cast<std::size_t>(r);
  const SiteMap::Rack& rack = f->site().racks[i];
  const RackMetric& metric = FindRackMetric(state()->metric());
  const double v = values_.value[i], limit = values_.limit[i];
  QString value = FigureText(v, metric.unit);
  if (metric.kind == RackMetric::Kind::kState) value = StateWord(std::isnan(v) ? RackState::kUnknown : static_cast<RackState>(static_cast<int>(v)));
  if (metric.kind == RackMetric::Kind::kWorkload) value = std::isnan(v) ? tr("none") : values_.words[static_cast<std::size_t>(v)];
  QString out = QString("<b>%1</b> · %2<br>%3: %4").arg(rack.name, f->site().systems[static_cast<std::size_t>(rack.system)].type, metric.title, value);
  if (std::isfinite(limit) && !difference_) out += tr(" of %1").arg(FigureText(limit, metric.unit));
  const QString work = f->site().WorkloadOf(r);
  if (!work.isEmpty() && metric.kind != RackMetric::Kind::kWorkload) out += "<br>" + work;
  return out;
}

bool FloorPlanView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString text = TextOf(RackAt(help->pos()));
    QToolTip::showText(help->globalPos(), text.isEmpty() ? describe() : text, this);
    return true;
  }
  if (event->type() == QEvent::PaletteChange) update();
  return View::event(event);
}

void FloorPlanView::Select(int rack) {
  const ReportFile* f = file();
  if (!f || rack < 0 || rack >= static_cast<int>(f->site().racks.size())) return;
  state()->SetSelection({EntityKind::kRack, f->site().racks[static_cast<std::size_t>(rack)].name});
  emit RackActivated(rack);
}

void FloorPlanView::mousePressEvent(QMouseEvent* event) {
  const int rack = RackAt(event->position());
  if (rack >= 0)
    Select(rack);
  else
    state()->SetSelection({});
}

void FloorPlanView::wheelEvent(QWheelEvent* event) { event->ignore(); }

void FloorPlanView::keyPressEvent(QKeyEvent* event) {
  const ReportFile* f = file();
  const bool arrow = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right || event->key() == Qt::Key_Up || event->key() == Qt::Key_Down;
  if (!f || f->site().racks.empty() || !arrow) return View::keyPressEvent(event);
  const SiteMap& site = f->site();
  const int now = state()->selection().kind == EntityKind::kRack ? site.FindRack(state()->selection().name) : -1;
  if (now < 0) return Select(0);
  // The nearest rack in that direction.
  const SiteMap::Rack& from = site.racks[static_cast<std::size_t>(now)];
  int best = -1;
  double least = 1e300;
  for (std::size_t r = 0; r < site.racks.size(); ++r) {
    const double dx = site.racks[r].x - from.x, dy = site.racks[r].y - from.y;
    const bool across = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
    const double along = event->key() == Qt::Key_Right ? dx : event->key() == Qt::Key_Left ? -dx : event->key() == Qt::Key_Down ? dy : -dy;
    const double aside = across ? dy : dx;
    if (along <= 1e-9) continue;
    const double distance = along + 4.0 * std::abs(aside);
    if (distance < least) {
      least = distance;
      best = static_cast<int>(r);
    }
  }
  if (best >= 0) Select(best);
}

}  // namespace headroom::gui
