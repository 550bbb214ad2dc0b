#include "models/plant/plant.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"
#include "sim/core/random.h"
#include "models/cooling/moist_air.h"
#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

// Two groups of 8 racks of 72: 1152 boards of 1000 W; 288 nodes with 500 + 600 x 0.9 = 1040 W of
// host and fans of 200 W at 0.3 + 0.7 x 1000/1200 = 0.88333 of full speed; 16 racks with 9 kW of
// switches. A rack's supply of 132 kW loses 0.6 % of the rating, 0.8 % of the output and 1.2 % of
// output^2 / rating.
TEST_CASE("a constant load is carried to the racks' inlets as worked by hand", "[plant]") {
  Row row;
  Run run(row, 1000.0);
  const MetricSet m = run.For(600);
  const double fans = 288 * 200.0 * 0.8833333333 * 0.8833333333 * 0.8833333333;
  const double dc = 1152e3 + 288 * 1040.0 + fans + 16 * 9e3;
  const double rack = dc / 16;
  const double loss = 0.006 * 132e3 + 0.008 * rack + 0.012 * rack * rack / 132e3;
  CHECK(Value(m, "site.power.it_mean") == Approx(16 * (rack + loss)).epsilon(1e-9));
  CHECK(Value(m, "site.power.losses.rectifier") == Approx(16 * loss).epsilon(1e-9));
  CHECK(Value(m, "site.accelerators") == 1152);
  CHECK(Value(m, "site.utilisation") == Approx(0.9));
  CHECK(Value(m, "site.pue_end_to_end") / Value(m, "site.pue") ==
        Approx(16 * (rack + loss) / (dc - fans)).epsilon(1e-9));
}

TEST_CASE("a constant load brings constant power: no control cycles", "[plant]") {
  Row row;
  Run run(row, 1000.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(6 * 3600));
  const double before = run.plant.last().utility;
  double most = 0.0;
  for (int i = 1; i <= 3600; ++i) {
    run.engine.Run(Instant::FromSeconds(6 * 3600 + i));
    most = std::max(most, std::abs(run.plant.last().utility - before));
  }
  CHECK(most < 1e-4 * before);
  CHECK(run.plant.network().rack_supply(0) == Approx(305.15).margin(0.01));
}

TEST_CASE("every balance closes in every step, whatever the load does", "[plant][conservation]") {
  Row row;
  Run run(row, 200.0);
  run.plant.Start();
  RandomStream random(1, "test");
  for (int i = 1; i <= 2000; ++i) {
    run.work[0]->Set(1200.0 * random.Uniform());
    run.work[1]->Set(i % 100 < 50 ? 1200.0 : 180.0);
    run.engine.Run(Instant::FromSeconds(0.73 * i));
  }
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
  CHECK(Value(m, "site.energy.total") > 0.0);
}

TEST_CASE("balances close in runs and steps of any length", "[plant][conservation]") {
  for (double seconds : {1e-6, 1e-3, 0.1, 2.0}) {
    Row row(1, 12);
    row.params.step = seconds < 1.0 ? 1.0 : 1e-3;
    Run run(row, 1200.0);
    CHECK(Value(run.For(seconds), "energy_balance_error") < 1e-9);
  }
}

TEST_CASE("accelerators that nobody holds draw idle", "[plant]") {
  Row full, half;
  Run busy(full, 1000.0), part(half, 1000.0, 0.5);
  busy.For(60);
  part.For(60);
  CHECK(busy.plant.last().groups[0].boards == Approx(576 * 1000.0));
  CHECK(part.plant.last().groups[0].boards == Approx(288 * 1000.0 + 288 * 180.0));
  CHECK(part.plant.last().groups[0].hot > part.plant.last().groups[0].die);
}

