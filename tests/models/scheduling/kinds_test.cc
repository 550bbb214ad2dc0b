#include <catch2/catch.hpp>

#include "models/scheduling/max_min.h"
#include "models/scheduling/mig.h"
#include "tests/models/scheduling/streams.h"

namespace headroom::scheduling {
namespace {

using Shares = std::vector<std::vector<double>>;

void CheckShares(const Shares& got, const Shares& want) {
  REQUIRE(got.size() == want.size());
  for (std::size_t c = 0; c < got.size(); ++c)
    for (std::size_t k = 0; k < got[c].size(); ++k) {
      INFO("class " << c << " kind " << k);
      CHECK(got[c][k] == Approx(want[c][k]).margin(1e-6));
    }
}

/// `first` nodes of kind 0, then `second` of kind 1, of `units` each.
FloorShape TwoKinds(std::uint32_t first, std::uint32_t second, std::uint32_t units) {
  FloorShape shape = FloorShape::Uniform(first + second, units, first + second);
  shape.kind.assign(first, 0);
  shape.kind.insert(shape.kind.end(), second, 1);
  return shape;
}

struct Run {
  std::vector<JobRecord> records;
  std::vector<Allocation> last;
  std::uint64_t preemptions = 0;
};

Run RunAll(FloorShape shape, std::vector<Job> jobs, const SchedulerParams& params) {
  Engine engine;
  Scheduler s(engine, std::move(shape), std::move(jobs), params);
  Run run;
  run.last.resize(s.jobs().size());
  s.OnStart([&](JobIndex job, const Allocation& units) { run.last[job] = units; });
  s.Start();
  engine.RunAll();
  run.records = s.records();
  run.preemptions = s.preemptions();
  return run;
}

double EndOf(const Run& run, JobIndex job) { return static_cast<double>(run.records[job].end) * 1e-9; }

SchedulerParams Gavel() {
  SchedulerParams p;
  p.policy = "gavel";
  p.preemption = {PreemptMode::kRequeue, true, 0, 0};
  return p;
}

}  // namespace

TEST_CASE("the simplex finds a hand-worked optimum", "[scheduling][gavel]") {
  // max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: x = 2, y = 6.
  const std::vector<double> x = Maximise({{1, 0}, {0, 2}, {3, 2}}, {4, 12, 18}, {3, 5});
  CHECK(x[0] == Approx(2.0));
  CHECK(x[1] == Approx(6.0));
}

TEST_CASE("shares of time make the least normalised speed largest", "[scheduling][gavel]") {
  // Two jobs, one fast and one slow accelerator. Equal shares give (3 + 1) / 2 = 2 and (1 + 1) / 2 = 1. The second job can have no more than
  // its 1 whatever it gets, so the first takes the fast one: 3 / 2 and 1.
  CheckShares(ShareTime({{1, 1, 1.0, {3, 1}}, {1, 1, 1.0, {1, 1}}}, {1, 1}, ShareObjective::kMaxMin), {{1, 0}, {0, 1}});
  // Two jobs four times as fast on the one, a third that does not care. Equal: 5/3, 5/3, 2/3. With y of the slow one for each of the first
  // two: (2 + y) / (5/3) = (1 - 2 y) / (2/3), so y = 1/12, and all have 1.25 times their equal share.
  CheckShares(ShareTime({{2, 1, 1.0, {4, 1}}, {1, 1, 1.0, {1, 1}}}, {1, 1}, ShareObjective::kMaxMin), {{0.5, 1.0 / 12}, {0, 5.0 / 6}});
  // A job of two accelerators gets half of the time of a job of one (Gavel's scale factor): x + 2 y = 2, x = 2 y.
  CheckShares(ShareTime({{1, 1, 1.0, {1}}, {1, 2, 1.0, {1}}}, {2}, ShareObjective::kMaxMin), {{1}, {0.5}});
  // Weights 1 and 3 on one accelerator.
  CheckShares(ShareTime({{1, 1, 1.0, {1}}, {1, 1, 3.0, {1}}}, {1}, ShareObjective::kMaxMin), {{0.25}, {0.75}});
}

TEST_CASE("shares for makespan go by what is left, for throughput by speed", "[scheduling][gavel]") {
  CheckShares(ShareTime({{1, 1, 300.0, {1}}, {1, 1, 100.0, {1}}}, {1}, ShareObjective::kMakespan), {{0.75}, {0.25}});
  // On the fast one the first gains 1 - 1/4 of its best, the second 1 - 1/2.
  CheckShares(ShareTime({{1, 1, 1.0, {4, 1}}, {1, 1, 1.0, {2, 1}}}, {1, 1}, ShareObjective::kThroughput), {{1, 0}, {0, 1}});
  // A job that may run nowhere leaves the others alone.
  CheckShares(ShareTime({{1, 1, 1.0, {0, 0}}, {1, 1, 1.0, {2, 1}}}, {1, 1}, ShareObjective::kMaxMin), {{0, 0}, {1, 0}});
}

TEST_CASE("gavel deals out rounds in the proportion of the shares", "[scheduling][gavel]") {
  // Half of the time each: rounds of 6 min go round, 0-6 A, 6-12 B, 12-18 A, 18-24 B.
  const Run run = RunAll(FloorShape::Uniform(1, 1, 1), {MakeJob(0, 5000, 720, 1), MakeJob(0, 5000, 720, 1)}, Gavel());
  CHECK(EndOf(run, 0) == Approx(1080));
  CHECK(EndOf(run, 1) == Approx(1440));
  CHECK(run.preemptions == 2);
}

TEST_CASE("gavel gives each job the kind on which the cluster gets most of it", "[scheduling][gavel]") {
  SchedulerParams p = Gavel();
  p.limits.speeds = {{3, 1}, {1, 1}};
  std::vector<Job> jobs{MakeJob(0, 5000, 600, 1), MakeJob(0, 5000, 1800, 1)};
  jobs[0].speeds = 1;
  const Run run = RunAll(TwoKinds(1, 1, 1), jobs, p);
  CHECK(EndOf(run, 0) == Approx(600));
  CHECK(EndOf(run, 1) == Approx(600));  // 1800 s at three times the speed
  CHECK(run.last[1] == Allocation{{0, 1}});
  CHECK(run.preemptions == 0);
}

TEST_CASE("a moved job pays its restart and keeps its progress", "[scheduling][gavel]") {
  SchedulerParams p = Gavel();
  p.preemption.restart = 10'000'000'000;
  const Run run = RunAll(FloorShape::Uniform(1, 1, 1), {MakeJob(0, 5000, 540, 1), MakeJob(0, 5000, 360, 1)}, p);
  // A 0-360, B 360-720 and done, A from 720: 10 s of restart and the 180 s that are left.
  CHECK(EndOf(run, 1) == Approx(720));
  CHECK(EndOf(run, 0) == Approx(910));
}

TEST_CASE("a job runs on the fastest kind that has room, at its speed there", "[scheduling][kinds]") {
  SchedulerParams p;
  p.limits.speeds = {{1, 0.5}, {1, 0}};
  std::vector<Job> jobs{MakeJob(0, 150, 100, 2), MakeJob(0, 150, 100, 2), MakeJob(0, 150, 100, 2)};
  jobs[2].speeds = 1;  // may not run on the slow kind
  const Run run = RunAll(TwoKinds(1, 2, 2), jobs, p);
  CHECK(EndOf(run, 0) == Approx(100));
  CHECK(EndOf(run, 1) == Approx(200));
  CHECK(EndOf(run, 2) == Approx(200));  // waits for the fast one although the slow ones are free
  CHECK(run.last[1] == Allocation{{2, 2}});
  CHECK(run.last[2] == Allocation{{0, 2}});
}

TEST_CASE("a job's accelerators are of one kind, so that it may wait although enough are free", "[scheduling][kinds]") {
  SchedulerParams p;
  p.limits.speeds = {{1, 1}};
  const Run run = RunAll(TwoKinds(2, 2, 2), {MakeJob(0, 100, 100, 2), MakeJob(1, 100, 100, 4), MakeJob(2, 100, 100, 4)}, p);
  CHECK(run.last[1] == Allocation{{4, 4}});
  CHECK(run.records[2].first_start == 100'000'000'000);  // two of each kind were free before
}

TEST_CASE("processors and memory of nodes are given out with accelerators", "[scheduling][host]") {
  FloorShape shape = FloorShape::Uniform(2, 8, 2);
  shape.host.assign(2, {16'000, 1000});
  SchedulerParams p;
  p.placement = "most-allocated";
  std::vector<Job> jobs{MakeJob(0, 100, 100, 2), MakeJob(0, 100, 100, 2), MakeJob(0, 100, 100, 2)};
  for (Job& j : jobs) j.host = {10'000, 100}, j.place.pod = 2;
  const Run run = RunAll(shape, jobs, p);
  CHECK(run.last[0] == Allocation{{0, 2}});
  CHECK(run.last[1] == Allocation{{8, 2}});
  CHECK(run.records[2].first_start == 100'000'000'000);
  // 12 units with 24 processors: 8 units of a node would take all of its 16; memory allows 4 on each node, so it never fits ...
  Job wide = MakeJob(0, 100, 100, 12);
  wide.host = {24'000, 3000};
  CHECK_FALSE(Cluster(shape, {wide}, FirstFit, {}, {}, {}).Fits(0));
  wide.host = {24'000, 2000};  // ... and 6 of 12 on each here
  Cluster cluster(shape, {wide}, FirstFit, {}, {}, {});
  CHECK(cluster.PlaceOn(cluster.floor(), 0.0, 0) == Allocation{{0, 6}, {8, 6}});
}

TEST_CASE("the head's processors are booked, and backfilling leaves them", "[scheduling][host]") {
  FloorShape shape = FloorShape::Uniform(1, 8, 1);
  shape.host.assign(1, {16'000, 1000});
  SchedulerParams p;
  std::vector<Job> jobs{MakeJob(0, 100, 100, 2), MakeJob(1, 100, 100, 2), MakeJob(2, 500, 500, 1), MakeJob(2, 90, 90, 1), MakeJob(2, 500, 500, 1)};
  jobs[0].host = {10'000, 0}, jobs[1].host = {14'000, 0};
  jobs[2].host = {3'000, 0};  // would outlast the head's start and leave it 13
  jobs[3].host = {6'000, 0};  // ends by then
  jobs[4].host = {2'000, 0};  // beside it; after job 3 there are none
  const Run run = RunAll(shape, jobs, p);
  CHECK(run.records[1].first_start == 100'000'000'000);
  CHECK(run.records[3].first_start == 2'000'000'000);
  CHECK(run.records[4].first_start == 92'000'000'000);
  CHECK(run.records[2].first_start == 200'000'000'000);
}

TEST_CASE("queues keep to the nodes of their partition", "[scheduling][kinds]") {
  SchedulerParams p;
  p.limits.nodes = {{true, false, false}, {}};
  std::vector<Job> jobs{MakeJob(0, 100, 100, 2), MakeJob(0, 100, 100, 2), MakeJob(1, 100, 100, 4)};
  jobs[2].queue = 1;
  FloorShape shape = FloorShape::Uniform(3, 2, 3);
  const Run run = RunAll(shape, jobs, p);
  CHECK(run.last[0] == Allocation{{0, 2}});
  CHECK(run.records[1].first_start == 100'000'000'000);
  CHECK(run.last[2] == Allocation{{2, 4}});
}

TEST_CASE("profiles are those of the accelerator", "[scheduling][mig]") {
  CHECK(FindMigProfile("h100", "3g.40gb")->slices == 4);
  CHECK(FindMigProfile("h100", "3g.40gb")->compute == 3);
  CHECK(FindMigProfile("a100-40g", "1g.5gb")->starts == 0b01111111);
  CHECK(FindMigProfile("b200", "4g.90gb")->starts == 1);
  CHECK_FALSE(FindMigProfile("h100", "3g.20gb"));
  CHECK(MigProfiles("mi300x").empty());
  // No set of instances that lie apart has more than seven slices of multiprocessors.
  const std::vector<MigProfile> all = MigProfiles("h200");
  std::vector<std::uint32_t> most(256, 0);
  for (std::uint32_t used = 256; used-- > 0;)
    for (const MigProfile& profile : all)
      for (std::uint32_t s = 0; s < kMigSlices; ++s) {
        const std::uint32_t bits = ((1u << profile.slices) - 1) << s;
        if ((profile.starts >> s & 1u) != 0 && (used & bits) == 0) most[used] = std::max(most[used], profile.compute + most[used | bits]);
      }
  CHECK(most[0] == 7);
}

TEST_CASE("instances go to the fullest accelerator, at the highest place", "[scheduling][mig]") {
  FloorShape shape = FloorShape::Uniform(1, 16, 1);  // two accelerators
  shape.parts = kMigSlices;
  Floor floor(shape);
  const auto put = [&](const char* profile) {
    const MigProfile p = *FindMigProfile("h100", profile);
    JobPlacement place;
    place.starts = p.starts;
    const Allocation units = PlaceInstances(floor, {p.slices, place});
    if (!units.empty()) floor.Take(units);
    return units;
  };
  CHECK(put("1g.10gb") == Allocation{{6, 1}});
  CHECK(put("2g.20gb") == Allocation{{4, 2}});
  CHECK(put("3g.40gb") == Allocation{{0, 4}});
  CHECK(put("3g.40gb") == Allocation{{12, 4}});  // slice 7 alone is of no use
  CHECK(put("4g.40gb") == Allocation{{8, 4}});
  CHECK(put("1g.10gb").empty());
}

TEST_CASE("seven small instances fill an accelerator, the eighth waits", "[scheduling][mig]") {
  FloorShape shape = FloorShape::Uniform(1, 8, 1);
  shape.parts = kMigSlices;
  SchedulerParams p;
  p.placement = "mig";
  std::vector<Job> jobs;
  for (int i = 0; i < 9; ++i) {
    jobs.push_back(MakeJob(0, 100, 100, 1));
    jobs.back().place.starts = FindMigProfile("h100", "1g.10gb")->starts;
  }
  jobs.back() = MakeJob(0, 100, 100, 8);  // a whole accelerator
  const Run run = RunAll(shape, jobs, p);
  CHECK(run.records[6].first_start == 0);
  CHECK(run.records[7].first_start == 100'000'000'000);
  CHECK(run.records[8].first_start == 200'000'000'000);
}

}  // namespace headroom::scheduling
