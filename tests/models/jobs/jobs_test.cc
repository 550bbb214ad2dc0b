#include <catch2/catch.hpp>

#include <cmath>

#include "models/jobs/job_report.h"
#include "models/jobs/synthetic.h"

namespace headroom::jobs {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

BatchJob MakeJob(std::int64_t submit, std::int64_t runtime) {
  BatchJob j;
  j.submit = submit * kSecond;
  j.runtime = runtime * kSecond;
  j.estimate = 2 * j.runtime;
  return j;
}

JobResult Ran(std::int64_t start, std::int64_t end, Outcome outcome = Outcome::kCompleted) {
  return {-1, start * kSecond, end * kSecond, (end - start) * kSecond, 1, outcome};
}

double Value(const MetricSet& m, const std::string& name) {
  const Metric* metric = m.Find("w.jobs." + name);
  REQUIRE(metric != nullptr);
  return metric->value;
}

}  // namespace

TEST_CASE("metrics of three jobs by hand", "[jobs]") {
  // Waits 0, 30, 5; runs 100, 20, 5 s; turnarounds 100, 50, 10; slowdowns 1, 2.5, 2; bounded (10 s) 1, 2.5, 1.
  const JobStream jobs = {MakeJob(10, 100), MakeJob(20, 20), MakeJob(60, 5)};
  MetricSet m;
  SetMetrics("w", jobs, {Ran(10, 110), Ran(50, 70), Ran(65, 70)}, m);
  CHECK(Value(m, "completed") == 3);
  CHECK(Value(m, "failed") == 0);
  CHECK(Value(m, "wait.mean") == Approx(35.0 / 3));
  CHECK(Value(m, "wait.max") == 30);
  CHECK(Value(m, "wait.p50") == 5);
  CHECK(Value(m, "wait.p90") == Approx(25));  // 5 + 0.8 * 25
  CHECK(Value(m, "slowdown.mean") == Approx(5.5 / 3));
  CHECK(Value(m, "bounded_slowdown.max") == 2.5);
  CHECK(Value(m, "bounded_slowdown.mean") == Approx(1.5));
  CHECK(Value(m, "turnaround.p50") == 50);
  CHECK(Value(m, "makespan") == 100);
}

TEST_CASE("jobs that are not over count in nothing, failed ones apart", "[jobs]") {
  JobStream jobs = {MakeJob(0, 10), MakeJob(0, 10), MakeJob(0, 10), MakeJob(5, 10)};
  jobs[1].recorded = RecordedEnd::kFailed;
  JobResult running;
  running.start = 5 * kSecond;
  running.outcome = Outcome::kRunning;
  MetricSet m;
  SetMetrics("w", jobs, {Ran(0, 10), Ran(0, 10), Ran(0, 20, Outcome::kFailed), running}, m);
  CHECK(Value(m, "completed") == 1);
  CHECK(Value(m, "failed") == 2);
  CHECK(Value(m, "makespan") == 20);
  const Table table = MakeTable("/workloads/w/jobs", jobs, {Ran(0, 10), Ran(0, 10), Ran(0, 20, Outcome::kFailed), running});
  CHECK(table.columns.size() == 9);
  CHECK(std::get<std::vector<std::uint8_t>>(table.columns[6].values) == std::vector<std::uint8_t>{2, 3, 3, 1});
  CHECK(std::isnan(std::get<std::vector<double>>(table.columns[3].values)[3]));
  MetricSet none;
  SetMetrics("w", {}, {}, none);
  CHECK(none.Find("w.jobs.wait.mean") == nullptr);
  CHECK(none.Find("w.jobs.makespan") == nullptr);
}

TEST_CASE("a synthetic stream has the rate, sizes and durations that it was asked for", "[jobs]") {
  SyntheticParams p;
  p.rate = 0.1;
  p.units = PowersOfTwo{64};
  p.duration = LognormalDuration{7200.0, 1.2};
  p.users = 4;
  p.queues = 2;
  const JobStream jobs = Generate(p, 1e6, 3, "w");
  const auto n = static_cast<double>(jobs.size());
  CHECK(n == Approx(1e5).margin(4 * std::sqrt(1e5)));
  double units = 0, run = 0, queue = 0;
  int counts[7] = {};
  for (const BatchJob& j : jobs) {
    units += j.units;
    run += static_cast<double>(j.runtime) * 1e-9;
    queue += j.queue;
    ++counts[static_cast<int>(std::log2(j.units))];
    if (j.estimate < 1.5 * static_cast<double>(j.runtime) || j.estimate % (60 * kSecond) != 0) FAIL("estimate");
  }
  CHECK(units / n == Approx(127.0 / 7).epsilon(0.02));
  CHECK(Mean(p.units) == Approx(127.0 / 7));
  CHECK(run / n == Approx(7200).epsilon(0.04));  // the deviation of a lognormal of 1.2 is 1.8 means
  CHECK(queue / n == Approx(1.5).epsilon(0.02));
  for (const int c : counts) CHECK(c == Approx(n / 7).epsilon(0.05));
  CHECK(Generate(p, 1e4, 3, "w").size() == Generate(p, 1e4, 3, "w").size());
  CHECK(Generate(p, 1e4, 3, "w")[0].submit == jobs[0].submit);
  CHECK(Generate(p, 1e4, 4, "w")[0].submit != jobs[0].submit);
}

}  // namespace headroom::jobs
