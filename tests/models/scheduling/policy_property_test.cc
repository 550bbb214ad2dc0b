#include <catch2/catch.hpp>

#include <map>

#include "models/scheduling/mig.h"
#include "tests/models/scheduling/streams.h"

namespace headroom::scheduling {
namespace {

constexpr std::uint32_t kNodes = 6, kPerNode = 4, kUnits = kNodes * kPerNode;

/// Three queues under one cohort: 10 + 8 units of their own, 6 that all share; each may have all.
QuotaOptions ThreeQueues() {
  QuotaOptions o;
  o.nodes = {{QuotaTree::kRoot, {{6.0, kNoLimit, kNoLimit}}, 1.0},
             {0, {{10.0, kNoLimit, kNoLimit}}, 1.0},
             {0, {{8.0, kNoLimit, kNoLimit}}, 2.0},
             {0, {{0.0, kNoLimit, kNoLimit}}, 1.0}};
  o.leaf_of_queue = {1, 2, 3};
  o.reclaim = Reclaim::kAny;
  o.within = WithinQueue::kLower;
  return o;
}

SchedulerParams Params(const std::string& policy, std::uint64_t variant) {
  SchedulerParams p;
  p.policy = policy;
  p.options.quota = ThreeQueues();
  p.options.quota.strict = variant % 2 == 1;
  p.options.quota.fair_sharing = variant % 3 == 1;
  p.options.las.thresholds = {100.0, 1000.0};
  p.options.multifactor.half_life = 500.0;
  p.options.multifactor.period = 50.0;
  p.options.multifactor.max_age = 300.0;
  p.options.multifactor.queue_shares = {1.0, 2.0, 3.0};
  p.options.multifactor.queue_priority = {1.0, 2.0, 3.0};
  p.options.multifactor.weights.partition = 5000.0;
  const bool preempts = policy != "fifo" && policy != "sjf" && policy != "easy-backfill" && policy != "conservative-backfill";
  const bool always = policy == "las" || policy == "elastic" || policy == "gavel";
  if (preempts && (always || variant % 2 == 0))
    p.preemption = {variant % 4 == 0 ? PreemptMode::kSuspend : PreemptMode::kRequeue, variant % 8 < 6 || always,
                    variant % 4 == 2 ? 3'000'000'000 : 0, 20'000'000'000};
  p.options.gavel = {variant % 3 == 0 ? ShareObjective::kMaxMin : variant % 3 == 1 ? ShareObjective::kMakespan : ShareObjective::kThroughput, 30'000'000'000, {1.0, 2.0, 3.0}};
  p.options.proportion.queues = {{1.0, 0, 4.0}, {2.0, 0, 0}, {3.0, 0, 0}};
  if (policy == "elastic") p.options.elastic = {0.8, 4, 20'000'000'000};
  std::vector<std::string> rows;
  for (const PlacementRow& placement : PlacementTable())
    if (placement.heeds != Heeds::kParts) rows.push_back(placement.name);
  p.placement = rows[variant % rows.size()];
  p.options.passes = variant % 5 == 0 ? Passes::kPerEvent : Passes::kPerInstant;
  return p;
}

}  // namespace

TEST_CASE("no policy oversubscribes, loses a job, or starts part of one", "[scheduling][property]") {
  for (const PolicyRow& row : PolicyTable())
    for (std::uint64_t seed = 0; seed < 24; ++seed) {
      INFO(row.name << " seed " << seed);
      const SchedulerParams params = Params(row.name, seed);
      Engine engine;
      Scheduler s(engine, FloorShape::Uniform(kNodes, kPerNode, 2), RandomJobs(seed, 150, kUnits), params);
      std::vector<int> holder(kUnits, -1);
      std::vector<double> held(s.jobs().size(), 0.0), since(s.jobs().size(), 0.0);
      std::size_t bad = 0, gangs = 0;
      s.OnStart([&](JobIndex job, const Allocation& units) {
        std::uint32_t count = 0;
        for (const UnitRun& run : units)
          for (std::uint32_t u = run.first; u < run.first + run.count; ++u, ++count) {
            if (holder[u] != -1) ++bad;
            holder[u] = static_cast<int>(job);
          }
        const bool sized = params.policy == "elastic";
        if (sized ? count < 1 || count > 4 * s.jobs()[job].units : count != s.jobs()[job].units) ++gangs;
        if (engine.now() < s.jobs()[job].submit) ++bad;
        since[job] = engine.now().seconds();
      });
      s.OnLeave([&](JobIndex job, const Allocation& units) {
        for (const UnitRun& run : units)
          for (std::uint32_t u = run.first; u < run.first + run.count; ++u) {
            if (holder[u] != static_cast<int>(job)) ++bad;
            holder[u] = -1;
          }
        held[job] += engine.now().seconds() - since[job];
      });
      int done = 0;
      s.OnDone([&] { ++done; });
      s.Start();
      engine.RunAll();
      CHECK(bad == 0);
      CHECK(gangs == 0);
      CHECK(done == 1);
      CHECK(s.open() == 0);
      CHECK(s.cluster().free() == kUnits);
      for (std::size_t i = 0; i < s.jobs().size(); ++i) {
        const JobRecord& r = s.records()[i];
        const Job& j = s.jobs()[i];
        CHECK(r.state == (j.runtime > j.estimate ? JobState::kFailed : JobState::kCompleted));
        const double run = std::min(j.runtime, j.estimate).seconds();
        if (params.policy == "elastic") continue;  // a job's time follows its size
        if (r.starts == 1) CHECK(held[i] == Approx(run));
        else CHECK(held[i] >= run - 1e-6);
        CHECK(static_cast<double>(r.served) * 1e-9 == Approx(held[i]));
        if (params.preemption.mode == PreemptMode::kSuspend && params.preemption.restart == 0) CHECK(held[i] == Approx(run));
      }
      if (params.preemption.mode == PreemptMode::kOff) CHECK(s.preemptions() == 0);
    }
}

TEST_CASE("a head that fits never waits", "[scheduling][property]") {
  for (const PolicyRow& row : PolicyTable()) {
    // A quota may hold it back; under conservative backfilling, later jobs' reservations may, when jobs end early.
    // Gavel starts jobs at rounds alone, and an overused queue of proportion waits.
    const std::string name = row.name;
    if (name == "quota" || name == "conservative-backfill" || name == "gavel" || name == "proportion") continue;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      INFO(row.name << " seed " << seed);
      const SchedulerParams params = Params(row.name, 1 + 2 * seed);
      Engine engine;
      Scheduler s(engine, FloorShape::Uniform(kNodes, kPerNode, 2), RandomJobs(seed, 120, kUnits), params);
      int idle = 0;
      for (int t = 0; t < 6000; ++t)
        engine.At(Instant::FromSeconds(t), Phase::kObserve, [&] {
          if (!s.cluster().waiting().empty() && s.cluster().waiting().front().units <= s.cluster().free()) ++idle;
        });
      s.Start();
      engine.RunAll();
      CHECK(idle == 0);
    }
  }
}

TEST_CASE("conservative backfilling never puts a start off", "[scheduling][property]") {
  // A job's start with only the jobs before it in the queue bounds its start with all of them: nobody who comes later delays it.
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    std::vector<Job> jobs = RandomJobs(seed, 60, 16);
    for (Job& j : jobs) j.estimate = j.runtime = std::min(j.runtime, j.estimate);  // exact estimates: reservations are starts
    SchedulerParams params;
    params.policy = "conservative-backfill";
    const std::vector<double> all = Starts(jobs, 16, params);
    for (std::size_t n = 1; n < jobs.size(); n += 7) {
      const std::vector<double> before = Starts({jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(n)}, 16, params);
      for (std::size_t i = 0; i < n; ++i) CHECK(all[i] == before[i]);
    }
  }
}

TEST_CASE("EASY never delays the head of the queue", "[scheduling][property]") {
  // With exact estimates the head's start is what it would be if nobody behind it existed.
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    std::vector<Job> jobs = RandomJobs(seed, 40, 16);
    for (Job& j : jobs) j.estimate = j.runtime = std::min(j.runtime, j.estimate);
    SchedulerParams params;
    Engine engine;
    Scheduler s(engine, FloorShape::Uniform(16, 1, 16), jobs, params);
    std::map<JobIndex, double> promised;
    std::size_t broken = 0;
    for (int t = 0; t < 6000; ++t)
      engine.At(Instant::FromSeconds(t), Phase::kObserve, [&] {
        const Cluster& c = s.cluster();
        if (c.waiting().empty()) return;
        const WaitingJob& head = c.waiting().front();
        const double shadow = static_cast<double>(c.running().ShadowOf(c.free(), head.units, c.now(), true).time) / 1e9;
        const auto [it, fresh] = promised.emplace(head.job, shadow);
        if (!fresh && shadow > it->second) ++broken;
      });
    s.Start();
    engine.RunAll();
    CHECK(broken == 0);
    CHECK(promised.size() > 5);
    for (const auto& [job, time] : promised) CHECK(static_cast<double>(s.records()[job].first_start) / 1e9 <= time);
  }
}

