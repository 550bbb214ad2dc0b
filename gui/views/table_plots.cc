#include "gui/views/table_plots.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/data/columns.h"
#include "gui/data/report_file.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {
namespace {

constexpr std::size_t kPoints = 600;

/// Quantiles of what is positive, evenly spaced in rank.
PlotCurve Distribution(const QString& label, std::vector<double> values) {
  std::erase_if(values, [](double v) { return !(v > 0.0); });
  std::sort(values.begin(), values.end());
  PlotCurve c;
  c.label = label;
  const std::size_t n = values.size(), most = std::min(n, kPoints);
  for (std::size_t k = 0; k < most; ++k) {
    const std::size_t i = most > 1 ? k * (n - 1) / (most - 1) : 0;
    c.x.push_back(values[i]);
    c.y.push_back(static_cast<double>(i + 1) / static_cast<double>(n));
  }
  return c;
}

/// At most about `most` points of a curve whose x is ascending, of [from, to]: the least and largest of equal stretches.
PlotCurve Thinned(const PlotCurve& c, double from, double to, std::size_t most) {
  const auto begin = static_cast<std::size_t>(std::lower_bound(c.x.begin(), c.x.end(), from) - c.x.begin());
  const auto end = static_cast<std::size_t>(std::upper_bound(c.x.begin(), c.x.end(), to) - c.x.begin());
  const std::size_t first = begin > 0 ? begin - 1 : 0, last = std::min(end + 1, c.x.size());
  PlotCurve out = c;
  const std::size_t step = std::max<std::size_t>(1, 2 * (last - first) / std::max<std::size_t>(most, 2));
  out.x.assign(c.x.begin() + static_cast<std::ptrdiff_t>(first), c.x.begin() + static_cast<std::ptrdiff_t>(last));
  out.y.assign(c.y.begin() + static_cast<std::ptrdiff_t>(first), c.y.begin() + static_cast<std::ptrdiff_t>(last));
  if (step < 3) return out;
  out.x.clear();
  out.y.clear();
  for (std::size_t i = first; i < last; i += step) {
    const std::size_t stop = std::min(i + step, last);
    std::size_t least = i, largest = i;
    for (std::size_t k = i; k < stop; ++k) {
      if (c.y[k] < c.y[least]) least = k;
      if (c.y[k] > c.y[largest]) largest = k;
    }
    for (const std::size_t k : {std::min(least, largest), std::max(least, largest)}) {
      out.x.push_back(c.x[k]);
      out.y.push_back(c.y[k]);
    }
  }
  return out;
}

std::vector<PlotCurve> Latencies(const Table& table) {
  const auto &arrival = Reals(table, "arrival"), &first = Reals(table, "first_token"), &finish = Reals(table, "finish");
  if (arrival.size() != first.size() || arrival.size() != finish.size()) return {};
  std::vector<double> ttft(arrival.size()), last(arrival.size());
  for (std::size_t i = 0; i < arrival.size(); ++i) {
    ttft[i] = first[i] - arrival[i];
    last[i] = finish[i] - arrival[i];
  }
  return {Distribution(QObject::tr("first token"), std::move(ttft)), Distribution(QObject::tr("last token"), std::move(last))};
}

std::vector<PlotCurve> Spectrum(const Table& table) {
  PlotCurve c;
  c.label = QObject::tr("utility");
  const auto &frequency = Reals(table, "frequency"), &rms = Reals(table, "rms");
  for (std::size_t i = 0; i < std::min(frequency.size(), rms.size()); ++i) {
    if (!(frequency[i] > 0.0)) continue;
    c.x.push_back(frequency[i]);
    c.y.push_back(rms[i]);
  }
  return {c};
}

std::vector<PlotCurve> Window(const Table& table) {
  std::vector<PlotCurve> out;
  for (const char* name : {"utility", "load", "accelerators"}) {
    PlotCurve c;
    c.label = QString(name) == "load" ? QObject::tr("before battery") : QObject::tr(name);
    c.x = Reals(table, "time");
    c.y = Reals(table, name);
    if (c.x.size() == c.y.size() && !c.x.empty()) out.push_back(std::move(c));
  }
  return out;
}

}  // namespace

const TablePlotKind kLatencyPlot{"Requests answered within a time, %1",
                                 "Share of the requests whose first, or last, token came within a time of their arrival.", Latencies, "s", "1", true, false};
