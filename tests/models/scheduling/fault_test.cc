#include <catch2/catch.hpp>

#include "models/scheduling/policy.h"
#include "models/scheduling/scheduler.h"
#include "sim/core/random.h"
#include "tests/models/scheduling/streams.h"

namespace headroom::scheduling {
namespace {

double Seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

/// Two nodes of four units; node 0 stands still from 100 s, is stopped at 110 s and back at 500 s.
struct TwoNodes {
  Engine engine;
  Scheduler scheduler;
  TwoNodes(std::vector<Job> jobs, const SchedulerParams& params) : scheduler(engine, FloorShape::Uniform(2, 4, 1), std::move(jobs), params) {
    engine.At(Instant::FromSeconds(100), Phase::kArrival, [this] { scheduler.Stall(0); });
    engine.At(Instant::FromSeconds(110), Phase::kArrival, [this] {
      scheduler.Interrupt(0, Instant::FromSeconds(100), Instant::FromSeconds(500));
    });
    engine.At(Instant::FromSeconds(500), Phase::kArrival, [this] { scheduler.BringUp(0); });
    scheduler.Start();
    engine.RunAll();
  }
};

}  // namespace

TEST_CASE("a job goes on from its last checkpoint on the nodes that are left", "[scheduling][fault]") {
  SchedulerParams params;
  params.faults = {.requeue = true, .checkpoint = 30'000'000'000, .restart = 5'000'000'000};
  TwoNodes run({MakeJob(0, 1000, 200, 4)}, params);
  const JobRecord& r = run.scheduler.records()[0];
  // 100 s of progress, 90 s of it safe; stopped at 110 s, on again at once on node 1: 5 s of restart and 110 s that are left.
  CHECK(Seconds(r.end) == Approx(225));
  CHECK(Seconds(r.lost) == Approx(20));
  CHECK(Seconds(r.served) == Approx(225));
  CHECK(r.state == JobState::kCompleted);
  CHECK(run.scheduler.interruptions() == 1);
}

TEST_CASE("without a checkpoint it starts anew, and a job of both nodes waits for the repair", "[scheduling][fault]") {
  for (const char* policy : {"fifo", "easy-backfill", "conservative-backfill", "multifactor", "gang", "las"}) {
    INFO(policy);
    SchedulerParams params;
    params.policy = policy;
    TwoNodes run({MakeJob(0, 1000, 200, 8)}, params);
    CHECK(Seconds(run.scheduler.records()[0].end) == Approx(700));
    CHECK(Seconds(run.scheduler.records()[0].lost) == Approx(110));
  }
}

TEST_CASE("a job that may not be queued again has failed, and one that stands still is stopped at its estimate", "[scheduling][fault]") {
  SchedulerParams params;
  params.faults.requeue = false;
  TwoNodes failed({MakeJob(0, 1000, 200, 4)}, params);
  CHECK(failed.scheduler.records()[0].state == JobState::kFailed);
  CHECK(Seconds(failed.scheduler.records()[0].end) == Approx(110));
  TwoNodes cut({MakeJob(0, 105, 102, 4)}, params);
  CHECK(cut.scheduler.records()[0].state == JobState::kFailed);
  CHECK(Seconds(cut.scheduler.records()[0].end) == Approx(105));
}

TEST_CASE("EASY and conservative plan around an outage", "[scheduling][fault]") {
  // After the fault the job of 8 waits for 500 s; behind it a short job of 4 fits before, a long one does not.
  for (const char* policy : {"easy-backfill", "conservative-backfill"}) {
    INFO(policy);
    SchedulerParams params;
    params.policy = policy;
    TwoNodes run({MakeJob(0, 50, 50, 1), MakeJob(111, 100, 100, 8), MakeJob(112, 300, 300, 4), MakeJob(113, 500, 500, 4)}, params);
    CHECK(Seconds(run.scheduler.records()[1].first_start) == Approx(500));
    CHECK(Seconds(run.scheduler.records()[2].first_start) == Approx(112));
    CHECK(Seconds(run.scheduler.records()[3].first_start) == Approx(600));
  }
}

TEST_CASE("no policy loses a job or gives out a broken node under random faults", "[scheduling][fault][property]") {
  constexpr std::uint32_t kNodes = 6, kPerNode = 4, kUnits = kNodes * kPerNode;
  for (const PolicyRow& row : PolicyTable())
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
      INFO(row.name << " seed " << seed);
      SchedulerParams params;
      params.policy = row.name;
      params.options.reservations = seed % 2 == 0 ? Reservations::kCount : Reservations::kMachines;
      params.options.passes = seed % 5 == 0 ? Passes::kPerEvent : Passes::kPerInstant;
      params.preemption.mode = seed % 3 == 0 ? PreemptMode::kRequeue : PreemptMode::kOff;
      const bool elastic = row.name == std::string("elastic");
      if (elastic || row.name == std::string("las") || row.name == std::string("gavel")) params.preemption = {PreemptMode::kRequeue, true, 0, 0};
      if (row.name == std::string("quota")) {
        params.options.quota.nodes = {{QuotaTree::kRoot, {{static_cast<double>(kUnits), kNoLimit, kNoLimit}}, 1.0}};
        params.options.quota.leaf_of_queue = {0, 0, 0};
      }
      params.faults = {.requeue = true, .checkpoint = seed % 4 == 0 ? 0 : 20'000'000'000, .restart = seed % 2 == 0 ? 0 : 7'000'000'000};
      Engine engine;
      Scheduler s(engine, FloorShape::Uniform(kNodes, kPerNode, 2), RandomJobs(seed, 120, kUnits), params);
      std::vector<bool> down(kUnits, false);
      int broken = 0;
      s.OnStart([&](JobIndex, const Allocation& units) {
        for (const UnitRun& run : units)
          for (std::uint32_t u = run.first; u < run.first + run.count; ++u) broken += down[u];
      });
      RandomStream random(seed, "faults");
      double time = 0;
      std::vector<double> up(kNodes, 0.0);
      for (int i = 0; i < 25; ++i) {
        time += random.Exponential(150);
        const auto node = static_cast<std::uint32_t>(random.Below(kNodes));
        if (time < up[node]) continue;
        const double expected = time + 10 + random.Exponential(400), back = i % 3 == 0 ? time + 0.4 * (expected - time) : expected;
        up[node] = back + 1;
        engine.At(Instant::FromSeconds(time), Phase::kArrival, [&s, &engine, &down, node, expected] {
          for (std::uint32_t u = node * kPerNode; u < (node + 1) * kPerNode; ++u) down[u] = true;
          s.Interrupt(node, engine.now(), Instant::FromSeconds(expected));
        });
        engine.At(Instant::FromSeconds(back), Phase::kArrival, [&s, &down, node] {
          for (std::uint32_t u = node * kPerNode; u < (node + 1) * kPerNode; ++u) down[u] = false;
          s.BringUp(node);
        });
      }
      s.Start();
      engine.RunAll();
      CHECK(broken == 0);
      CHECK(s.open() == 0);
      CHECK(s.cluster().free() == kUnits);
      CHECK(s.cluster().down() == 0);
      for (std::size_t i = 0; i < s.jobs().size(); ++i) {
        const JobRecord& r = s.records()[i];
        const Job& j = s.jobs()[i];
        CHECK(r.state == (j.runtime > j.estimate ? JobState::kFailed : JobState::kCompleted));
        if (elastic) continue;  // its time follows its size
        CHECK(Seconds(r.served) >= std::min(j.runtime, j.estimate).seconds() - 1e-6);
        CHECK(Seconds(r.served - r.lost) <= std::min(j.runtime, j.estimate).seconds() + Seconds(r.overhead) + 1e-6);
      }
    }
}

