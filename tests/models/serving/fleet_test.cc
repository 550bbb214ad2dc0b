#include <catch2/catch.hpp>
#include <map>

#include "tests/models/serving/small_fleet.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> TenMilliseconds(std::uint32_t sequences = 16, double seconds = 0.010) {
  return EvenSteps(200, sequences, seconds);
}

ReplicaGroup Green(std::uint32_t replicas, double seconds = 0.010, std::uint32_t blocks = 1000) {
  ReplicaGroup g;
  g.name = "green";
  g.replica.kv_blocks = blocks;
  g.places.resize(replicas);
  g.cost = TenMilliseconds(16, seconds);
  return g;
}

}  // namespace

// Tokens at 10, 20 ... 50 ms; at 55 ms the replica fails and the iteration under way is lost. The
// other computes 10 + 5 tokens anew in one iteration, which gives the sixth at 65 ms.
TEST_CASE("a request of a failed replica goes on elsewhere with what it has", "[fleet][failure]") {
  Engine engine;
  DeploymentParams p = SmallFleet(2);
  p.failures.faults = {{0, 0.055, 10.0}};
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(EqualRequests({0.0}, 10, 10), 1.0, 9));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().first_token(0) == Approx(0.010));
  CHECK(d.log().finish(0) == Approx(0.105));
  CHECK(d.log().replica(0) == 1);
  CHECK(d.totals().output_tokens == 10);
  CHECK(d.totals().prefilled_tokens == 25);
  CHECK(d.failures() == 1);
  CHECK(d.rerouted() == 1);
}

// Down from 55 ms to 1.055 s, then 2 s of start-up.
TEST_CASE("requests wait for the only replica until it answers again", "[fleet][failure]") {
  Engine engine;
  DeploymentParams p = SmallFleet(1);
  p.failures.faults = {{0, 0.055, 1.0}};
  p.failures.start_up = 2.0;
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(EqualRequests({0.0, 0.5}, 10, 10), 1.0, 9));
  d.Start();
  engine.RunAll();
  REQUIRE(d.log().completed() == 2);
  CHECK(d.log().finish(0) == Approx(3.055 + 0.05));
  CHECK(d.log().first_token(1) == Approx(3.065));
  REQUIRE(d.fleet_events().size() == 2);
  CHECK(d.fleet_events()[0].what == "replica 0 with 1 requests");
  CHECK(d.fleet_events()[1].kind == "repair");
}

// The fault is known a second later: until 1.055 s replica 0 keeps what it has and still gets requests, of which that of 0.5 s
// hangs with the first. Then replica 1 goes on with 15 tokens and reads the other prompt, in one iteration.
TEST_CASE("requests hang on a failed replica until it is detected", "[fleet][failure]") {
  Engine engine;
  DeploymentParams p = SmallFleet(2);
  p.failures.detection = 1.0;
  p.failures.faults = {{0, 0.055, 1.0}};
  p.router = "round-robin";
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(EqualRequests({0.0, 0.1, 0.5}, 10, 10), 1.0, 9));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().finish(0) == Approx(1.055 + 0.050));
  CHECK(d.log().finish(1) == Approx(0.200));
  CHECK(d.log().first_token(2) == Approx(1.065));
  CHECK(d.rerouted() == 2);
  CHECK(d.totals().output_tokens == 30);
  REQUIRE(d.fleet_events().size() == 2);
  CHECK(d.fleet_events()[0].what == "replica 0 with 1 requests");
  CHECK(d.fleet_events()[1].kind == "detection");
  CHECK(d.fleet_events()[1].time == Approx(1.055));
}

// A user who waits 100 ms has gone before the failure is known; what a machine gives back meanwhile starts after it is.
TEST_CASE("users give up on a replica that hangs, and a mended machine waits to be missed", "[fleet][failure]") {
  Engine engine;
  DeploymentParams p = SmallFleet(1);
  p.failures.machine_detection = 1.0;
  p.patience = {0.1, 0, 1.0};
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(EqualRequests({0.0, 0.02, 1.2}, 10, 8), 1.0, 9));
  d.Start();
  engine.At(Instant::FromSeconds(0.05), Phase::kDecision, [&] { d.Break(0); });
  engine.At(Instant::FromSeconds(0.5), Phase::kDecision, [&] { d.Mend(0); });
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().timed_out() == 2);
  CHECK(d.log().finish(2) == Approx(1.28));
  REQUIRE(d.fleet_events().size() == 3);
  CHECK(d.fleet_events()[2].kind == "repair");
  CHECK(d.fleet_events()[2].time == Approx(1.05));
}