TEST_CASE("a step that the run cuts short is counted to the nanosecond", "[plant]") {
  Row row;
  Run run(row, 1000.0);
  const MetricSet m = run.For(10.25);
  CHECK(Value(m, "site.energy.total") / Value(m, "site.power.mean") == Approx(10.25));
  CHECK(row.ports[0]->held.total() == Approx(576 * 10.25));
}

TEST_CASE("the coupling interval and the thermal step hardly matter", "[plant]") {
  Row one, half, fine;
  half.params.step = half.params.thermal_step = 0.5;
  fine.params.thermal_step = 0.5;
  Run a(one, 1000.0), b(half, 1000.0), c(fine, 1000.0);
  const MetricSet ma = a.For(3600), mb = b.For(3600), mc = c.For(3600);
  for (const char* name : {"site.energy.total", "site.pue", "site.wue", "site.cooling.case_max",
                           "site.energy.water", "site.cooling.return_max"}) {
    CAPTURE(name);
    CHECK(Value(mb, name) == Approx(Value(ma, name)).epsilon(1e-3));
    CHECK(Value(mc, name) == Approx(Value(ma, name)).epsilon(1e-3));
  }
}

TEST_CASE("hotter weather never takes less cooling power or water", "[plant]") {
  double cooling = 0.0;
  for (double wet : {0.0, 8.0, 16.0, 22.0, 26.0, 30.0}) {
    Row row;
    const cooling::ConstantWeather weather({273.15 + wet + 8.0, 273.15 + wet});
    row.params.weather = &weather;
    Run run(row, 1000.0);
    const MetricSet m = run.For(4 * 3600);
    const double now = run.plant.last().cooling.power.total();
    CAPTURE(wet);
    CHECK(now >= cooling * (1.0 - 1e-6));
    cooling = now;
  }
}

TEST_CASE("a higher load makes hotter dies and a higher bill", "[plant]") {
  double die = 0.0, cost = 0.0;
  for (double watts : {200.0, 500.0, 800.0, 1200.0}) {
    Row row;
    row.params.tariff.demand = 0.015;
    Run run(row, watts);
    const MetricSet m = run.For(1800);
    CHECK(Value(m, "site.cooling.case_max") > die);
    CHECK(Value(m, "site.energy.cost") > cost);
    die = Value(m, "site.cooling.case_max");
    cost = Value(m, "site.energy.cost");
  }
}

TEST_CASE("racks folded into one group are racks apart", "[plant]") {
  Row folded(1, 8), apart(1, 4);
  auto second = apart.params.groups[0];
  apart.ports.push_back(std::make_unique<power::LoadPort>());
  apart.ports[1]->accelerators = second.port->accelerators;
  second.name = "other";
  second.port = apart.ports[1].get();
  apart.params.groups.push_back(second);
  apart.params.stages = folded.params.stages;
  apart.params.towers = folded.params.towers;
  apart.params.air = folded.params.air;
  Run a(folded, 900.0), b(apart, 900.0);
  const MetricSet ma = a.For(3600), mb = b.For(3600);
  for (const auto& metric : ma.all()) {
    if (!metric.text.empty() || metric.name == "energy_balance_error") continue;
    CAPTURE(metric.name);
    CHECK(Value(mb, metric.name) == Approx(metric.value).epsilon(1e-9).margin(1e-3));
  }
}

