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
    const QRectF area = Metres(r, s);
    return {origin + area.topLeft() * scale, area.size() * scale};
  }
  static QRectF Metres(const SiteMap::Rack& r, const SiteMap::System& s) {
    const double along = r.turned() ? s.rack_depth : s.rack_width, across = r.turned() ? s.rack_width : s.rack_depth;
    return {r.x - along / 2, r.y - across / 2, along, across};
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

const ReportFile* FloorPlanView::file(int report) const {
  const auto& reports = state()->reports();
  return report >= 0 && report < static_cast<int>(reports.size()) ? reports[static_cast<std::size_t>(report)].file.get() : nullptr;
}

void FloorPlanView::SetReport(int report, Pane pane) {
  report_ = report;
  pane_ = pane;
  Follow();
}

void FloorPlanView::SetShade(Shade shade) {
  shade_ = shade;
  Follow();
}

void FloorPlanView::Follow() {
  table_due_ = true;
  layers_.clear();
  if (file() != nullptr) {
    const RackMetric& metric = FindRackMetric(state()->metric());
    const int first_shown = pane_ == Pane::kOverlay ? 0 : report_;
    const int last_shown = pane_ == Pane::kOverlay ? static_cast<int>(state()->reports().size()) - 1 : report_;
    for (int r = first_shown; r <= last_shown; ++r) layers_.push_back({r, RackValuesAt(*file(r), metric, state()->time())});
    bool first = true;
    for (const OpenReport& r : state()->reports()) {
      const ValueRange range = RangeOf(*r.file, metric);
      first ? range_ = range : (range_.Include(range), range_);
      first = false;
    }
    if (pane_ == Pane::kDifference && !metric.is_word) {
      RackValues& values = layers_.front().values;
      const RackValues base = RackValuesAt(*state()->reports().front().file, metric, state()->time());
      double most = 0.0;
      for (std::size_t r = 0; r < values.value.size(); ++r) {
        values.value[r] = r < base.value.size() ? values.value[r] - base.value[r] : std::nan("");
        if (std::isfinite(values.value[r])) most = std::max(most, std::abs(values.value[r]));
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
  if (pane_ == Pane::kOverlay) return tr("%1 – %2 over each other").arg(what, tr("%1 scenarios").arg(layers_.size()));
  const auto& label = state()->reports()[static_cast<std::size_t>(report_)].label;
  return pane_ == Pane::kDifference ? tr("%1 – %2 minus %3").arg(what, label, state()->reports().front().label) : tr("%1 – %2").arg(what, label);
}

QString FloorPlanView::describe() const {
  QString text = FindRackMetric(state()->metric()).help;
  if (pane_ != Pane::kOverlay) return text;
  QStringList labels;
  for (const Layer& layer : layers_) labels << state()->reports()[static_cast<std::size_t>(layer.report)].label;
  return text + tr(" Bands of a rack, from the first: %1.").arg(labels.join(", "));
}

QString FloorPlanView::AccessibleSummary() const {
  return tr("%1 racks at %2. %3 The table holds the values.").arg(layers_.empty() ? 0 : layers_.front().values.value.size()).arg(TimeFigureText(state()->time()), describe());
}

QAbstractItemModel* FloorPlanView::table() const {
  if (!table_due_) return table_;
  table_due_ = false;
  const RackMetric& metric = FindRackMetric(state()->metric());
  std::vector<RowsModel::Row> rows;
  const bool several = layers_.size() > 1;
  for (const Layer& layer : layers_) {
    const ReportFile* f = file(layer.report);
    for (std::size_t r = 0; r < f->site().racks.size(); ++r) {
      const SiteMap::Rack& rack = f->site().racks[r];
      const double v = layer.values.value[r], limit = layer.values.limit[r];
      Cell value = NumberCell(v, metric.unit);
      if (metric.kind == RackMetric::Kind::kState) value = TextCell(StateWord(std::isnan(v) ? RackState::kUnknown : static_cast<RackState>(static_cast<int>(v))));
      if (metric.kind == RackMetric::Kind::kWorkload) value = TextCell(std::isnan(v) ? QString() : layer.values.words[static_cast<std::size_t>(v)]);
      rows.push_back({TextCell(rack.name), TextCell(f->site().systems[static_cast<std::size_t>(rack.system)].name), value,
                      NumberCell(limit, metric.unit), NumberCell(limit > 0.0 ? 100.0 * v / limit : std::nan(""), "%"),
                      NumberCell(rack.x, "m"), NumberCell(rack.y, "m")});
      if (several) rows.back().push_back(TextCell(state()->reports()[static_cast<std::size_t>(layer.report)].label));
    }
  }
  QStringList headers{tr("rack"), tr("system"), metric.title, tr("limit"), tr("used"), tr("x"), tr("y")};
  if (several) headers << tr("scenario");
  table_->Set(std::move(headers), std::move(rows));
  return table_;
}

FloorPlanView::Frame FloorPlanView::FrameFor(QSizeF size) const {
  Frame frame;
  const double text = QFontMetricsF(font()).height();
  frame.legend = QRectF(12, size.height() - text * 2.2 - 8, size.width() - 24, text * 2.2);
  const double top = text * (layers_.size() > 1 ? 2.8 : 1.8);
  frame.plan = QRectF(12, top, size.width() - 24, frame.legend.top() - top - 6);
  QRectF all;
  for (const Layer& layer : layers_)
    for (const SiteMap::Rack& r : file(layer.report)->site().racks)
      all |= Frame::Metres(r, file(layer.report)->site().systems[static_cast<std::size_t>(r.system)]);
  if (all.isEmpty()) return frame;
  all.adjust(-0.8, -0.8, 0.8, 0.8);
  frame.scale = std::min({frame.plan.width() / all.width(), frame.plan.height() / all.height(), 90.0});
  frame.origin = frame.plan.center() - all.center() * frame.scale;
  return frame;
}

int FloorPlanView::RackAt(const QPointF& at) const {
  const Frame frame = FrameFor(size());
  for (const Layer& layer : layers_) {
    const SiteMap& site = file(layer.report)->site();
    for (std::size_t r = 0; r < site.racks.size(); ++r)
      if (frame.Of(site.racks[r], site.systems[static_cast<std::size_t>(site.racks[r].system)]).contains(at)) return static_cast<int>(r);
  }
  return -1;
}

QColor FloorPlanView::ShadeOf(const RackValues& values, std::size_t rack, const Theme& theme) const {
  const RackMetric& metric = FindRackMetric(state()->metric());
  const double v = values.value[rack];
  if (metric.kind == RackMetric::Kind::kState) return StateColour(std::isnan(v) ? RackState::kUnknown : static_cast<RackState>(static_cast<int>(v)), theme);
  if (metric.kind == RackMetric::Kind::kWorkload) return std::isnan(v) ? theme.page : theme.Series(static_cast<int>(v));
  if (!std::isfinite(v)) return theme.page;
  if (pane_ == Pane::kDifference) return ColourOf(ColourMap::kDifference, (v - range_.from) / (range_.to - range_.from));
  if (shade_ == Shade::kValue) return ColourOf(ColourMap::kCividis, (v - range_.from) / (range_.to - range_.from));
  const double limit = values.limit[rack];
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
  if (layers_.size() > 1) {
    QStringList labels;
    for (const Layer& layer : layers_) labels << state()->reports()[static_cast<std::size_t>(layer.report)].label;
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(12, 4 + QFontMetricsF(bold).height(), size.width() - 24, frame.plan.top()), Qt::AlignLeft | Qt::AlignTop,
                     QFontMetrics(font()).elidedText(tr("Bands of a rack, first to last: %1").arg(labels.join(", ")), Qt::ElideRight, static_cast<int>(size.width()) - 24));
  }
  if (!f || f->site().racks.empty()) {
    painter.setPen(theme.secondary);
    painter.drawText(frame.plan, Qt::AlignCenter | Qt::TextWordWrap,
                     f ? tr("This report does not say where racks stand. Run its scenario again to get a floor plan.")
                       : tr("No report is shown. Run a variant, or open a report."));
    return;
  }
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) PaintLayer(painter, frame, layer, theme);
  // The selected rack last, so that nothing lies over its frame.
  if (state()->selection().kind == EntityKind::kRack)
    for (const Layer& layer : layers_) {
      const SiteMap& site = file(layer.report)->site();
      const int selected = site.FindRack(state()->selection().name);
      if (selected < 0) continue;
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

void FloorPlanView::PaintLayer(QPainter& painter, const Frame& frame, std::size_t layer, const Theme& theme) const {
  const SiteMap& site = file(layers_[layer].report)->site();
  const RackValues& values = layers_[layer].values;
  const RackMetric& metric = FindRackMetric(state()->metric());
  const QFontMetricsF metrics(font());
  const QPen edge(theme.dark ? QColor(255, 255, 255, 40) : QColor(0, 0, 0, 50), 1);
  for (std::size_t r = 0; r < site.racks.size(); ++r) {
    const SiteMap::Rack& rack = site.racks[r];
    QRectF box = frame.Of(rack, site.systems[static_cast<std::size_t>(rack.system)]);
    const double gap = std::min(1.5, box.width() * 0.06);
    box.adjust(gap, gap, -gap, -gap);
    if (layers_.size() > 1) {
      const double share = 1.0 / static_cast<double>(layers_.size()), from = static_cast<double>(layer) * share;
      box = rack.turned() ? QRectF(box.left() + from * box.width(), box.top(), share * box.width(), box.height())
                          : QRectF(box.left(), box.top() + from * box.height(), box.width(), share * box.height());
    }
    const QColor shade = ShadeOf(values, r, theme);
    painter.fillRect(box, shade);
    if (box.width() >= 5.0) {
      painter.setPen(edge);
      painter.drawRect(box);
      // The front.
      painter.setPen(QPen(theme.secondary, 2));
      const bool first = layer == 0, last = layer + 1 == layers_.size();
      switch (rack.faces) {
        case SiteMap::Rack::Facing::kDown: if (first) painter.drawLine(box.topLeft() + QPointF(2, 0), box.topRight() - QPointF(2, 0)); break;
        case SiteMap::Rack::Facing::kUp: if (last) painter.drawLine(box.bottomLeft() + QPointF(2, 0), box.bottomRight() - QPointF(2, 0)); break;
        case SiteMap::Rack::Facing::kLeft: if (first) painter.drawLine(box.topLeft() + QPointF(0, 2), box.bottomLeft() - QPointF(0, 2)); break;
        case SiteMap::Rack::Facing::kRight: if (last) painter.drawLine(box.topRight() + QPointF(0, 2), box.bottomRight() - QPointF(0, 2)); break;
      }
    }
    const Standing standing = pane_ == Pane::kDifference || metric.is_word ? Standing::kUnknown : StandingOf(values.value[r], values.limit[r]);
    QString glyph = standing == Standing::kNear || standing == Standing::kOver ? GlyphOf(standing) : QString();
    if (metric.kind == RackMetric::Kind::kState && std::isfinite(values.value[r])) glyph = StateGlyph(static_cast<RackState>(static_cast<int>(values.value[r])));
    const QString number = QString::number(r + 1);
    const bool roomy = layers_.size() == 1 && box.height() > 2.4 * metrics.height() && box.width() > metrics.horizontalAdvance(number) + 4;
    if (roomy || (!glyph.isEmpty() && box.width() > 8 && box.height() > 0.8 * metrics.height())) {
      painter.setPen(InkOn(shade));
      painter.drawText(box, Qt::AlignCenter, roomy ? (glyph.isEmpty() ? number : number + "\n" + glyph) : glyph);
    }
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
    const std::vector<QString> none;
    const std::vector<QString>& words = layers_.empty() ? none : layers_.front().values.words;
    for (std::size_t w = 0; w < words.size(); ++w) chip(theme.Series(static_cast<int>(w)), words[w]);
    chip(theme.page, tr("none"));
    return;
  }
  const bool difference = pane_ == Pane::kDifference, share = shade_ != Shade::kValue && !difference;
  text(share ? QStringLiteral("0 %") : FigureText(range_.from, metric.unit), theme.secondary);
  x += 8;
  const int width = static_cast<int>(std::clamp(where.width() * 0.35, 80.0, 260.0));
  const ColourMap map = difference ? ColourMap::kDifference : ColourMap::kCividis;
  for (int i = 0; i < width; i += 2) painter.fillRect(QRectF(x + i, y - 6, 2, 12), ColourOf(map, static_cast<double>(i) / width));
  x += width + 8;
  text(share ? QStringLiteral("100 %") : FigureText(range_.to, metric.unit), theme.secondary);
  x += 20;
  if (share) chip(Qt::white, tr("no limit"));
  if (metric.has_limit && !difference) {
    text(GlyphOf(Standing::kNear) + tr(" over 90 % of limit  ") , theme.secondary);
    text(GlyphOf(Standing::kOver) + tr(" over limit"), theme.secondary);
    x += 16;
  }
  if (layers_.empty()) return;
  if (layers_.front().values.empty) text(tr("reading …"), theme.secondary);
  else if (!layers_.front().values.exact) text(tr("means of a longer stretch …"), theme.secondary);
}

void FloorPlanView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Paint(painter, size(), ThemeOf(*this), true);
}

void FloorPlanView::paintTo(QPainter& painter, QSizeF size) const { Paint(painter, size, Theme::Light(), false); }

QString FloorPlanView::TextOf(int r) const {
  if (r < 0) return {};
  const RackMetric& metric = FindRackMetric(state()->metric());
  const auto i = static_cast<std::size_t>(r);
  QString out;
  for (const Layer& layer : layers_) {
    const SiteMap& site = file(layer.report)->site();
    if (i >= site.racks.size()) continue;
    const SiteMap::Rack& rack = site.racks[i];
    const double v = layer.values.value[i], limit = layer.values.limit[i];
    QString value = FigureText(v, metric.unit);
    if (metric.kind == RackMetric::Kind::kState) value = StateWord(std::isnan(v) ? RackState::kUnknown : static_cast<RackState>(static_cast<int>(v)));
    if (metric.kind == RackMetric::Kind::kWorkload) value = std::isnan(v) ? tr("none") : layer.values.words[static_cast<std::size_t>(v)];
    if (out.isEmpty()) out = QString("<b>%1</b> · %2").arg(rack.name, site.systems[static_cast<std::size_t>(rack.system)].type);
    out += QString("<br>%1: %2").arg(layers_.size() > 1 ? state()->reports()[static_cast<std::size_t>(layer.report)].label.toHtmlEscaped() : metric.title, value);
    if (std::isfinite(limit) && pane_ != Pane::kDifference) out += tr(" of %1").arg(FigureText(limit, metric.unit));
    const QString work = site.WorkloadOf(r);
    if (layers_.size() == 1 && !work.isEmpty() && metric.kind != RackMetric::Kind::kWorkload) out += "<br>" + work.toHtmlEscaped();
  }
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
