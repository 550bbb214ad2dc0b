#include <catch2/catch.hpp>

#include "tests/models/serving/small_fleet.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> TenMilliseconds() { return EvenSteps(256); }

std::vector<double> Finishes(const Deployment& d) {
  std::vector<double> times;
  for (std::size_t i = 0; i < d.log().size(); ++i) times.push_back(d.log().finish(i));
  return times;
}

}  // namespace

TEST_CASE("the number follows the load up at once and down after five minutes", "[autoscaler]") {
  Autoscaler scaler({1, 10, 10.0, 0.0});
  CHECK(scaler.Look(15, 25, 1) == 3);
  CHECK(scaler.Look(30, 31, 3) == 3);  // 3.1 replicas' worth is within 10 %
  CHECK(scaler.Look(45, 5, 3) == 3);
  CHECK(scaler.Look(330, 5, 3) == 3);
  CHECK(scaler.Look(345, 5, 3) == 1);  // the look at 30 s is over 300 s ago
}

TEST_CASE("a look adds at most four replicas or as many as there are", "[autoscaler]") {
  Autoscaler scaler({1, 32, 10.0, 0.0});
  CHECK(scaler.Look(15, 1000, 2) == 6);
  CHECK(scaler.Look(30, 1000, 6) == 12);
  CHECK(scaler.Look(45, 1000, 20) == 32);
}

TEST_CASE("a deployment that has just started keeps what it has", "[autoscaler]") {
  Autoscaler scaler({1, 8, 10.0, 0.0});
  CHECK(scaler.Look(15, 0, 4) == 4);
}

// Eight requests at once are two replicas' worth: the second is ordered at 15 s and answers from 75
// s. The look at 330 s is the first that has forgotten this; the replica then still has a request
// until 334 s. It draws 100 W idle and 500 W busy.
TEST_CASE("a replica is held from its order until its last answer", "[autoscaler][deployment]") {
  RequestTrace trace;
  const auto ask = [&](int n, double at, std::uint32_t tokens) {
    for (int i = 0; i < n; ++i) {
      trace.arrival.push_back(at);
      trace.input_tokens.push_back(10);
      trace.output_tokens.push_back(tokens);
    }
  };
  ask(8, 0.0, 2000);
  ask(2, 70.0, 5);
  ask(2, 80.0, 5);
  ask(2, 329.0, 500);
  ask(1, 400.0, 5);
  Engine engine;
  power::LoadPort ports[2];
  DeploymentParams params = SmallFleet(2, 4000);
  params.places[0].parts = {{&ports[0], 1}};
  params.places[1].parts = {{&ports[1], 1}};
  params.autoscale = {1, 2, 4.0, 60.0};
  Deployment d(engine, params, TenMilliseconds(), MakeTraceSource(trace, 1.0, 99));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().completed() == 15);
  CHECK(d.log().open() == 0);
  for (std::size_t i = 0; i < 10; ++i) CHECK(d.log().replica(i) == 0);
  CHECK(d.log().replica(11) == 1);
  CHECK(d.log().replica(13) == 1);
  CHECK(d.log().finish(13) == Approx(334.0));
  CHECK(d.log().replica(14) == 0);
  REQUIRE(d.scale_events().size() == 2);
  CHECK(d.scale_events()[0].time == Approx(15.0));
  CHECK(d.scale_events()[0].up);
  CHECK(d.scale_events()[1].time == Approx(330.0));
  CHECK(d.scale_events()[1].replicas == 1);
  CHECK(ports[0].held.total() == Approx(400.05));
  CHECK(ports[1].held.total() == Approx(334.0 - 15.0));
  CHECK(ports[1].busy.total() == Approx(0.05 + 5.0));
  CHECK(ports[1].energy.total() == Approx(319.0 * 100.0 + 5.05 * 400.0));
  CHECK(d.held() == Approx(ports[0].held.total() + ports[1].held.total()));
}

TEST_CASE("no request is lost or answered twice while replicas come and go",
          "[autoscaler][conservation]") {
  const auto run = [](std::uint64_t seed) {
    Engine engine;
    DeploymentParams params = SmallFleet(6, 60);
    params.autoscale = {1, 6, 3.0, 40.0};
    auto d = std::make_unique<Deployment>(
        engine, params, TenMilliseconds(),
        MakePoissonSource({3.0, 60.0}, {LognormalTokens{200, 0.8}, LognormalTokens{150, 0.8}}, 20000,
                          seed, "w"));
    d->Start();
    engine.RunAll();
    CHECK(d->done());
    CHECK(d->log().open() == 0);
    CHECK(d->log().completed() + d->log().rejected() == 20000);
    CHECK(d->scale_events().size() > 2);
    CHECK(AnsweredTokens(d->log()) == d->totals().output_tokens);
    CHECK(d->totals().energy == Approx(100.0 * d->held() + 400.0 * d->totals().busy));
    return Finishes(*d);
  };
  const std::vector<double> once = run(3), again = run(3);
  REQUIRE(once.size() == again.size());
  CHECK(std::equal(once.begin(), once.end(), again.begin(), [](double a, double b) {
    return a == b || (a != a && b != b);
  }));
  run(4);
}

TEST_CASE("a closed loop on a fixed number of replicas does not see the scaler",
          "[autoscaler][closed-loop]") {
  const auto run = [](bool scaled) {
    Engine engine;
    DeploymentParams params = SmallFleet(2, 1000);
    if (scaled) params.autoscale = {2, 2, 4.0, 60.0};
    Deployment d(engine, params, TenMilliseconds(),
                 MakeClosedLoopSource({6, 0.2}, {FixedTokens{10}, UniformTokens{10, 200}}, 400, 1, "w"));
    d.Start();
    engine.RunAll();
    CHECK(d.log().open() == 0);
    return Finishes(d);
  };
  CHECK(run(true) == run(false));
}
