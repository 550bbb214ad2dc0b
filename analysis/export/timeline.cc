#include "analysis/export/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <queue>

#include "analysis/export/columns.h"
#include "analysis/export/rack_of_unit.h"

namespace headroom::report {
namespace {

constexpr std::size_t kBlock = 1 << 20;       ///< values of a series read at once
constexpr std::size_t kMostStepParts = 20'000;  ///< steps whose parts are drawn

/// Lanes of a group, added as what overlaps needs them.
class Lanes {
 public:
  Lanes(TimelineSink& sink, TrackId group, std::string stem) : sink_(sink), group_(group), stem_(std::move(stem)) {}
  /// The first lane that is free from `begin` to `end`; begins rise from call to call.
  TrackId Take(double begin, double end) {
    while (!busy_.empty() && busy_.top().first <= begin) {
      free_.push(busy_.top().second);
      busy_.pop();
    }
    std::size_t lane = lanes_.size();
    if (free_.empty()) {
      lanes_.push_back(sink_.Lane(fmt::format("{} {}", stem_, lane + 1), group_));
    } else {
      lane = free_.top();
      free_.pop();
    }
    busy_.push({end, lane});
    return lanes_[lane];
  }

 private:
  using End = std::pair<double, std::size_t>;
  TimelineSink& sink_;
  TrackId group_;
  std::string stem_;
  std::vector<TrackId> lanes_;
  std::priority_queue<End, std::vector<End>, std::greater<>> busy_;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free_;
};

void TellSeries(const Report& r, const std::string& name, TrackId site, TimelineSink& sink) {
  const SeriesShape shape = r.shape(name);
  if (shape.rows == 0 || shape.width == 0) return;
  std::vector<TrackId> counters;
  if (shape.spec.entities.empty()) {
    counters.push_back(sink.Counter(name, shape.spec.units, site));
  } else {
    const TrackId group = sink.Group(name, site);
    for (const std::string& e : shape.spec.entities) counters.push_back(sink.Counter(e, shape.spec.units, group));
  }
  const std::vector<double>& times = r.times();
  std::vector<float> last(shape.width, std::numeric_limits<float>::quiet_NaN()), block;
  const std::size_t rows = std::max<std::size_t>(1, kBlock / shape.width);
  for (std::size_t from = 0; from < shape.rows; from += rows) {
    const std::size_t count = std::min(rows, shape.rows - from);
    block.resize(count * shape.width);
    r.ReadRows(name, from, count, block.data());
    for (std::size_t t = 0; t < count; ++t)
      for (std::size_t e = 0; e < shape.width; ++e) {
        const float v = block[t * shape.width + e];
        if (!std::isfinite(v) || v == last[e]) continue;
        last[e] = v;
        sink.Value(counters[e], from + t == 0 ? 0.0 : times[from + t - 1], v);
      }
  }
}

void TellEvents(const Report& r, TrackId site, TimelineSink& sink) {
  const Table t = r.table("/events");
  const auto* time = ColumnOf<double>(t, "time");
  const auto *kind = ColumnOf<std::string>(t, "kind"), *where = ColumnOf<std::string>(t, "where"),
             *what = ColumnOf<std::string>(t, "what");
  if (!time || !kind || !where || !what) return;
  const TrackId lane = sink.Lane("events", site);
  for (std::size_t i = 0; i < time->size(); ++i)
    sink.Instant(lane, (*time)[i], (*kind)[i], {{"where", (*where)[i]}, {"what", (*what)[i]}});
}

void TellSteps(const Report& r, const std::string& work, const Table& t, TimelineSink& sink) {
  const auto *start = ColumnOf<double>(t, "start"), *length = ColumnOf<double>(t, "duration");
  const auto* index = ColumnOf<std::int64_t>(t, "index");
  if (!start || !length || !index) return;
  const TrackId group = sink.Group(work, 0), lane = sink.Lane("steps", group);
  for (std::size_t i = 0; i < start->size(); ++i) {
    sink.Begin(lane, (*start)[i], fmt::format("step {}", (*index)[i]), {});
    sink.End(lane, (*start)[i] + (*length)[i]);
  }
  std::vector<std::pair<std::string, double>> parts;
  double sum = 0.0;
  const std::string stem = "workloads." + work + ".time.";
  for (const Metric& m : r.summary().metrics.all())
    if (m.name.starts_with(stem) && m.value > 0.0) {
      parts.emplace_back(m.name.substr(stem.size()), m.value);
      sum += m.value;
    }
  if (parts.empty() || start->size() > kMostStepParts) return;
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  const TrackId sizes = sink.Lane("parts of a step (sizes, not order)", group);
  for (std::size_t i = 0; i < start->size(); ++i) {
    double done = 0.0;
    for (const auto& [name, seconds] : parts) {
      sink.Begin(sizes, (*start)[i] + (*length)[i] * done / sum, name, {});
      done += seconds;
      sink.End(sizes, (*start)[i] + (*length)[i] * std::min(1.0, done / sum));
    }
  }
}

void TellRequests(const std::string& work, const Table& t, TimelineSink& sink) {
  const auto *arrival = ColumnOf<double>(t, "arrival"), *first = ColumnOf<double>(t, "first_token"),
             *finish = ColumnOf<double>(t, "finish");
  const auto *id = ColumnOf<std::int64_t>(t, "id"), *replica = ColumnOf<std::int64_t>(t, "replica"),
             *in = ColumnOf<std::int64_t>(t, "input_tokens"), *out = ColumnOf<std::int64_t>(t, "output_tokens");
  if (!arrival || !first || !finish || !id || !replica || !in || !out) return;
  const TrackId group = sink.Group(work, 0), refused = sink.Lane("not answered", group);
  std::map<std::int64_t, std::vector<std::size_t>> by_replica;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < arrival->size(); ++i)
    if (std::isfinite((*first)[i]) && std::isfinite((*finish)[i]) && (*replica)[i] >= 0)
      by_replica[(*replica)[i]].push_back(i);
    else
      open.push_back(i);
  const auto by_arrival = [&](std::size_t a, std::size_t b) { return (*arrival)[a] < (*arrival)[b]; };
  std::stable_sort(open.begin(), open.end(), by_arrival);
  for (const std::size_t i : open)
    sink.Instant(refused, (*arrival)[i], fmt::format("request {}", (*id)[i]), {{"state", FlagOf(t, "state", i)}});
  for (auto& [number, rows] : by_replica) {
    std::stable_sort(rows.begin(), rows.end(), by_arrival);
    Lanes lanes(sink, sink.Group(fmt::format("replica {}", number), group), "requests");
    for (const std::size_t i : rows) {
      const TrackId lane = lanes.Take((*arrival)[i], (*finish)[i]);
      sink.Begin(lane, (*arrival)[i], fmt::format("request {}", (*id)[i]),
                 {{"input_tokens", std::to_string((*in)[i])}, {"output_tokens", std::to_string((*out)[i])}});
      sink.Begin(lane, (*arrival)[i], "to the first token", {});
      sink.End(lane, (*first)[i]);
      sink.Begin(lane, (*first)[i], "to the last token", {});
      sink.End(lane, (*finish)[i]);
      sink.End(lane, (*finish)[i]);
    }
  }
}

struct Stay {
  double start, end;
  std::size_t job;
};

/// The stays of jobs on racks, by the table of placements; without one, all jobs together.
void TellJobs(const Report& r, const std::string& work, const RackOfUnit& racks, TimelineSink& sink) {
  const Table jobs = r.table("/workloads/" + work + "/jobs");
  const auto* id = ColumnOf<std::int64_t>(jobs, "id");
  const auto* units = ColumnOf<std::int64_t>(jobs, "accelerators");
  const auto *submit = ColumnOf<double>(jobs, "submit"), *begun = ColumnOf<double>(jobs, "start"),
             *ended = ColumnOf<double>(jobs, "end");
  if (!id || !units || !submit || !begun || !ended) return;
  const double last = r.summary().simulated_s;
  const auto until = [&](double end) { return std::isfinite(end) ? end : last; };
  std::map<std::string, std::map<std::uint32_t, std::vector<Stay>>> stays;
  const std::string path = "/workloads/" + work + "/placements";
  const auto& paths = r.table_paths();
  if (std::find(paths.begin(), paths.end(), path) != paths.end()) {
    const Table t = r.table(path);
    const auto *job = ColumnOf<std::int64_t>(t, "job"), *first = ColumnOf<std::int64_t>(t, "first"),
               *count = ColumnOf<std::int64_t>(t, "count");
    const auto *start = ColumnOf<double>(t, "start"), *end = ColumnOf<double>(t, "end");
    for (std::size_t i = 0; job && first && count && start && end && i < job->size(); ++i)
      for (const RackOfUnit::Rack& rack : racks.RacksOf(work, (*first)[i], (*count)[i])) {
        auto& own = stays[rack.system][rack.number];
        // Runs of units of one job in one rack are one stay.
        if (!own.empty() && own.back().job == static_cast<std::size_t>((*job)[i]) && own.back().start == (*start)[i]) continue;
        own.push_back({(*start)[i], until((*end)[i]), static_cast<std::size_t>((*job)[i])});
      }
  }
  if (stays.empty())
    for (std::size_t i = 0; i < id->size(); ++i)
      if (std::isfinite((*begun)[i])) stays[work][0].push_back({(*begun)[i], until((*ended)[i]), i});
  for (auto& [system, by_rack] : stays) {
    const TrackId cluster = sink.Group(system, 0);
    for (auto& [number, own] : by_rack) {
      std::stable_sort(own.begin(), own.end(), [](const Stay& a, const Stay& b) { return a.start < b.start; });
      Lanes lanes(sink, number == 0 ? cluster : sink.Group(fmt::format("rack-{}", number), cluster), "jobs");
      for (const Stay& s : own) {
        const TrackId lane = lanes.Take(s.start, s.end);
        sink.Begin(lane, s.start, fmt::format("job {}", (*id)[s.job]),
                   {{"workload", work},
                    {"accelerators", std::to_string((*units)[s.job])},
                    {"waited_s", fmt::format("{:.3f}", (*begun)[s.job] - (*submit)[s.job])},
                    {"state", FlagOf(jobs, "state", s.job)}});
        sink.End(lane, s.end);
      }
    }
  }
}

}  // namespace

void TellTimeline(const Report& r, const std::vector<std::string>& series, TimelineSink& sink) {
  for (const std::string& name : series) r.shape(name);
  const TrackId site = sink.Group("site", 0);
  const RackOfUnit racks(r);
  for (const std::string& path : r.table_paths()) {
    const bool of_work = path.starts_with("/workloads/");
    const std::string work = of_work ? path.substr(11, path.rfind('/') - 11) : "";
    if (path == "/events") TellEvents(r, site, sink);
    if (of_work && path.ends_with("/steps")) TellSteps(r, work, r.table(path), sink);
    if (of_work && path.ends_with("/requests")) TellRequests(work, r.table(path), sink);
    if (of_work && path.ends_with("/jobs")) TellJobs(r, work, racks, sink);
  }
  for (const std::string& name : series.empty() ? r.series_names() : series) TellSeries(r, name, site, sink);
}

}  // namespace headroom::report