TEST_CASE("a machine that breaks takes every model that shares it", "[fleet][failure]") {
  Engine engine;
  DeploymentParams p = SmallFleet(2);
  p.sharing = SharingParams{};
  p.shares = {1.0, 1.0};
  p.groups = {"blue", "green"};
  std::vector<ReplicaGroup> more;
  more.push_back(Green(2));
  Deployment d(engine, p, TenMilliseconds(), MakePoissonSource({20.0, 1.0}, {FixedTokens{10}, FixedTokens{50}}, 400, 1, "w"), {}, std::move(more));
  d.Start();
  engine.At(Instant::FromSeconds(5.0), Phase::kDecision, [&] { d.Break(1); });
  engine.At(Instant::FromSeconds(9.0), Phase::kDecision, [&] {
    CHECK(d.stage(1) == ReplicaStage::kFailed);
    CHECK(d.stage(3) == ReplicaStage::kFailed);
    CHECK(d.stage(0) == ReplicaStage::kLive);
    d.Mend(1);
  });
  engine.RunAll();
  CHECK(d.failures() == 2);
  CHECK(d.log().completed() == 400);
  CHECK(AnsweredTokens(d.log()) == d.totals().output_tokens);
}

// 200 ms are needed and the user waits 100: it gives up at 100 and, after 50 ms, again at 250 ms.
TEST_CASE("a user gives up, tries again from the start and is counted once", "[fleet][timeout]") {
  Engine engine;
  DeploymentParams p = SmallFleet(1);
  p.patience = {0.1, 1, 0.05};
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(EqualRequests({0.0, 0.0}, 10, 20), 1.0, 9));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().timed_out() == 2);
  CHECK(d.log().completed() == 0);
  CHECK(d.log().retries() == 2);
  CHECK(d.log().attempts(0) == 2);
  CHECK(d.log().state(0) == RequestState::kTimedOut);
  CHECK(d.replica(0).kv().in_use() == 0);
  CHECK(engine.now().seconds() == Approx(0.26).margin(0.011));
}

TEST_CASE("admission turns away what is over its limit, lower classes first", "[fleet][admission]") {
  Engine engine;
  DeploymentParams p = SmallFleet(2);
  p.admission.outstanding = 2.0;
  Deployment d(engine, p, TenMilliseconds(),
               MakeTraceSource(EqualRequests({0.0, 0.0, 0.0, 0.0, 0.0, 1.0}, 10, 10), 1.0, 9));
  d.Start();
  engine.RunAll();
  CHECK(d.log().shed() == 1);
  CHECK(d.log().state(4) == RequestState::kShed);
  CHECK(d.log().completed() == 5);

  Engine other;
  p.classes = {{"batch", 1.0, 0, 0.5, {}}};
  Deployment half(other, p, TenMilliseconds(),
                  MakeTraceSource(EqualRequests({0.0, 0.0, 0.0, 0.0, 0.0, 1.0}, 10, 10), 1.0, 9));
  half.Start();
  other.RunAll();
  CHECK(half.log().shed() == 3);
}

TEST_CASE("a turned-away user of a closed loop asks again a second later", "[fleet][admission]") {
  Engine engine;
  DeploymentParams p = SmallFleet(1);
  p.admission.outstanding = 1.0;
  Deployment d(engine, p, TenMilliseconds(),
               MakeClosedLoopSource({2, 0.0, false}, {FixedTokens{10}, FixedTokens{10}}, 6, 1, "w"));
  d.Start();
  engine.RunAll();
  CHECK(d.log().size() == 6);
  CHECK(d.log().shed() + d.log().completed() == 6);
  CHECK(d.log().shed() >= 1);
}

TEST_CASE("higher priority goes first and is preempted last", "[fleet][priority]") {
  Engine engine;
  LatencyHistogram gaps;
  RequestLog log;
  const auto cost = TenMilliseconds(1);
  ReplicaParams params;
  params.kv_blocks = 100;
  Replica replica(0, params, *cost, log, gaps);
  for (const int priority : {0, 0, 1, 1}) {
    Request r;
    r.input_tokens = 10;
    r.output_tokens = 2;
    r.priority = static_cast<std::int8_t>(priority);
    log.Arrive(r);
    replica.Enqueue(r, 0.0);
  }
  replica.AdvanceTo(1.0);
  CHECK(log.finish(2) < log.finish(3));
  CHECK(log.finish(3) < log.finish(1));
  CHECK(log.finish(0) > log.finish(3));  // nothing ran yet when all were there

  // 8 blocks as in replica_test: the older one gives up its blocks, for its priority is lower.
  RequestLog second;
  LatencyHistogram more;
  const auto four = TenMilliseconds(4);
  params.kv_blocks = 8;
  Replica full(0, params, *four, second, more);
  for (const int priority : {0, 1}) {
    Request r;
    r.input_tokens = 48;
    r.output_tokens = 40;
    r.priority = static_cast<std::int8_t>(priority);
    second.Arrive(r);
    full.Enqueue(r, 0.0);
    full.AdvanceTo(priority == 0 ? 0.01 : 100.0);
  }
  CHECK(full.counters().preemptions == 1);
  CHECK(second.finish(1) < second.finish(0));
}

