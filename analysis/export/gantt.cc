#include "analysis/export/gantt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/export/axis.h"
#include "analysis/export/chart.h"
#include "analysis/export/columns.h"

namespace headroom::report {
namespace {

constexpr double kWidth = 480, kLeft = 46, kRight = 466, kTop = 10, kRow = 26, kBar = 16, kBottom = 34;
constexpr double kTall = 260;
constexpr std::size_t kMostEvents = 60;

struct Stretch {
  double from, to;
  bool slow = false;  ///< a step more than half longer than the median one
};

std::string Open(double height, const std::string& label) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, height, Escaped(label));
}

double X(double time, double span) { return kLeft + time / span * (kRight - kLeft); }

/// Stretches in order, those less than `gap` apart as one.
std::vector<Stretch> Joined(std::vector<Stretch> in, double gap) {
  std::vector<Stretch> out;
  for (const Stretch& s : in)
    if (!out.empty() && s.from - out.back().to < gap && s.slow == out.back().slow)
      out.back().to = std::max(out.back().to, s.to);
    else
      out.push_back(s);
  return out;
}

struct Row {
  std::string name;
  std::vector<Stretch> stretches;
};

std::vector<Row> RowsOfWork(const Report& r, double span) {
  std::vector<Row> rows;
  const double gap = span / (kRight - kLeft);  // what a pixel shows
  for (const std::string& path : r.table_paths()) {
    if (!path.starts_with("/workloads/")) continue;
    const std::string name = path.substr(11, path.rfind('/') - 11);
    if (path.ends_with("/steps")) {
      const Table t = r.table(path);
      const auto *start = ColumnOf<double>(t, "start"), *length = ColumnOf<double>(t, "duration");
      if (!start || !length || start->empty()) continue;
      std::vector<double> sorted = *length;
      std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
      const double median = sorted[sorted.size() / 2];
      std::vector<Stretch> steps;
      for (std::size_t i = 0; i < start->size(); ++i)
        steps.push_back({(*start)[i], (*start)[i] + (*length)[i], (*length)[i] > 1.5 * median});
      rows.push_back({name, Joined(steps, gap)});
    } else if (path.ends_with("/requests")) {
      const Table t = r.table(path);
      const auto *from = ColumnOf<double>(t, "arrival"), *to = ColumnOf<double>(t, "finish");
      if (!from || !to) continue;
      std::vector<Stretch> answers;
      for (std::size_t i = 0; i < from->size(); ++i)
        if (std::isfinite((*to)[i])) answers.push_back({(*from)[i], (*to)[i]});
      std::sort(answers.begin(), answers.end(), [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
      if (!answers.empty()) rows.push_back({name, Joined(answers, gap)});
    }
  }
  return rows;
}

std::string EventMarks(const Report& r, double span, double height) {
  const auto& paths = r.table_paths();
  if (std::find(paths.begin(), paths.end(), "/events") == paths.end()) return "";
  const Table t = r.table("/events");
  const auto* time = ColumnOf<double>(t, "time");
  const auto *kind = ColumnOf<std::string>(t, "kind"), *where = ColumnOf<std::string>(t, "where");
  std::string out;
  for (std::size_t i = 0; time && kind && where && i < std::min(kMostEvents, time->size()); ++i)
    out += fmt::format("<path class=\"mark\" d=\"M{:.1f} {:.0f}V{:.0f}\"><title>{} {}</title></path>", X((*time)[i], span), kTop,
                       height - kBottom, Escaped((*where)[i]), Escaped((*kind)[i]));
  return out;
}

std::string WorkFigure(const Report& r, double span) {
  const std::vector<Row> rows = RowsOfWork(r, span);
  if (rows.empty()) return "";
  const double height = kTop + kRow * static_cast<double>(rows.size()) + kBottom;
  const std::string marks = EventMarks(r, span, height);
  std::string out = Open(height, "When each workload ran");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = kTop + kRow * static_cast<double>(i) + (kRow - kBar) / 2;
    for (const Stretch& s : rows[i].stretches)
      out += fmt::format("<rect class=\"r{}{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\"><title>{}</title></rect>",
                         i % 8 + 1, s.slow ? " pale" : "", X(s.from, span), y, std::max(0.8, X(s.to, span) - X(s.from, span)), kBar,
                         Escaped(rows[i].name));
  }
  out += marks + TimeAxisSvg(span, kLeft, kRight, height - kBottom) + "</svg><p class=\"legend\">";
  for (std::size_t i = 0; i < rows.size(); ++i)
    out += fmt::format("<span><i class=\"f{}\"></i>{}</span> ", i % 8 + 1, Escaped(rows[i].name));
  const auto slow = [](const Row& row) {
    return std::any_of(row.stretches.begin(), row.stretches.end(), [](const Stretch& s) { return s.slow; });
  };
  if (std::any_of(rows.begin(), rows.end(), slow)) out += "<span class=\"soft\">pale: a step over 1.5 times the median</span> ";
  if (!marks.empty()) out += "<span class=\"soft\">dashed: events of the site</span>";
  return "<figure><figcaption title=\"steps of training, requests under way; gaps are where it stood\">When each workload "
         "ran</figcaption>" +
         out + "</p></figure>";
}

std::string JobsFigure(const Report& r, const std::string& path, double span) {
  const std::string work = path.substr(11, path.rfind('/') - 11);
  const Table t = r.table(path), jobs = r.table("/workloads/" + work + "/jobs");
  const auto *job = ColumnOf<std::int64_t>(t, "job"), *first = ColumnOf<std::int64_t>(t, "first"),
             *count = ColumnOf<std::int64_t>(t, "count"), *id = ColumnOf<std::int64_t>(jobs, "id");
  const auto *start = ColumnOf<double>(t, "start"), *end = ColumnOf<double>(t, "end");
  if (!job || !first || !count || !start || !end || !id || job->empty()) return "";
  const auto until = [&](std::size_t i) { return std::isfinite((*end)[i]) ? (*end)[i] : span; };
  double units = 0.0;
  for (std::size_t i = 0; i < job->size(); ++i) units = std::max(units, static_cast<double>((*first)[i] + (*count)[i]));
  std::vector<std::size_t> order(job->size());
  std::iota(order.begin(), order.end(), 0);
  const auto area = [&](std::size_t i) { return (until(i) - (*start)[i]) * static_cast<double>((*count)[i]); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return area(a) > area(b); });
  const std::size_t left = order.size() > kMostStays ? order.size() - kMostStays : 0;
  order.resize(order.size() - left);
  std::sort(order.begin(), order.end());

  const double base = kTall - kBottom, scale = (base - kTop) / units;
  std::string out = Open(kTall, "Accelerators held by the jobs of " + work + " over time");
  const double step = std::max(1.0, NiceStep(units, 4));
  for (double v = 0.0; v <= units * (1 + 1e-9); v += step)
    out += fmt::format("<path class=\"g\" d=\"M{:.0f} {:.1f}H{:.0f}\"/><text class=\"t e\" x=\"{:.0f}\" y=\"{:.1f}\">{}</text>", kLeft,
                       base - v * scale, kRight, kLeft - 6, base - v * scale + 4, Tick(v, step));
  for (const std::size_t i : order) {
    const double x = X((*start)[i], span), h = static_cast<double>((*count)[i]) * scale;
    const auto row = static_cast<std::size_t>((*job)[i]);
    out += fmt::format("<rect class=\"j r{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>job {}</title></rect>",
                       row % 8 + 1, x, base - static_cast<double>((*first)[i]) * scale - h, std::max(0.3, X(until(i), span) - x), h,
                       row < id->size() ? (*id)[row] : (*job)[i]);
  }
  out += TimeAxisSvg(span, kLeft, kRight, base) + "</svg>";
  if (left > 0) out += fmt::format("<p class=\"soft\">{} smaller stays are not drawn</p>", left);
  return fmt::format(
      "<figure><figcaption title=\"each box is a job: when, and on which accelerators of the workload, counted from the "
      "bottom\">Jobs of {} <span class=\"u\">accelerators</span></figcaption>{}</figure>",
      Escaped(work), out);
}

}  // namespace

std::string GanttHtml(const Report& r) {
  const double span = r.summary().simulated_s;
  if (!(span > 0.0)) return "";
  std::string out = WorkFigure(r, span);
  for (const std::string& path : r.table_paths())
    if (path.starts_with("/workloads/") && path.ends_with("/placements")) out += JobsFigure(r, path, span);
  return out;
}

}  // namespace headroom::report
