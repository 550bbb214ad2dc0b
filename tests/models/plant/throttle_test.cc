#include <catch2/catch.hpp>
#include <set>

#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

TEST_CASE("a lost CDU pump throttles its own racks and they recover", "[plant][throttle]") {
  Row row;
  Run run(row, 1100.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(1800));
  CHECK(row.ports[0]->clock.value() == 1.0);
  run.plant.network().SetPumpSpeed(0, 0.0);
  run.engine.Run(Instant::FromSeconds(1800 + 1200));
  CHECK(row.ports[0]->clock.value() < 1.0);
  CHECK(row.ports[1]->clock.value() == 1.0);
  run.plant.network().SetPumpSpeed(0, 1.0);
  run.engine.Run(Instant::FromSeconds(1800 + 4800));
  CHECK(row.ports[0]->clock.value() == 1.0);
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Value(m, "site.cooling.throttled") > 576 * 60.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
  REQUIRE(run.plant.events().size() >= 2);
  CHECK(run.plant.events().front().kind == "throttle");
  CHECK(run.plant.events().front().where == "row/cdu-1");
  // The coolant stands for twenty minutes: the boards go off and come back with it.
  CHECK(run.plant.events().back().kind == "restart");
}

TEST_CASE("a site that is too warm settles at a lower clock without cycling", "[plant][throttle]") {
  Row row;
  for (auto& g : row.params.groups) g.throttle = 273.15 + 60.0;
  Run run(row, 1200.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(3600));
  std::set<double> clocks;
  for (int i = 1; i <= 600; ++i) {
    run.engine.Run(Instant::FromSeconds(3600 + i));
    clocks.insert(row.ports[0]->clock.value());
  }
  CHECK(*clocks.rbegin() < 1.0);
  CHECK(clocks.size() == 1);  // no chatter between two quanta
  // 32 degC + 0.03 K/W x 1200 W x clock = 60 degC - hysteresis of 2 K + (1 - clock) / 0.04 per K
  // gives 0.84.
  CHECK(*clocks.begin() == Approx(0.84).margin(0.03));
}

TEST_CASE("a cap holds the utility at its limit", "[plant][cap]") {
  Row row;
  row.params.utility_limit = 1.6e6;
  row.params.at_limit = AtLimit::kCap;
  Run run(row, 1100.0);
  const MetricSet m = run.For(1800);
  CHECK(run.plant.last().utility <= 1.6e6);
  CHECK(run.plant.last().utility > 1.55e6);
  CHECK(row.ports[0]->clock.value() < 1.0);
  CHECK(Value(m, "site.cooling.throttled") == 0.0);
}

TEST_CASE("a capped clock comes to rest", "[plant][cap]") {
  Row row;
  row.params.utility_limit = 1.6e6;
  row.params.at_limit = AtLimit::kCap;
  Run run(row, 1100.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(3600));
  std::set<double> clocks;
  for (int i = 1; i <= 600; ++i) {
    run.engine.Run(Instant::FromSeconds(3600 + i));
    clocks.insert(row.ports[0]->clock.value());
  }
  CHECK(clocks.size() == 1);
}
