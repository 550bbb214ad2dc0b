#include "gui/data/sweep_results.h"

#include <QFileInfo>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "gui/data/columns.h"

namespace headroom::gui {
namespace {

SweepResults::Axis AxisOf(const Column& c, std::size_t points) {
  SweepResults::Axis axis;
  axis.name = QString::fromStdString(c.name);
  axis.unit = QString::fromStdString(c.units);
  axis.varied = true;
  const auto* texts = std::get_if<std::vector<std::string>>(&c.values);
  if (!texts) {
    for (std::size_t p = 0; p < points; ++p) axis.values.push_back(NumberAt(c, p));
    return axis;
  }
  for (const std::string& text : *texts) {
    const QString word = QString::fromStdString(text);
    int at = static_cast<int>(axis.words.indexOf(word));
    if (at < 0) {
      at = static_cast<int>(axis.words.size());
      axis.words << word;
    }
    axis.values.push_back(at);
  }
  return axis;
}

}  // namespace

double SweepResults::Axis::least() const {
  double out = std::numeric_limits<double>::quiet_NaN();
  for (const double v : values)
    if (std::isfinite(v) && !(out <= v)) out = v;
  return out;
}

double SweepResults::Axis::largest() const {
  double out = std::numeric_limits<double>::quiet_NaN();
  for (const double v : values)
    if (std::isfinite(v) && !(out >= v)) out = v;
  return out;
}

bool SweepResults::Axis::constant() const { return !(least() < largest()); }

SweepResults SweepResults::Read(const QString& path) { return Of(report::ReadSweep(path.toStdString()), path); }

SweepResults SweepResults::Of(const report::SweepTable& table, const QString& path) {
  SweepResults s;
  s.path = path;
  s.title = QString::fromStdString(table.title);
  s.points = table.points;
  for (const Column& c : table.coordinates) {
    if (c.name == "case" || c.name == "repeat" || c.name == "seed") continue;
    if (c.name == "report") {
      for (std::size_t p = 0; p < s.points; ++p) s.report.push_back(QString::fromStdString(WordAt(c, p)));
      continue;
    }
    s.axes.push_back(AxisOf(c, s.points));
  }
  for (const Column& c : table.words)
    if (c.name == "status")
      for (std::size_t p = 0; p < s.points; ++p) s.status.push_back(QString::fromStdString(WordAt(c, p)));
  s.status.resize(s.points);
  s.report.resize(s.points);
  const std::size_t width = table.metrics.size();
  for (std::size_t m = 0; m < width; ++m) {
    Axis axis;
    axis.name = QString::fromStdString(table.metrics[m]);
    axis.unit = QString::fromStdString(table.units[m]);
    for (std::size_t p = 0; p < s.points; ++p) axis.values.push_back(table.values[p * width + m]);
    s.axes.push_back(std::move(axis));
  }
  return s;
}

int SweepResults::FindAxis(const QString& name) const {
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (axes[i].name == name) return static_cast<int>(i);
  return -1;
}

QString SweepResults::ReportPath(std::size_t point) const {
  if (point >= report.size() || report[point].isEmpty()) return {};
  const QString file = QFileInfo(path).absolutePath() + "/reports/" + report[point] + ".h5";
  return QFileInfo::exists(file) ? file : QString();
}

std::vector<std::size_t> SweepResults::Front(int x, bool more_x, int y, bool more_y) const {
  const Axis &ax = axes[static_cast<std::size_t>(x)], &ay = axes[static_cast<std::size_t>(y)];
  const auto less = [](double v, bool more) { return more ? -v : v; };
  std::vector<std::size_t> order;
  for (std::size_t p = 0; p < points; ++p)
    if (std::isfinite(ax.values[p]) && std::isfinite(ay.values[p])) order.push_back(p);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(less(ax.values[a], more_x), less(ay.values[a], more_y)) <
           std::pair(less(ax.values[b], more_x), less(ay.values[b], more_y));
  });
  std::vector<std::size_t> front;
  double best = std::numeric_limits<double>::infinity();
  for (const std::size_t p : order) {
    const double v = less(ay.values[p], more_y);
    const bool twin = !front.empty() && ax.values[front.back()] == ax.values[p] && ay.values[front.back()] == ay.values[p];
    if (v < best || twin) {
      front.push_back(p);
      best = std::min(best, v);
    }
  }
  return front;
}

}  // namespace headroom::gui