TEST_CASE("an air-cooled site has no towers, no CDUs and no water", "[plant]") {
  Row row;
  row.params.cdus.clear();
  row.params.towers = 0;
  row.params.air.chillers = 3;
  for (auto& g : row.params.groups) {
    g.cdu = -1;
    g.liquid_share = 0.0;
    g.node.fan_power = 1000;
  }
  Run run(row, 900.0);
  const MetricSet m = run.For(1800);
  CHECK(Value(m, "site.energy.water") == 0.0);
  CHECK(m.Find("site.headroom.liquid") == nullptr);
  CHECK(Value(m, "site.cooling.supply_max") == Approx(25.0).margin(1e-6));
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("headroom is what the worst moment leaves, and the least binds", "[plant]") {
  Row row;
  row.params.utility_limit = 2e6;
  Run run(row, 1000.0);
  const MetricSet m = run.For(3600);
  CHECK(Value(m, "site.headroom.feed") == Approx(1.0 - Value(m, "site.power.peak") / 2e6));
  // The racks' liquid heat at a rise of 12 K.
  const double c = cooling::SpecificHeat(cooling::Coolant::kPg25, 305.15);
  CHECK(Value(m, "site.headroom.flow") ==
        Approx(1.0 - 0.87 * run.plant.last().groups[0].power / (12.0 * c) / 31.48).margin(0.003));
  REQUIRE(m.Find("site.binding"));
  CHECK(m.Find("site.binding")->text == "feed");
  CHECK(Value(m, "site.power.stranded") == Approx(0.0).margin(1e-6));
}

TEST_CASE("workloads that peak apart have a lower sum than their peaks", "[plant]") {
  Row row;
  row.params.groups[0].workload = "a";
  row.params.groups[1].workload = "b";
  Run run(row, 200.0);
  run.plant.Start();
  double own_a = 0.0, own_b = 0.0, sum = 0.0;
  for (int i = 1; i <= 40; ++i) {
    run.work[0]->Set(i <= 20 ? 1000.0 : 300.0);
    run.work[1]->Set(i <= 20 ? 300.0 : 900.0);
    run.engine.Run(Instant::FromSeconds(i));
    const auto& groups = run.plant.last().groups;
    own_a = std::max(own_a, groups[0].power);
    own_b = std::max(own_b, groups[1].power);
    sum = std::max(sum, groups[0].power + groups[1].power);
  }
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Value(m, "site.power.coincident_peak") == Approx(sum));
  CHECK(Value(m, "site.power.noncoincident_peak") == Approx(own_a + own_b));
  CHECK(sum < own_a + own_b);
}

