#include <QtWidgets>
#include <cmath>

#include "gui/data/rack_metric.h"
#include "gui/data/trace.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"
#include "gui/views/colour_map.h"
#include "gui/views/gantt_view.h"

namespace headroom::gui {
namespace {

QStringList WorkloadsOf(const ReportFile& file) {
  QStringList out;
  for (const SiteMap::Placement& p : file.site().placement)
    if (!out.contains(p.workload)) out << p.workload;
  return out;
}

/// Units that work may hold in a row.
double UnitsOf(const ReportFile& file, const GanttRow& row) {
  if (row.kind != GanttRow::Kind::kSite) return std::max(1, row.last - row.first + 1);
  int units = 0;
  for (const SiteMap::System& s : file.site().systems) units += s.racks * std::max(1, s.units_per_rack);
  return std::max(1, units);
}

}  // namespace

std::vector<std::vector<double>> GanttView::Held(int report, const GanttRow& row, const QRectF& lane) const {
  const TimeRange range = state()->range();
  const QStringList workloads = WorkloadsOf(*file(report));
  const int columns = std::max(1, static_cast<int>(lane.width() / 2));
  std::vector<std::vector<double>> held(static_cast<std::size_t>(std::max<qsizetype>(1, workloads.size())), std::vector<double>(static_cast<std::size_t>(columns) + 1, 0.0));
  for (const GanttBar* b : content(report).BarsOf(row)) {
    if (b->to < range.from || b->from > range.to) continue;
    auto& line = held[static_cast<std::size_t>(std::max<qsizetype>(0, workloads.indexOf(b->workload)))];
    const int a = std::clamp(static_cast<int>((XOf(b->from, lane) - lane.left()) / 2), 0, columns), e = std::clamp(static_cast<int>((XOf(b->to, lane) - lane.left()) / 2), 0, columns);
    const bool all = row.kind == GanttRow::Kind::kSite;
    const int units = all ? b->last - b->first + 1 : std::min(b->last, row.last) - std::max(b->first, row.first) + 1;
    for (int c = a; c < std::max(e, a + 1) && c < columns; ++c) line[static_cast<std::size_t>(c)] += units;
  }
  return held;
}

void GanttView::PaintLanes(QPainter& painter, const GanttRow& row, const QRectF& where, const Theme& theme) const {
  if (pane_ == Pane::kDifference) return PaintDifference(painter, row, where, theme);
  const std::vector<int> reports = Reports();
  const double height = where.height() / static_cast<double>(reports.size());
  double top = where.top();
  for (const int r : reports) {
    QRectF lane(where.left(), top, where.width(), height);
    top += height;
    const auto there = RowIn(r, row);
    if (reports.size() > 1) {
      painter.fillRect(QRectF(lane.left() - 6, lane.top() + 1, 4, lane.height() - 2), state()->reports()[static_cast<std::size_t>(r)].colour);
      lane.adjust(0, -1, 0, 1);
    }
    if (there) PaintRow(painter, r, *there, lane, theme);
  }
}

void GanttView::PaintDifference(QPainter& painter, const GanttRow& row, const QRectF& where, const Theme& theme) const {
  QRectF lane = where.adjusted(0, 2, 0, -2);
  const QRectF strip(lane.left(), lane.bottom() - 4, lane.width(), 4);
  lane.setBottom(strip.top() - 1);
  const auto share = [&](int report, const GanttRow& of) {
    std::vector<double> sum(static_cast<std::size_t>(std::max(1, static_cast<int>(lane.width() / 2))) + 1, 0.0);
    for (const auto& line : Held(report, of, lane))
      for (std::size_t c = 0; c < line.size(); ++c) sum[c] += line[c];
    const double total = UnitsOf(*file(report), of);
    for (double& v : sum) v /= total;
    return sum;
  };
  const auto base_row = RowIn(0, row);
  const std::vector<double> ours = share(report_, row);
  const std::vector<double> base = base_row ? share(0, *base_row) : std::vector<double>(ours.size(), 0.0);
  for (std::size_t c = 0; c + 1 < ours.size(); ++c)
    painter.fillRect(QRectF(lane.left() + 2.0 * static_cast<double>(c), lane.top(), 2, lane.height()), ColourOf(ColourMap::kDifference, 0.5 + 0.5 * (ours[c] - base[c])));
  painter.setPen(QPen(theme.border));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(lane);
  if (row.rack < 0 || !base_row) return;
  const TimeRange range = state()->range();
  const auto busy = [&](int report, int rack) {
    const RackSource source = SourceOf(*file(report), FindRackMetric("utilisation"), rack);
    return source.series < 0 ? std::vector<TracePoint>() : TraceOf(*file(report), source.series, source.entity, range.from, range.to, static_cast<int>(strip.width() / 3)).points;
  };
  const std::vector<TracePoint> a = busy(0, base_row->rack), b = busy(report_, row.rack);
  int last = static_cast<int>(strip.left());
  std::size_t k = 0;
  for (const TracePoint& p : b) {
    while (k + 1 < a.size() && a[k + 1].time <= p.time) ++k;
    if (a.empty() || !std::isfinite(p.mean) || !std::isfinite(a[k].mean)) continue;
    const int x = static_cast<int>(XOf(p.time, strip));
    painter.fillRect(QRect(last, static_cast<int>(strip.top()), std::max(0, x - last), static_cast<int>(strip.height())), ColourOf(ColourMap::kDifference, 0.5 + 0.5 * (p.mean - a[k].mean)));
    last = x;
  }
}

void GanttView::PaintRow(QPainter& painter, int report, const GanttRow& row, const QRectF& where, const Theme& theme) const {
  const ReportFile& f = *file(report);
  const TimeRange range = state()->range();
  const QFontMetricsF metrics(font());
  QRectF lane = where.adjusted(0, 2, 0, -2);
  const QRectF strip(lane.left(), lane.bottom() - 4, lane.width(), 4);
  lane.setBottom(strip.top() - 1);
  const bool fold = row.kind == GanttRow::Kind::kSite || row.kind == GanttRow::Kind::kSystem;
  const QStringList workloads = WorkloadsOf(f);
  const std::vector<const GanttBar*> bars = content(report).BarsOf(row);
  if (fold) {
    // Shares of the held units over time, stacked by workload: bars of a whole system lie over each other.
    const double total = UnitsOf(f, row);
    const std::vector<std::vector<double>> held = Held(report, row, lane);
    for (std::size_t c = 0; c + 1 < held.front().size(); ++c) {
      double y = lane.bottom();
      for (std::size_t w = 0; w < held.size(); ++w) {
        const double h = lane.height() * std::min(1.0, held[w][c] / total);
        if (h <= 0.0) continue;
        painter.fillRect(QRectF(lane.left() + 2.0 * static_cast<double>(c), y - h, 2, h), theme.Series(static_cast<int>(w)));
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

}  // namespace headroom::gui