TEST_CASE("least-kv fills the emptiest cache and sessions stay where they began", "[fleet][router]") {
  const auto places = [](const char* router, RequestTrace trace) {
    Engine engine;
    DeploymentParams p = SmallFleet(3);
    p.router = router;
    Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(std::move(trace), 1.0, 99));
    d.Start();
    engine.RunAll();
    std::vector<int> at;
    for (std::size_t i = 0; i < d.log().size(); ++i) at.push_back(d.log().replica(i));
    return at;
  };
  RequestTrace t = EqualRequests({0.0, 0.011, 0.022, 0.033}, 10, 50);
  t.input_tokens = {160, 16, 64, 16};
  CHECK(places("least-kv", t) == std::vector<int>{0, 1, 2, 1});
  RequestTrace sessions = EqualRequests({0.0, 0.001, 0.002, 0.003, 5.0, 6.0}, 10, 5);
  sessions.session = {7, 8, 7, 0, 8, 7};
  CHECK(places("session-sticky", sessions) == std::vector<int>{0, 1, 0, 2, 1, 0});
}

// Green starts at 1 s, answers from 3 s, takes 30 % from then and all from 13 s on.
TEST_CASE("a canary takes its weight, then all, and the old replicas are given back",
          "[fleet][rollout]") {
  Engine engine;
  DeploymentParams p = SmallFleet(2);
  p.rollout = RolloutParams{1.0, 2.0, {{0.0, 0.3}, {10.0, 1.0}}};
  p.groups = {"blue", "green"};
  std::vector<double> arrivals;
  for (int i = 0; i < 2300; ++i) arrivals.push_back(0.01 * i);
  std::vector<ReplicaGroup> more;
  more.push_back(Green(2));
  Deployment d(engine, p, TenMilliseconds(), MakeTraceSource(EqualRequests(arrivals, 10, 5), 1.0, kUnlimited), {},
               std::move(more));
  d.Start();
  engine.RunAll();
  CHECK(d.log().completed() == 2300);
  int early = 0, share = 0, late = 0;
  for (std::size_t i = 0; i < d.log().size(); ++i) {
    const bool green = d.log().group(i) == 1;
    const double at = d.log().arrival(i);
    early += green && at < 3.0;
    share += green && at > 3.0 && at < 13.0;
    late += !green && at > 13.001;
  }
  CHECK(early == 0);
  CHECK(share == Approx(300).margin(50));
  CHECK(late == 0);
  CHECK(d.held() == Approx(2 * 13.0 + 2 * (23.0 - 1.0)).epsilon(0.01));
  CHECK(d.fleet_events().size() == 3);
}

TEST_CASE("models of one deployment get their shares and their own speed", "[fleet][models]") {
  Engine engine;
  DeploymentParams p = SmallFleet(2);
  p.shares = {3.0, 1.0};
  p.groups = {"small", "green"};
  std::vector<ReplicaGroup> more;
  more.push_back(Green(1, 0.020));
  Deployment d(engine, p, TenMilliseconds(),
               MakePoissonSource({5.0, 1.0}, {FixedTokens{10}, FixedTokens{11}}, 4000, 1, "w"), {},
               std::move(more));
  d.Start();
  engine.RunAll();
  std::map<int, std::pair<int, double>> by;
  for (std::size_t i = 0; i < d.log().size(); ++i) {
    auto& [n, tpot] = by[d.log().group(i)];
    ++n;
    tpot += (d.log().finish(i) - d.log().first_token(i)) / 10;
  }
  CHECK(by[0].first == Approx(3000).epsilon(0.05));
  CHECK(by[0].second / by[0].first == Approx(0.010));
  CHECK(by[1].second / by[1].first == Approx(0.020));
}