TEST_CASE("impossible parameters are refused by name, value and rule", "[plant][errors]") {
  Engine engine;
  const auto text = [&](auto&& change) {
    Row row;
    change(row.params);
    try {
      Plant plant(engine, row.params);
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(text([](PlantParams& p) { p.towers = 0; }),
             Contains("site.cooling.liquid: count is 0; the racks give heat to liquid and a loop "
                      "needs a heat sink"));
  CHECK_THAT(text([](PlantParams& p) { p.air.chillers = 0; }),
             Contains("site.cooling.air: the racks give"));
  CHECK_THAT(text([](PlantParams& p) { p.stages[1].linear = -0.01; }),
             Contains("site.power.ups: linear_loss is -0.01; it must lie within 0 and 0.5 (an "
                      "efficiency over 1 is "
                      "impossible)"));
  CHECK_THAT(text([](PlantParams& p) { p.cdus[0].facility_flow = 5.0; }),
             Contains("no exchanger reaches 1"));
  CHECK_THAT(
      text([](PlantParams& p) { p.groups[1].throttle = 300.0; }),
      Contains(
          "thermal.throttle is 26.85 degC; it must exceed site.cooling.rack_supply, 32.00 degC"));
  CHECK_THAT(text([](PlantParams& p) { p.at_limit = AtLimit::kCap; }),
             Contains("site.power.utility.at_limit: acts and no limit is set"));
  CHECK_THAT(text([](PlantParams& p) { p.groups[0].node.host_active = 1; }),
             Contains("host_active is 1; it must be at least host_idle, 500"));
  CHECK_THAT(text([](PlantParams& p) { p.groups.clear(); }), Contains("a plant needs a load"));
}

// A converter of 2 % and 10 W a node stands between rack and node: 144 nodes of a group. The regulators' losses are inside
// the boards: they change no total.
TEST_CASE("a node's converter adds its loss, regulators tell one apart", "[plant]") {
  Row plain(1), converted(1), told(1);
  converted.params.node_converter = Stage("sivoc", 10.0 / 4000.0, 0.02, 0.0, 4000.0);
  told.params.board_stages = {Stage("vrm", 0.0, 0.25, 0.0, 0.0)};
  Run a(plain, 900.0), b(converted, 900.0), c(told, 900.0);
  const MetricSet ma = a.For(100), mb = b.For(100), mc = c.For(100);
  const auto& g = b.plant.last().groups[0];
  const double nodes = g.boards + g.host + g.fans;
  CHECK(Value(mb, "site.power.losses.sivoc") == Approx(144.0 * 10.0 + 0.02 * nodes).epsilon(2e-3));
  CHECK(Value(mb, "site.power.mean") > Value(ma, "site.power.mean") + 144.0 * 10.0);
  CHECK(Value(mb, "energy_balance_error") < 1e-9);
  CHECK(Value(mc, "site.power.mean") == Approx(Value(ma, "site.power.mean")).epsilon(1e-12));
  // in = 1.25 out: a fifth of what the boards draw.
  CHECK(Value(mc, "site.power.board_losses.vrm") == Approx(0.2 * c.plant.totals().board_energy() / 100.0).epsilon(1e-9));
}

TEST_CASE("smart rectifiers run as few modules as the load needs", "[plant]") {
  const auto loss = [](power::Staging staging, double watts) {
    Row row(1);
    row.params.rectifier.modules = 6;
    row.params.rectifier.staging = staging;
    row.params.rectifier.module_threshold = 0.6;
    Run run(row, watts);
    return Value(run.For(60), "site.power.losses.rectifier");
  };
  CHECK(loss(power::Staging::kSmart, 180.0) < 0.95 * loss(power::Staging::kAll, 180.0));
  CHECK(loss(power::Staging::kSmart, 1150.0) == Approx(loss(power::Staging::kAll, 1150.0)).epsilon(1e-12));
}

TEST_CASE("a power profile holds the clock from the start", "[plant]") {
  Row row(1);
  row.params.groups[0].most_clock = 0.8;
  Run run(row, 1000.0);
  CHECK(row.ports[0]->clock.value() == Approx(0.8));
  run.For(60);
  CHECK(row.ports[0]->clock.value() == Approx(0.8));
  CHECK(run.plant.events().empty());
}

// Air of 25 degC with a wet bulb of 18 degC has its dew point at 14.0 degC (ASHRAE chart: 14.1).
TEST_CASE("coolant below the hall's dew point is said, once, and the margin kept", "[plant]") {
  CHECK(cooling::DewPoint(298.15, 291.15) == Approx(287.15).margin(0.15));
  CHECK(cooling::DewPoint(293.15, 293.15) == Approx(293.15).margin(0.02));
  const double dew = cooling::DewPoint(303.15, 294.15);
  CHECK(cooling::WetBulb(303.15, dew, 101325.0) == Approx(294.15).margin(1e-3));

  Row warm(1);
  Run a(warm, 900.0);
  const double margin = Value(a.For(60), "site.cooling.dew_margin");
  CHECK(margin > 15.0);
  CHECK(margin < 18.5);
  Row damp(1);
  // Towers alone never get there: their water stays above the wet bulb, so above the dew point. Chillers do.
  damp.params.hall_dew_point = 313.15;
  damp.params.rack_supply = 288.15;
  damp.params.trim.count = 4;
  damp.params.trim.chiller.capacity = 1e6;
  const cooling::ConstantWeather tropical({301.15, 299.15});
  damp.params.weather = &tropical;
  Run b(damp, 300.0);
  CHECK(Value(b.For(60), "site.cooling.dew_margin") == Approx(288.15 - cooling::DewPoint(301.15, 299.15)).margin(0.5));
  int said = 0;
  for (const PlantEvent& e : b.plant.events()) said += e.kind == "condensation";
  CHECK(said == 1);
}
