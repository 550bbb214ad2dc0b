#include <catch2/catch.hpp>
#include <cmath>
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

// At 32 + 0.03 x 1000 = 62 degC a die leaks 2^(2/35) times what it does at 60 degC.
TEST_CASE("warm dies leak, and their heat with them", "[plant][leakage]") {
  Row plain(1), leaky(1);
  leaky.params.groups[0].leakage.share = 0.08;
  Run a(plain, 1000.0), b(leaky, 1000.0);
  const MetricSet without = a.For(3600), with = b.For(3600);
  const double rise = b.plant.network().hot_die(0) - 333.15;
  CHECK(rise > 1.0);
  const double expected = 576 * 1200.0 * 0.08 * (std::exp2(rise / 35.0) - 1.0);
  CHECK(b.plant.last().groups[0].leakage == Approx(expected).epsilon(1e-3));
  CHECK(without.Find("site.power.leakage") == nullptr);
  CHECK(b.plant.last().groups[0].boards - a.plant.last().groups[0].boards == Approx(expected).epsilon(1e-3));
  CHECK(Value(with, "site.power.mean") > Value(without, "site.power.mean"));
  CHECK(Value(with, "energy_balance_error") < 1e-9);
  LeakageParams law{0.08, 333.15, 35.0};
  CHECK(law.At(333.15) == 0.0);
  CHECK(law.At(368.15) == Approx(0.08));
  CHECK(law.At(250.0) > -0.08);
  CHECK(law.At(250.0) < -0.06);
}

TEST_CASE("memory at its limit throttles a die that is not", "[plant][throttle]") {
  Row row(1);
  row.params.groups[0].hbm_rise = 2.0;
  row.params.groups[0].hbm_limit = 363.15;
  Run run(row, 1200.0);
  const MetricSet m = run.For(3600);
  CHECK(row.ports[0]->clock.value() < 1.0);
  CHECK(Value(m, "site.cooling.hbm_max") >= 90.0);
  CHECK(Value(m, "site.cooling.case_max") < 75.0);
  bool told = false;
  for (const auto& e : run.plant.events())
    told = told || e.what == "memory temperature at its limit, clock falls";
  CHECK(told);
}

// 301.15 K of facility water is class W32, 40 degC and over it the next ones.
TEST_CASE("the report has the water class, ITUE and ERE", "[plant][metrics]") {
  Row row(1);
  row.params.reuse = {50e3, 303.15};
  Run run(row, 1000.0);
  const MetricSet m = run.For(3600);
  REQUIRE(m.Find("site.cooling.water_class"));
  CHECK(m.Find("site.cooling.water_class")->text == "W32");
  CHECK(Value(m, "site.itue") * Value(m, "site.pue") == Approx(Value(m, "site.pue_end_to_end")));
  CHECK(Value(m, "site.ere") < Value(m, "site.pue"));
  CHECK(Value(m, "site.pue") - Value(m, "site.ere") ==
        Approx(Value(m, "site.energy.reused") / (3600.0 * Value(m, "site.power.it_mean"))));
}
