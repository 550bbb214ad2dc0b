#include "gui/views/series_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "gui/data/report_file.h"
#include "gui/data/trace.h"
#include "gui/study/study_state.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/report_watch.h"

namespace headroom::gui {
QString SeriesTitle(const QString& name) {
  QString out = name;
  out.replace('_', ' ');
  if (out == "pue") return QStringLiteral("PUE");
  if (out.startsWith("it ")) out.replace(0, 2, "IT");
  if (out.startsWith("nic ")) out.replace(0, 3, "NIC");
  if (!out.isEmpty()) out[0] = out[0].toUpper();
  return out;
}

SeriesPlot::SeriesPlot(StudyState* state, QWidget* parent) : PlotView(state, parent) {
  auto* watch = new ReportWatch(state, this);
  connect(watch, &ReportWatch::Arrived, this, &SeriesPlot::Refresh);
  connect(state, &StudyState::ReportsChanged, this, &SeriesPlot::Refresh);
  connect(state, &StudyState::RangeChanged, this, &SeriesPlot::Refresh);
  connect(state, &StudyState::TimeChanged, this, &SeriesPlot::Refresh);
  connect(state, &StudyState::CompareModeChanged, this, &SeriesPlot::Refresh);
}

void SeriesPlot::SetLines(QString name, QString unit, QString help, std::vector<PlotLine> lines) {
  name_ = std::move(name);
  unit_ = std::move(unit);
  help_ = std::move(help);
  lines_ = std::move(lines);
  Refresh();
}

void SeriesPlot::SetSeries(const QString& series, std::size_t most) {
  // The entities of all reports, in the order of the first that has them.
  std::vector<PlotLine> lines;
  std::set<QString> known;
  QString help, unit;
  for (const OpenReport& r : state()->reports()) {
    const int index = r.file->FindSeries(series);
    if (index < 0) continue;
    const report::SeriesShape& shape = r.file->series(index);
    if (help.isEmpty()) help = QString::fromStdString(shape.spec.long_name);
    if (unit.isEmpty()) unit = QString::fromStdString(shape.spec.units);
    for (std::size_t e = 0; e < shape.width; ++e) {
      const QString name = e < shape.spec.entities.size() ? QString::fromStdString(shape.spec.entities[e]) : QString();
      if (known.insert(name).second) lines.push_back({series, e, name, 1.0, name});
    }
  }
  if (lines.empty()) return SetLines(SeriesTitle(series), "1", tr("not in these reports"), {});
  if (lines.size() > most) {
    help += tr("; the first %1 of %2").arg(most).arg(lines.size());
    lines.resize(most);
  }
  SetLines(SeriesTitle(series), unit, help, std::move(lines));
}

void SeriesPlot::SetReport(int report, bool minus_baseline) {
  report_ = report;
  minus_ = minus_baseline;
  Refresh();
}

QString SeriesPlot::title() const {
  const auto& reports = state()->reports();
  if (report_ >= 0 && report_ < static_cast<int>(reports.size())) {
    const QString& label = reports[static_cast<std::size_t>(report_)].label;
    return minus_ ? tr("%1 – %2 minus %3").arg(name_, label, reports.front().label) : tr("%1 – %2").arg(name_, label);
  }
  if (reports.size() == 1) return tr("%1 – %2").arg(name_, reports.front().label);
  if (reports.size() > 1 && state()->compare_mode() == CompareMode::kDifference)
    return tr("%1, difference from %2").arg(name_, reports.front().label);
  return name_;
}

QString SeriesPlot::describe() const {
  return help_.isEmpty() ? name_ : tr("%1. The band runs from the least to the largest where a point stands for several intervals.").arg(help_);
}

PlotCurve SeriesPlot::CurveOf(std::size_t report, const PlotLine& line, double from, double to, int points) const {
  PlotCurve c;
  const ReportFile& file = *state()->reports()[report].file;
  const int series = file.FindSeries(line.series);
  if (series < 0) return c;
  std::size_t entity = line.entity;
  if (!line.name.isEmpty()) {
    const std::vector<std::string>& names = file.series(series).spec.entities;
    entity = static_cast<std::size_t>(std::find(names.begin(), names.end(), line.name.toStdString()) - names.begin());
    if (entity == names.size()) return c;
  }
  const Trace trace = TraceOf(file, series, entity, from, to, points);
  const bool band = !trace.exact;
  for (const TracePoint& p : trace.points) {
    c.x.push_back(p.time);
    c.y.push_back(p.mean * line.scale);
    if (!band) continue;
    c.low.push_back(p.least * line.scale);
    c.high.push_back(p.largest * line.scale);
  }
  return c;
}

std::vector<PlotCurve> SeriesPlot::curves(double from, double to, int points) const {
  std::vector<PlotCurve> out;
  const auto& reports = state()->reports();
  const Theme& theme = ThemeOf(*this);
  const bool difference = minus_ || (report_ < 0 && reports.size() > 1 && state()->compare_mode() == CompareMode::kDifference);
  const bool one = report_ >= 0 || reports.size() == 1;
  for (std::size_t r = 0; r < reports.size(); ++r) {
    if (report_ >= 0 && static_cast<int>(r) != report_) continue;
    if (difference && r == 0) continue;
    for (std::size_t l = 0; l < lines_.size(); ++l) {
      PlotCurve c = CurveOf(r, lines_[l], from, to, points);
      if (std::none_of(c.y.begin(), c.y.end(), [](double y) { return std::isfinite(y); })) continue;
      if (difference) Subtract(CurveOf(0, lines_[l], from, to, points), &c);
      c.colour = one ? theme.Series(static_cast<int>(l)) : reports[r].colour;
      c.dashed = one ? l >= 7 : l % 2 == 1;
      c.label = lines_[l].label;
      if (!one) c.label = c.label.isEmpty() ? reports[r].label : reports[r].label + " " + c.label;
      out.push_back(std::move(c));
    }
  }
  return out;
}

std::vector<PlotView::Limit> SeriesPlot::limits() const {
  std::vector<Limit> out;
  if (lines_.empty() || lines_.front().series != "site_power" || minus_ || (report_ < 0 && state()->compare_mode() == CompareMode::kDifference)) return out;
  for (const OpenReport& r : state()->reports()) {
    const double limit = r.file->site().utility_limit;
    if (std::isfinite(limit) && (out.empty() || out.back().value != limit))
      out.push_back({tr("limit %1").arg(FigureText(limit, "W")), limit});
  }
  return out;
}

std::pair<double, double> SeriesPlot::extent() const { return {state()->extent().from, state()->extent().to}; }

std::pair<double, double> SeriesPlot::shown() const { return {state()->range().from, state()->range().to}; }

void SeriesPlot::Show(double from, double to, bool push) {
  if (to - from > 1e-6) state()->SetRange({from, to}, push);
}

void SeriesPlot::Clicked(double x) { state()->SetTime(x); }

double SeriesPlot::cursor() const { return state()->time(); }

}  // namespace headroom::gui