TEST_CASE("quotas are never exceeded, and without borrowing not even by a cohort", "[scheduling][property]") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SchedulerParams params = Params("quota", seed);
    for (QuotaTree::Node& n : params.options.quota.nodes) n.quotas[0].borrowing_limit = n.parent == QuotaTree::kRoot ? kNoLimit : 4.0;
    std::vector<Job> jobs = RandomJobs(seed, 150, 12);
    const double most[] = {14.0, 12.0, 4.0};
    for (Job& j : jobs) j.units = std::min(j.units, static_cast<std::uint32_t>(most[j.queue]));
    Engine engine;
    Scheduler s(engine, FloorShape::Uniform(kNodes, kPerNode, 2), jobs, params);
    double used[3] = {0, 0, 0};
    std::size_t over = 0;
    s.OnStart([&](JobIndex job, const Allocation&) {
      used[jobs[job].queue] += jobs[job].units;
      if (used[jobs[job].queue] > most[jobs[job].queue]) ++over;
    });
    s.OnLeave([&](JobIndex job, const Allocation&) { used[jobs[job].queue] -= jobs[job].units; });
    s.Start();
    engine.RunAll();
    CHECK(over == 0);
    CHECK(s.open() == 0);
  }
}

TEST_CASE("no resource of a node is given out twice, and no fault loses a job", "[scheduling][property]") {
  // Two kinds of accelerators, processors and memory, a partition, and nodes that fail and come back.
  constexpr std::int64_t kCpus = 16'000, kMemory = 1000;
  for (const PolicyRow& row : PolicyTable()) {
    if (!WaitsForPlaces(row.name)) continue;
    for (std::uint64_t seed = 0; seed < 14; ++seed) {
      INFO(row.name << " seed " << seed);
      SchedulerParams params = Params(row.name, seed);
      params.limits.speeds = {{1.0, 0.5}, {1.0, 0.0}, {0.25, 2.0}};
      params.limits.nodes = {{}, {}, {true, true, true, true, false, false}};
      params.faults = {true, seed % 2 == 0 ? 5'000'000'000 : 0, 2'000'000'000};
      FloorShape shape = FloorShape::Uniform(kNodes, kPerNode, 2);
      shape.kind = {0, 0, 0, 1, 1, 1};
      shape.host.assign(kNodes, {kCpus, kMemory});
      RandomStream random(seed, "limits");
      std::vector<Job> jobs = RandomJobs(seed, 100, 8);
      for (Job& j : jobs) {
        j.host = {static_cast<std::uint32_t>(random.Below(j.units * 4001)), static_cast<std::uint32_t>(random.Below(j.units * 251))};
        j.speeds = j.queue == 2 ? static_cast<std::uint32_t>(random.Below(2)) : static_cast<std::uint32_t>(random.Below(3));
      }
      Engine engine;
      Scheduler s(engine, shape, jobs, params);
      std::vector<std::int64_t> cpus(kNodes, 0), memory(kNodes, 0);
      std::vector<int> units(kUnits, 0);
      std::size_t bad = 0;
      const auto change = [&](JobIndex job, const Allocation& held, int sign) {
        std::map<std::uint32_t, std::uint32_t> per_node;
        for (const UnitRun& run : held)
          for (std::uint32_t u = run.first; u < run.first + run.count; ++u) {
            units[u] += sign;
            if (units[u] < 0 || units[u] > 1) ++bad;
            ++per_node[u / kPerNode];
          }
        for (const auto& [node, n] : per_node) {
          if (jobs[job].queue == 2 && node > 3) ++bad;
          if ((per_node.begin()->first < 3) != (node < 3)) ++bad;  // one kind
          if (params.limits.speeds[jobs[job].speeds][node < 3 ? 0 : 1] <= 0.0) ++bad;
          cpus[node] += sign * ((std::int64_t{jobs[job].host.cpus} * n + jobs[job].units - 1) / jobs[job].units);
          memory[node] += sign * ((std::int64_t{jobs[job].host.memory} * n + jobs[job].units - 1) / jobs[job].units);
          if (cpus[node] > kCpus || memory[node] > kMemory || cpus[node] < 0 || memory[node] < 0) ++bad;
        }
      };
      s.OnStart([&](JobIndex job, const Allocation& held) { change(job, held, +1); });
      s.OnLeave([&](JobIndex job, const Allocation& held) { change(job, held, -1); });
      for (int f = 0; f < 12; ++f) {
        const auto node = static_cast<std::uint32_t>(random.Below(kNodes));
        const double at = 10.0 + 130.0 * f;
        engine.At(Instant::FromSeconds(at), Phase::kArrival, [&s, &engine, node] {
          s.Interrupt(node, engine.now(), engine.now() + Duration::FromSeconds(60.0));
        });
        engine.At(Instant::FromSeconds(at + 60.0), Phase::kArrival, [&s, node] { s.BringUp(node); });
      }
      s.Start();
      engine.RunAll();
      CHECK(bad == 0);
      CHECK(s.open() == 0);
      for (std::size_t i = 0; i < s.jobs().size(); ++i)
        CHECK(s.records()[i].state == (jobs[i].runtime > jobs[i].estimate ? JobState::kFailed : JobState::kCompleted));
      CHECK(s.cluster().free() == kUnits);
      for (const HostStock& left : s.cluster().floor().host_left()) CHECK((left.cpus == kCpus && left.memory == kMemory));
    }
  }
}