const TablePlotKind kSpectrumPlot{"Spectrum of the utility's power, window %1",
                                  "Root mean square of the power at the utility in each bin of frequency over the window.", Spectrum, "Hz", "W", true, true};
const TablePlotKind kWindowPlot{"Power in window %1",
                                "Power of boards after smoothing, of the site before its battery, and at the utility, sample by sample.", Window, "", "W", false, false};

TablePlot::TablePlot(StudyState* state, const TablePlotKind& kind, QWidget* parent) : PlotView(state, parent), kind_(kind) {
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &TablePlot::Gather);
  connect(state, &StudyState::ReportsChanged, this, &TablePlot::Restart);
}

void TablePlot::SetTable(const QString& path) {
  path_ = path;
  Restart();
}

void TablePlot::SetReport(int report, Pane pane) {
  report_ = report;
  pane_ = pane;
  Refresh();
}

void TablePlot::Restart() {
  made_.clear();
  ++begun_;
  Gather();
}

void TablePlot::Gather() {
  const auto& reports = state()->reports();
  made_.resize(reports.size());
  for (std::size_t r = 0; r < reports.size(); ++r) {
    if (made_[r].table || path_.isEmpty()) continue;
    made_[r].table = reports[r].file->FindTable(path_.toStdString());
    if (!made_[r].table) continue;
    QThreadPool::globalInstance()->start([plot = QPointer<TablePlot>(this), r, number = begun_, table = made_[r].table, make = kind_.curves] {
      auto curves = std::make_shared<std::vector<PlotCurve>>(make(*table));
      QMetaObject::invokeMethod(qApp, [plot, r, number, curves] {
        if (plot && plot->begun_ == number) plot->Take(r, std::move(*curves));
      });
    });
  }
}

void TablePlot::Take(std::size_t report, std::vector<PlotCurve> curves) {
  made_[report].curves = std::move(curves);
  double least = std::numeric_limits<double>::infinity(), largest = -least;
  for (const Made& m : made_)
    for (const PlotCurve& c : m.curves) {
      if (c.x.empty()) continue;  // ascending
      const auto first = std::find_if(c.x.begin(), c.x.end(), [&](double x) { return !log_x() || x > 0.0; });
      if (first == c.x.end()) continue;
      least = std::min(least, *first);
      largest = std::max(largest, c.x.back());
    }
  if (least < largest) extent_ = shown_ = {least, largest};
  Refresh();
}

std::vector<PlotCurve> TablePlot::curves(double from, double to, int points) const {
  std::vector<PlotCurve> out;
  const auto& reports = state()->reports();
  const Theme& theme = ThemeOf(*this);
  const bool several = pane_ == Pane::kOverlay && reports.size() > 1;
  for (std::size_t r = 0; r < made_.size() && r < reports.size(); ++r) {
    if (pane_ != Pane::kOverlay && static_cast<int>(r) != report_) continue;
    for (std::size_t k = 0; k < made_[r].curves.size(); ++k) {
      PlotCurve c = Thinned(made_[r].curves[k], from, to, static_cast<std::size_t>(2 * points));
      if (pane_ == Pane::kDifference) {
        if (k >= made_.front().curves.size()) continue;
        Subtract(made_.front().curves[k], &c);
      }
      c.colour = several ? reports[r].colour : theme.Series(static_cast<int>(k));
      c.dashed = several && k % 2 == 1;
      if (several) c.label = reports[r].label + " " + c.label;
      out.push_back(std::move(c));
    }
  }
  return out;
}

void TablePlot::Show(double from, double to, bool) {
  if (!(to > from)) return;
  shown_ = {from, to};
  Refresh();
}

QString TablePlot::Subject() const {
  const QString name = path_.section('/', 2, 2);
  const auto& reports = state()->reports();
  if (report_ >= static_cast<int>(reports.size())) return name;
  const QString& label = reports[static_cast<std::size_t>(report_)].label;
  if (pane_ == Pane::kDifference) return tr("%1 – %2 minus %3").arg(name, label, reports.front().label);
  return reports.size() == 1 || pane_ == Pane::kOne ? tr("%1 – %2").arg(name, label) : name;
}

}  // namespace headroom::gui