/// Jobs that say themselves when they are done: what stops them has them begin again, and nothing stops fixed ones.
TEST_CASE("open-ended jobs are all done in the end, and fixed ones in one go", "[scheduling][fault][property]") {
  constexpr std::uint32_t kNodes = 6, kPerNode = 4, kUnits = kNodes * kPerNode;
  for (const char* policy : {"fifo", "easy-backfill", "conservative-backfill", "multifactor", "gang", "las"})
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      INFO(policy << " seed " << seed);
      SchedulerParams params;
      params.policy = policy;
      if (policy == std::string("gang") || policy == std::string("las")) params.preemption = {PreemptMode::kRequeue, seed % 2 == 0, 0, 0};
      std::vector<Job> jobs = RandomJobs(seed, 100, kUnits);
      for (std::size_t j = 0; j < jobs.size(); j += 4) jobs[j].open_ended = true, jobs[j].fixed = j % 8 == 0;
      Engine engine;
      Scheduler s(engine, FloorShape::Uniform(kNodes, kPerNode, 2), jobs, params);
      RandomStream random(seed, "open");
      std::vector<EventId> ends(jobs.size());
      std::vector<int> begun(jobs.size(), 0), stalled(jobs.size(), 0);
      s.OnStart([&](JobIndex job, const Allocation&) {
        ++begun[job];
        if (!jobs[job].open_ended) return;
        s.SetPace(job, 0.0);
        ends[job] = engine.After(Duration::FromSeconds(1 + random.Exponential(300)), Phase::kCompletion, [&s, &ends, job] {
          ends[job] = {};
          s.Complete(job);
        });
      });
      s.OnStall([&](JobIndex job, const Allocation&) {
        CHECK(jobs[job].open_ended);
        if (ends[job].valid()) engine.Cancel(ends[job]);
        ends[job] = {};
        ++stalled[job];
      });
      s.OnLeave([&](JobIndex job, const Allocation&) {
        if (!jobs[job].open_ended || s.leaving().why == Scheduler::Why::kEnd) return;
        CHECK_FALSE(jobs[job].fixed);
        if (ends[job].valid()) engine.Cancel(ends[job]);
        ends[job] = {};
      });
      double time = 0;
      for (int i = 0; i < 40; ++i) {
        time += random.Exponential(120);
        const auto node = static_cast<std::uint32_t>(random.Below(kNodes));
        const double seen = time + 5, back = seen + 10 + random.Exponential(200);
        engine.At(Instant::FromSeconds(time), Phase::kArrival, [&, node, seen, back] {
          if (s.cluster().IsDown(node)) return;
          s.Stall(node);
          engine.At(Instant::FromSeconds(seen), Phase::kArrival, [&, node, back] {
            if (s.cluster().IsDown(node)) return;
            s.Interrupt(node, engine.now(), Instant::FromSeconds(back));
            if (!s.cluster().IsDown(node)) return;  // a fixed job stays
            engine.At(Instant::FromSeconds(back), Phase::kArrival, [&s, node] { s.BringUp(node); });
          });
        });
      }
      s.Start();
      engine.RunAll();
      CHECK(s.open() == 0);
      for (JobIndex j = 0; j < jobs.size(); ++j) {
        const JobRecord& r = s.records()[j];
        CHECK(r.end >= 0);
        if (jobs[j].open_ended) CHECK(r.state == JobState::kCompleted);
        if (jobs[j].fixed) CHECK((begun[j] == 1 && stalled[j] == 0));
      }
    }
}

}  // namespace headroom::scheduling