TEST_CASE("instances lie where the hardware allows them, and no two on one slice", "[scheduling][property]") {
  const std::vector<MigProfile> profiles = MigProfiles("h100");
  for (const PolicyRow& row : PolicyTable()) {
    if (!WaitsForPlaces(row.name)) continue;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      INFO(row.name << " seed " << seed);
      SchedulerParams params = Params(row.name, seed);
      params.placement = "mig";
      FloorShape shape = FloorShape::Uniform(2, 2 * kMigSlices, 2);
      shape.parts = kMigSlices;
      RandomStream random(seed, "profiles");
      std::vector<Job> jobs = RandomJobs(seed, 120, 1);
      for (Job& j : jobs) {
        const MigProfile& p = profiles[random.Below(profiles.size())];
        j.units = p.slices;
        j.place.starts = p.starts;
      }
      params.options.quota.nodes = {{QuotaTree::kRoot, {{32.0}}, 1.0}, {0, {{0.0}}, 1.0}, {0, {{0.0}}, 1.0}, {0, {{0.0}}, 1.0}};
      Engine engine;
      Scheduler s(engine, shape, jobs, params);
      std::vector<int> slices(shape.units(), 0);
      std::size_t bad = 0;
      s.OnStart([&](JobIndex job, const Allocation& held) {
        bad += held.size() != 1 || held[0].count != jobs[job].units || (jobs[job].place.starts >> held[0].first % kMigSlices & 1) == 0;
        for (std::uint32_t u = held[0].first; u < held[0].first + held[0].count; ++u) bad += ++slices[u] > 1;
      });
      s.OnLeave([&](JobIndex, const Allocation& held) {
        for (std::uint32_t u = held[0].first; u < held[0].first + held[0].count; ++u) --slices[u];
      });
      s.Start();
      engine.RunAll();
      CHECK(bad == 0);
      CHECK(s.open() == 0);
    }
  }
}

}  // namespace headroom::scheduling
