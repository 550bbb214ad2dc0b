#include "models/jobs/job_report.h"

#include <algorithm>
#include <limits>

#include "sim/core/percentile.h"

namespace headroom::jobs {
namespace {

constexpr double kBound = 10.0;  // s

void SetDistribution(const std::string& name, std::vector<double> values, const char* unit, MetricSet& m) {
  if (values.empty()) return;
  double sum = 0.0;
  for (const double v : values) sum += v;
  std::sort(values.begin(), values.end());
  m.Set(name + ".mean", sum / static_cast<double>(values.size()), unit);
  m.Set(name + ".max", values.back(), unit);
  m.Set(name + ".p50", PercentileOfSorted(values, 0.5), unit);
  m.Set(name + ".p90", PercentileOfSorted(values, 0.9), unit);
}

double Seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

bool Failed(const BatchJob& job, const JobResult& r) {
  return r.outcome == Outcome::kFailed || r.outcome == Outcome::kCancelled ||
         (r.outcome == Outcome::kCompleted &&
          (job.recorded == RecordedEnd::kFailed || job.recorded == RecordedEnd::kCancelled));
}

}  // namespace

void SetMetrics(const std::string& name, const JobStream& jobs, const std::vector<JobResult>& results, MetricSet& m) {
  std::vector<double> wait, slowdown, bounded, turnaround;
  double completed = 0.0, failed = 0.0, first = std::numeric_limits<double>::infinity(), last = 0.0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const JobResult& r = results[i];
    first = std::min(first, Seconds(jobs[i].submit));
    if (r.end < 0) continue;
    (Failed(jobs[i], r) ? failed : completed) += 1.0;
    last = std::max(last, Seconds(r.end));
    if (r.outcome == Outcome::kCancelled) continue;
    const std::int64_t ready = std::max(jobs[i].submit, r.ready);
    const double all = Seconds(r.end - ready), run = Seconds(std::min(jobs[i].runtime, jobs[i].estimate));
    wait.push_back(Seconds(r.end - ready - r.held));
    turnaround.push_back(all);
    if (run > 0.0) slowdown.push_back(all / run);
    bounded.push_back(std::max(1.0, all / std::max(run, kBound)));
  }
  const std::string at = name + ".jobs.";
  m.Set(at + "completed", completed, "1");
  m.Set(at + "failed", failed, "1");
  SetDistribution(at + "wait", std::move(wait), "s", m);
  SetDistribution(at + "slowdown", std::move(slowdown), "1", m);
  SetDistribution(at + "bounded_slowdown", std::move(bounded), "1", m);
  SetDistribution(at + "turnaround", std::move(turnaround), "s", m);
  if (completed + failed > 0.0) m.Set(at + "makespan", last - first, "s");
}

Table MakeTable(const std::string& path, const JobStream& jobs, const std::vector<JobResult>& results) {
  std::vector<std::int64_t> id, nodes, units, user, queue;
  std::vector<double> submit, start, end;
  std::vector<std::uint8_t> state;
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const JobResult& r = results[i];
    id.push_back(jobs[i].id);
    submit.push_back(Seconds(jobs[i].submit));
    start.push_back(r.start < 0 ? none : Seconds(r.start));
    end.push_back(r.end < 0 ? none : Seconds(r.end));
    nodes.push_back(r.nodes);
    units.push_back(jobs[i].units);
    user.push_back(jobs[i].user);
    queue.push_back(jobs[i].queue);
    state.push_back(static_cast<std::uint8_t>(Failed(jobs[i], r) && r.outcome == Outcome::kCompleted ? Outcome::kFailed
                                                                                                      : r.outcome));
  }
  return {path,
          "job",
          {{"id", "1", "number of the job in its trace, or in order of submission", id, {}},
           {"submit", "s", "time from the start of the run", submit, {}},
           {"start", "s", "first start; missing if it never started", start, {}},
           {"end", "s", "end; missing if it has not ended", end, {}},
           {"nodes", "1", "nodes that it last ran on", nodes, {}},
           {"accelerators", "1", "accelerators, or processors where there are none", units, {}},
           {"state", "1", "what became of it", state, {"waiting", "running", "completed", "failed", "cancelled"}},
           {"user", "1", "number of its user; 0 if unknown", user, {}},
           {"queue", "1", "number of its queue; 0 if unknown", queue, {}}}};
}

}  // namespace headroom::jobs
