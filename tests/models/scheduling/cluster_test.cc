#include <catch2/catch.hpp>

#include "models/scheduling/availability.h"
#include "models/scheduling/preemption.h"
#include "models/scheduling/unit_profile.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"
#include "tests/models/scheduling/streams.h"

namespace headroom::scheduling {

TEST_CASE("a unit set gives its lowest ids as runs", "[scheduling]") {
  UnitSet set(200, true);
  set.Remove({{0, 3}, {60, 10}});
  CHECK(set.count() == 187);
  CHECK(set.Lowest(60) == Allocation{{3, 57}, {70, 3}});
  set.Add({{61, 2}});
  CHECK(set.Lowest(60) == Allocation{{3, 57}, {61, 2}, {70, 1}});
  CHECK_THROWS_AS(set.Add({{61, 1}}), InternalError);
  CHECK_THROWS_AS(set.Remove({{0, 1}}), InternalError);
  UnitSet other(200, false);
  other.Add({{62, 30}});
  set.Intersect(other);
  CHECK(set.count() == 23);  // 62 and 70..91
}

TEST_CASE("availability finds the earliest hole and closes over what is given back", "[scheduling]") {
  Availability a(10);
  a.Take(6, 0, 100);
  a.Take(8, 100, 150);
  CHECK(a.EarliestHole(4, 100, 0) == 0);
  CHECK(a.EarliestHole(4, 101, 0) == 150);  // 4 are free to 100, then 2
  CHECK(a.EarliestHole(4, 100, 20) == 150);
  CHECK(a.EarliestHole(4, 80, 20) == 20);
  CHECK(a.EarliestHole(2, 1000, 5) == 5);
  CHECK(a.EarliestHole(10, 1, 0) == 150);
  Availability full = a;
  CHECK_THROWS_AS(full.Take(5, 50, 60), InternalError);
  a.Give(6, 20, 100);
  CHECK(a.FreeAt(19) == 4);
  CHECK(a.FreeAt(20) == 10);
  a.Give(6, 0, 20);
  a.Give(8, 100, 150);
  CHECK(a.steps() == 1);
}

TEST_CASE("a profile of units wants the same units for the whole length", "[scheduling]") {
  UnitProfile p(4);
  p.Take({{0, 2}}, 0, 10);
  p.Take({{2, 2}}, 10, 20);
  // Two units are free at every moment, but never the same ones for 15.
  CHECK(p.FirstFit(2, 10, 0).start == 0);
  CHECK(p.FirstFit(2, 10, 0).units == Allocation{{2, 2}});
  CHECK(p.FirstFit(2, 15, 0).start == 10);
  CHECK(p.FirstFit(2, 15, 0).units == Allocation{{0, 2}});
  CHECK(p.FirstFit(3, 1, 0).start == 20);
}

TEST_CASE("a blocked list stays sorted through splits", "[scheduling]") {
  WaitingQueue queue;
  RandomStream random(3, "list");
  std::vector<WaitingJob> kept;
  for (JobIndex i = 0; i < 3000; ++i) {
    const WaitingJob w{static_cast<double>(random.Below(50)), i, static_cast<std::uint32_t>(1 + random.Below(100)), 1};
    queue.Insert(w);
    kept.push_back(w);
  }
  for (int n = 0; n < 1500; ++n) {
    const std::size_t i = random.Below(kept.size());
    queue.Erase(queue.Find(kept[i]));
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::sort(kept.begin(), kept.end(), [](const WaitingJob& a, const WaitingJob& b) { return a.Before(b); });
  std::size_t i = 0, wrong = 0;
  queue.Each([&](const WaitingJob& w) { wrong += w.job != kept[i++].job; });
  CHECK(i == 1500);
  CHECK(wrong == 0);
  const auto small = [](const auto& e) { return e.units <= 3; };
  const auto first = std::find_if(kept.begin(), kept.end(), small);
  CHECK(queue.at(queue.FindFirst({}, small, small)).job == first->job);
}

TEST_CASE("placements: where four units go", "[scheduling]") {
  // Nodes of 4: free 2, 4, 3, 4 | 1, 4; two racks of 4 and 2 nodes.
  Floor floor(FloorShape::Uniform(6, 4, 4));
  floor.Take({{0, 2}, {8, 1}, {16, 3}});
  CHECK(FirstFit(floor, 4) == Allocation{{2, 4}});
  CHECK(Binpack(floor, 2) == Allocation{{2, 2}});
  CHECK(Binpack(floor, 3) == Allocation{{9, 3}});
  CHECK(Binpack(floor, 5) == Allocation{{4, 4}, {19, 1}});   // the emptiest whole, then the tightest for the rest
  CHECK(Spread(floor, 3) == Allocation{{4, 1}, {12, 1}, {20, 1}});
  CHECK(TopologyAware(floor, 4) == Allocation{{4, 4}});
  CHECK(TopologyAware(floor, 5) == Allocation{{19, 5}});     // the second rack holds exactly five
  CHECK(TopologyAware(floor, 13) == Allocation{{2, 6}, {9, 7}});
  for (const PlacementRow& row : PlacementTable())
    for (std::uint32_t n = 1; row.heeds != Heeds::kParts && n <= floor.free().count(); ++n) {
      std::uint32_t count = 0;
      Floor copy = floor;
      const Allocation units = row.make({})(floor, n);
      copy.Take(units);  // checks that all are free
      for (const UnitRun& run : units) count += run.count;
      CHECK(count == n);
    }
}

TEST_CASE("the third convention: ties at the shadow time", "[scheduling]") {
  // Two jobs of 3 end together at 100; the head wants 4 of 8. Summed, 4 are spare and a job of 2 starts at once;
  // single, the first of them makes 5 and one is spare.
  const std::vector<Job> jobs = {MakeJob(0, 100, 100, 3), MakeJob(0, 100, 100, 3), MakeJob(1, 50, 50, 4), MakeJob(2, 200, 200, 2)};
  SchedulerParams params;
  CHECK(Starts(jobs, 8, params)[3] == 2);
  params.options.easy.sum_ties = false;
  CHECK(Starts(jobs, 8, params)[3] == 100);
}

TEST_CASE("a job is stopped at its estimate and has failed", "[scheduling]") {
  Engine engine;
  Scheduler s(engine, FloorShape::Uniform(4, 1, 4), {MakeJob(0, 10, 20, 4), MakeJob(0, 10, 10, 4)}, {});
  s.Start();
  engine.RunAll();
  CHECK(s.records()[0].state == JobState::kFailed);
  CHECK(s.records()[0].end == 10'000'000'000);
  CHECK(s.records()[1].state == JobState::kCompleted);
  CHECK(s.records()[1].first_start == 10'000'000'000);
}

TEST_CASE("preemption modes: what a stopped job has left", "[scheduling]") {
  // A job of 100 s is stopped at 40 s by one of 10 s and higher priority.
  const std::vector<Job> jobs = {MakeJob(0, 100, 100, 4, 0), MakeJob(40, 10, 10, 4, 1)};
  const auto end_of = [&](PreemptOptions options) {
    SchedulerParams params;
    params.policy = "gang";
    params.preemption = options;
    Engine engine;
    Scheduler s(engine, FloorShape::Uniform(4, 1, 4), jobs, params);
    s.Start();
    engine.RunAll();
    CHECK(s.records()[1].first_start == (options.mode == PreemptMode::kOff ? 100'000'000'000 : 40'000'000'000));
    return static_cast<double>(s.records()[0].end) / 1e9;
  };
  CHECK(end_of({PreemptMode::kOff, false, 0, 0}) == 100);
  CHECK(end_of({PreemptMode::kCancel, false, 0, 0}) == 40);
  CHECK(end_of({PreemptMode::kRequeue, false, 0, 0}) == 150);
  CHECK(end_of({PreemptMode::kRequeue, true, 0, 0}) == 110);
  CHECK(end_of({PreemptMode::kRequeue, true, 5'000'000'000, 0}) == 115);
  CHECK(end_of({PreemptMode::kSuspend, false, 0, 0}) == 110);
}

TEST_CASE("victims: lowest priority, latest start, and no more than needed", "[scheduling]") {
  Engine engine;
  SchedulerParams params;
  params.preemption.mode = PreemptMode::kRequeue;
  // Priorities 1, 0, 0 of 2, 3, 1 units, started one after the other on 6.
  Scheduler s(engine, FloorShape::Uniform(6, 1, 6), {MakeJob(0, 99, 99, 2, 1), MakeJob(1, 99, 99, 3, 0), MakeJob(2, 99, 99, 1, 0)}, params);
  s.Start();
  engine.Run(Instant::FromSeconds(10));
  const auto all = [](JobIndex) { return true; };
  Cluster c = s.cluster();
  c.SetNow(10'000'000'000);
  CHECK(ChooseVictims(c, 1, all) == std::vector<JobIndex>{2});
  CHECK(ChooseVictims(c, 2, all) == std::vector<JobIndex>{1});  // 2 then 1; 2 is not needed and stays
  CHECK(ChooseVictims(c, 6, all) == std::vector<JobIndex>{2, 1, 0});
  CHECK(ChooseVictims(c, 5, [&](JobIndex v) { return v != 1; }).empty());
}

TEST_CASE("quotas: borrowing, and reclaiming by an owner", "[scheduling]") {
  // a owns 4, b owns 4, one cohort. a borrows all 8 at 0; b comes at 10 and takes its 4 back.
  SchedulerParams params;
  params.policy = "quota";
  params.preemption = {PreemptMode::kRequeue, true, 0, 0};
  params.options.quota.nodes = {{QuotaTree::kRoot, {{}}, 1.0}, {0, {{4.0, kNoLimit, kNoLimit}}, 1.0}, {0, {{4.0, kNoLimit, kNoLimit}}, 1.0}};
  params.options.quota.leaf_of_queue = {1, 2};
  params.options.quota.reclaim = Reclaim::kAny;
  std::vector<Job> jobs = {MakeJob(0, 100, 100, 4), MakeJob(0, 100, 100, 4), MakeJob(10, 20, 20, 4)};
  jobs[2].queue = 1;
  CHECK(Starts(jobs, 8, params) == std::vector<double>{0, 0, 10});
  params.options.quota.reclaim = Reclaim::kNever;
  CHECK(Starts(jobs, 8, params) == std::vector<double>{0, 0, 100});
  params.options.quota.nodes[1].quotas[0].borrowing_limit = 0.0;
  CHECK(Starts(jobs, 8, params) == std::vector<double>{0, 100, 10});
}

TEST_CASE("gang: the tenant with the lower share goes first", "[scheduling]") {
  // User 0 holds 4 of 8; of the two jobs that wait for the other 4, user 1's goes first though it came later.
  SchedulerParams params;
  params.policy = "gang";
  std::vector<Job> jobs = {MakeJob(0, 100, 100, 4), MakeJob(0, 10, 10, 4), MakeJob(1, 10, 10, 4), MakeJob(2, 10, 10, 4)};
  jobs[1].user = 2;
  jobs[3].user = 1;
  CHECK(Starts(jobs, 8, params) == std::vector<double>{0, 0, 20, 10});
}

TEST_CASE("las: a job that has had its share gives way", "[scheduling]") {
  // Threshold 40 unit-seconds: the first job (4 units) falls at 10 s, and the second, new, takes over; it falls at 20 s,
  // and the first, which started earlier, goes on and ends at 20 + 20 = 40 s.
  SchedulerParams params;
  params.policy = "las";
  params.preemption = {PreemptMode::kRequeue, true, 0, 0};
  params.options.las.thresholds = {40.0};
  Engine engine;
  Scheduler s(engine, FloorShape::Uniform(4, 1, 4), {MakeJob(0, 30, 30, 4), MakeJob(1, 30, 30, 4)}, params);
  s.Start();
  engine.RunAll();
  CHECK(static_cast<double>(s.records()[1].first_start) / 1e9 == Approx(10).margin(1e-6));
  CHECK(static_cast<double>(s.records()[0].end) / 1e9 == Approx(40).margin(1e-6));
  CHECK(static_cast<double>(s.records()[1].end) / 1e9 == Approx(60).margin(1e-6));
  CHECK(s.preemptions() == 2);
}

TEST_CASE("an unknown policy or placement is refused by name", "[scheduling]") {
  Engine engine;
  SchedulerParams params;
  params.policy = "lottery";
  CHECK_THROWS_WITH(Scheduler(engine, FloorShape::Uniform(1, 1, 1), {}, params), "scheduler.policy is 'lottery'; no such policy");
  params.policy = "fifo";
  params.placement = "anywhere";
  CHECK_THROWS_WITH(Scheduler(engine, FloorShape::Uniform(1, 1, 1), {}, params), "scheduler.placement is 'anywhere'; no such placement");
}

TEST_CASE("a new policy is one order and one admission", "[scheduling]") {
  // The smallest job first, with gaps filled: what a row of the table would hold.
  class Smallest final : public QueueOrder {
   public:
    double Key(const Cluster& c, JobIndex job) override { return c.jobs()[job].units; }
  };
  Cluster c(FloorShape::Uniform(4, 1, 4), {MakeJob(0, 9, 9, 3), MakeJob(0, 9, 9, 1), MakeJob(0, 9, 9, 2)}, FirstFit, {});
  Smallest order;
  const auto admission = MakeGreedy();
  for (JobIndex j = 0; j < 3; ++j) c.Enqueue(j, order.Key(c, j));
  admission->Pass(c);
  CHECK(c.TakeChanges().started == std::vector<JobIndex>{1, 2});
}

TEST_CASE("jobs run after those they follow, and are cancelled where one of these fails", "[scheduling]") {
  // A diamond on 4 units: 0, then 1 and 2 side by side, then 3; 4 follows 3 but comes later by itself.
  std::vector<Job> jobs = {MakeJob(0, 100, 50, 4), MakeJob(0, 100, 30, 2), MakeJob(0, 100, 60, 2), MakeJob(0, 100, 10, 4), MakeJob(500, 100, 10, 1)};
  const std::vector<std::vector<JobIndex>> after = {{}, {0}, {0}, {1, 2}, {3}};
  for (const PolicyRow& row : PolicyTable()) {
    if (row.name == std::string("quota")) continue;  // needs queues
    INFO(row.name);
    SchedulerParams params;
    params.policy = row.name;
    params.options.gavel.period = 1'000'000'000;  // jobs start at rounds
    Engine engine;
    Scheduler s(engine, FloorShape::Uniform(1, 4, 1), jobs, params);
    s.RunAfter(after);
    int done = 0;
    s.OnDone([&] { ++done; });
    s.Start();
    engine.RunAll();
    const auto start = [&](std::size_t job) { return static_cast<double>(s.records()[job].first_start) * 1e-9; };
    CHECK(start(1) == Approx(50));
    CHECK(start(2) == Approx(50));
    CHECK(start(3) == Approx(110));
    CHECK(start(4) == Approx(500));
    CHECK(s.records()[3].submitted == 110'000'000'000);
    CHECK(done == 1);
  }
  jobs[2].runtime = Duration::FromSeconds(150);  // overruns its estimate
  Engine engine;
  Scheduler s(engine, FloorShape::Uniform(1, 4, 1), jobs, {});
  s.RunAfter(after);
  int done = 0;
  s.OnDone([&] { ++done; });
  s.Start();
  engine.RunAll();
  CHECK(s.records()[2].state == JobState::kFailed);
  CHECK(s.records()[3].state == JobState::kCancelled);
  CHECK(s.records()[4].state == JobState::kCancelled);
  CHECK(s.records()[3].end == 150'000'000'000);
  CHECK(s.records()[3].first_start == -1);
  CHECK(s.open() == 0);
  CHECK(done == 1);
}

}  // namespace headroom::scheduling