// Two places for three adapters: the second of adapter 3 waits for a place, others pass it.
TEST_CASE("adapters take places, are copied in and hold the batch up", "[fleet][adapters]") {
  AdapterSet set({3, 2, 0.5});
  CHECK(set.Acquire(1) == 0.5);
  CHECK(set.Acquire(1) == 0.0);
  CHECK(set.Acquire(2) == 0.5);
  CHECK_FALSE(set.Admits(3));
  CHECK(set.in_use() == 2);
  set.Release(1);
  CHECK_FALSE(set.Admits(3));
  set.Release(1);
  CHECK(set.Admits(3));
  CHECK(set.Acquire(3) == 0.5);
  CHECK(set.loads() == 3);

  RequestLog log;
  LatencyHistogram gaps;
  const auto cost = TenMilliseconds();
  ReplicaParams params;
  params.kv_blocks = 100;
  params.adapters = {3, 2, 0.5};
  Replica replica(0, params, *cost, log, gaps);
  for (const std::uint32_t adapter : {1u, 2u, 3u, 0u}) {
    Request r;
    r.input_tokens = 10;
    r.output_tokens = 3;
    r.adapter = adapter;
    log.Arrive(r);
    replica.Enqueue(r, 0.0);
  }
  replica.AdvanceTo(100.0);
  CHECK(log.completed() == 4);
  CHECK(log.first_token(0) == Approx(1.010));  // two are copied in
  CHECK(log.first_token(3) == Approx(1.010));
  CHECK(log.finish(0) == Approx(1.030));
  CHECK(log.first_token(2) == Approx(1.540));
  CHECK(replica.counters().adapter_loads == 3);
}

// 32 + 17 tokens leave 48 in the cache, 3 blocks; the next prompt of 64 finds them.
TEST_CASE("a later turn finds prompt and answer of the one before", "[fleet][session]") {
  RequestTrace t;
  t.arrival = {0.0};
  t.input_tokens = {32};
  t.output_tokens = {17};
  t.turns = {{64, 4, 1.0}};
  t.turn_begin = {0, 1};
  Engine engine;
  DeploymentParams p = SmallFleet(1);
  p.replica.prefix_unit_tokens = 16;
  Deployment d(engine, p, TenMilliseconds(), MakeSessionTraceSource(t, 1.0, kUnlimited, 16));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().completed() == 2);
  CHECK(d.log().arrival(1) == Approx(1.17).margin(1e-6));
  CHECK(d.totals().cached_tokens == 48);
}

TEST_CASE("no request is lost or answered twice under preemption, failure, scaling and roll-out",
          "[fleet][property]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto run = [&](bool patient) {
      Engine engine;
      DeploymentParams p = SmallFleet(5, 60);
      p.autoscale = {2, 5, 4.0, 20.0};
      p.seed = seed;
      p.failures.mean_time = 60.0;
      p.failures.repair = 15.0;
      p.failures.start_up = 10.0;
      p.rollout = RolloutParams{400.0, 20.0, {{0.0, 0.2}, {60.0, 0.6}, {120.0, 1.0}}};
      p.groups = {"blue", "green"};
      p.classes = {{"chat", 3.0, 1, 1.0, {}}, {"batch", 1.0, 0, 0.5, {}}};
      if (!patient) {
        p.patience = {6.0, 2, 0.5};
        p.admission.outstanding = 30.0;
      }
      std::vector<ReplicaGroup> more;
      more.push_back(Green(4, 0.008, 60));
      auto d = std::make_unique<Deployment>(
          engine, p, TenMilliseconds(),
          MakePoissonSource({9.0, 1.0}, {LognormalTokens{150, 0.8}, LognormalTokens{120, 0.8}}, 8000,
                            seed, "w"),
          std::nullopt, std::move(more));
      d->Start();
      engine.RunAll();
      const RequestLog& log = d->log();
      CHECK(d->done());
      CHECK(log.open() == 0);
      CHECK(log.size() == 8000);
      CHECK(log.completed() + log.rejected() + log.shed() + log.timed_out() == 8000);
      CHECK(d->failures() > 5);
      CHECK(d->rerouted() > 20);
      CHECK(d->totals().preemptions > 0);
      CHECK(d->scale_events().size() > 2);
      CHECK(d->waiting() + d->running() == 0);
      for (std::size_t i = 0; i < d->replicas(); ++i) CHECK(d->replica(i).kv().in_use() == 0);
      if (patient) {
        // Whatever failed, each answer was written once.
        CHECK(log.completed() + log.rejected() == 8000);
        CHECK(d->totals().output_tokens == AnsweredTokens(log));
      } else {
        CHECK(log.timed_out() > 0);
        CHECK(log.retries() > 0);
        CHECK(d->totals().output_tokens > AnsweredTokens(log));
        for (std::size_t i = 0; i < log.size(); ++i)
          if (log.state(i) == RequestState::kCompleted && log.attempts(i) == 1)
            CHECK(log.finish(i) - log.arrival(i) <= 6.0 + 0.011);
      }
      std::vector<double> finishes;
      for (std::size_t i = 0; i < log.size(); ++i)
        finishes.push_back(log.state(i) == RequestState::kCompleted ? log.finish(i) : -1.0);
      return finishes;
    };
    CHECK(run(true) == run(true));
    CHECK(run(false) == run(false));
  }
}
