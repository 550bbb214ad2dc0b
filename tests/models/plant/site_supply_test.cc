#include "models/plant/site_supply.h"

#include <catch2/catch.hpp>

#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

namespace {

Fault Of(FaultKind kind, int unit, double at, double lasts) {
  Fault f;
  f.kind = kind;
  f.unit = unit;
  f.at = at;
  f.lasts = lasts;
  return f;
}

/// Two rows whose utility is lost at ten minutes, for twenty, with engines of 1 MW that all start.
Row Lost(int engines) {
  Row row(2);
  row.params.ups_energy = 400e6;  // of about 1.4 MW: over four minutes
  row.params.faults = {Of(FaultKind::kUtilityLoss, 0, 600.0, 1200.0)};
  if (engines == 0) return row;
  power::GeneratorParams g;
  g.units = engines;
  g.needed = engines;
  g.rating = 1e6;
  g.start_failure = 0.0;
  row.params.generators = g;
  return row;
}

/// Dies that heat neither slows nor stops, so that the load stands while cooling does.
Row Hardened(Row row) {
  for (auto& g : row.params.groups) {
    g.throttle = 2000.0;
    g.shutdown = 2100.0;
    g.hbm_limit = 2000.0;
  }
  return row;
}

int Count(const Plant& plant, const std::string& kind, const std::string& where = "") {
  int n = 0;
  for (const auto& e : plant.events()) n += e.kind == kind && (where.empty() || e.where == where);
  return n;
}

}  // namespace

TEST_CASE("generators carry racks and cooling through an outage, and nothing goes dark", "[plant][supply]") {
  Row row = Lost(3);
  Run run(row, 600.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(605));
  CHECK(run.plant.last().source == Source::kUps);
  CHECK(run.plant.last().cooling.power.total() == 0.0);
  run.engine.Run(Instant::FromSeconds(612));
  const PlantStep& step = run.plant.last();
  CHECK(step.source == Source::kGenerators);
  CHECK(step.cooling.power.total() > 0.0);
  // Half of 3 MW is more than the site: the batteries rest, and charge.
  CHECK(step.generator > 1e6);
  CHECK(step.utility == 0.0);
  run.engine.Run(Instant::FromSeconds(1900));
  CHECK(run.plant.last().source == Source::kGenerators);  // the utility is back for 100 s
  run.engine.Run(Instant::FromSeconds(2102));
  CHECK(run.plant.last().source == Source::kUtility);
  CHECK(run.plant.last().utility > 1e6);
  run.engine.Run(Instant::FromSeconds(3600));
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Count(run.plant, "dark") == 0);
  CHECK(Count(run.plant, "shutdown") == 0);
  CHECK(Value(m, "site.outage.time") == Approx(1200.0));
  CHECK(Value(m, "site.outage.on_ups") == Approx(10.0));
  CHECK(Value(m, "site.outage.on_generators") == Approx(1490.0));
  CHECK(Value(m, "site.outage.dark") == 0.0);
  CHECK(Value(m, "site.generators.starts") == 1.0);
  CHECK(Value(m, "site.generators.run_time") == Approx(1490.0 + 300.0));  // and cooling down
  CHECK(Value(m, "site.energy.generated") == Approx(Value(m, "site.generators.energy")));
  CHECK(Value(m, "site.generators.fuel") > Value(m, "site.generators.energy") / 0.38);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("blocks that are smaller than the site are filled up by the UPS batteries", "[plant][supply]") {
  Row row = Lost(2);
  row.params.generators->block = 0.4;
  row.params.generators->block_interval = 10.0;
  Run run(row, 600.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(615));
  const PlantStep& step = run.plant.last();
  CHECK(step.generator == Approx(0.8e6));
  CHECK(step.ups_battery == Approx(step.site_load - 0.8e6));
  CHECK(step.ups_battery > 0.1e6);
  run.engine.Run(Instant::FromSeconds(640));
  CHECK(run.plant.last().ups_battery < 0.0);  // charging
  CHECK(Count(run.plant, "dark") == 0);
}

TEST_CASE("generators that are too small trip when the batteries are empty", "[plant][supply]") {
  Row row = Lost(1);
  Run run(row, 700.0);
  const MetricSet m = run.For(1700.0);
  CHECK(Value(m, "site.generators.overloads") == 1.0);
  CHECK(Count(run.plant, "dark") == 1);
  CHECK(run.plant.last().it == 0.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("capping keeps the site within what few generators can carry", "[plant][supply]") {
  Row row = Lost(1);
  row.params.generators->rating = 1.15e6;
  row.params.ups_energy = 4e9;
  row.params.utility_limit = 5e6;
  row.params.at_limit = AtLimit::kCap;
  Run run(row, 700.0);
  const MetricSet m = run.For(1700.0);
  CHECK(Value(m, "site.generators.overloads") == 0.0);
  CHECK(Count(run.plant, "dark") == 0);
  CHECK(row.ports[0]->clock.value() < 1.0);
  CHECK(run.plant.last().generator < 1.15e6 * 1.001);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("without generators the UPS batteries empty and the racks are dark", "[plant][supply]") {
  Row row = Hardened(Lost(0));
  Run run(row, 600.0);
  const MetricSet m = run.For(3600.0);
  CHECK(Count(run.plant, "dark") == 1);
  CHECK(Count(run.plant, "power") == 1);
  const double dark = Value(m, "site.ride_through.dark");
  CHECK(dark == Approx(Value(m, "site.outage.on_ups")));
  // 400 MJ at about 1.3 MW.
  CHECK(dark > 280.0);
  CHECK(dark < 340.0);
  CHECK(Value(m, "site.outage.dark") == Approx(1200.0 - dark).margin(1.0));
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("pumps on the UPS carry heat into the coolant and win time", "[plant][supply]") {
  double shutdown[2];
  for (const bool pumps : {false, true}) {
    Row row = Lost(0);
    row.params.ups_pumps = pumps;
    Run run(row, 1000.0);
    const MetricSet m = run.For(1200.0);
    shutdown[pumps] = Value(m, "site.ride_through.shutdown");
    CHECK(Value(m, "energy_balance_error") < 1e-9);
  }
  CHECK(shutdown[0] > 0.0);
  CHECK(shutdown[1] > 2.0 * shutdown[0]);
}

TEST_CASE("the loss of a generator shows when the utility is lost too", "[plant][supply]") {
  for (const int engines : {2, 3}) {  // N, N+1
    Row row = Lost(engines);
    row.params.ups_energy = 100e6;
    row.params.generators->needed = 2;
    row.params.generators->block = 1.0;
    row.params.faults.push_back(Of(FaultKind::kGeneratorLoss, 0, 600.0, 1e9));
    Run run(row, 700.0);
    const MetricSet m = run.For(1500.0);
    CHECK(Count(run.plant, "dark") == (engines == 2 ? 1 : 0));
    CHECK(Value(m, "site.generators.overloads") == (engines == 2 ? 1.0 : 0.0));
  }
}

TEST_CASE("a battery with a reserve carries the whole site until it is empty", "[plant][supply]") {
  Row row = Hardened(Lost(0));
  power::BessParams b;
  b.energy = 1e9;  // 0.9 x 1e9 J at 1.4 MW: ten minutes
  b.power = 3e6;
  b.round_trip = 0.81;
  b.initial_charge = 1.0;
  b.control = power::BessControl::kBackup;
  b.reserve = 1.0;
  row.params.path.bess = b;
  row.params.island = true;
  row.params.island_delay = 2.0;
  Run run(row, 600.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(602));
  CHECK(run.plant.last().source == Source::kUps);
  run.engine.Run(Instant::FromSeconds(700));
  const PlantStep& step = run.plant.last();
  CHECK(step.source == Source::kBattery);
  CHECK(step.cooling.power.total() > 0.0);
  CHECK(step.battery == Approx(-step.site_load));
  CHECK(step.utility == 0.0);
  run.engine.Run(Instant::FromSeconds(1790));
  CHECK(run.plant.last().source == Source::kNone);
  run.engine.Run(Instant::FromSeconds(2400));
  CHECK(run.plant.last().utility > 0.0);
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Value(m, "site.outage.on_battery") > 500.0);
  CHECK(Value(m, "site.battery.charge_min") < 0.01);
  CHECK(Value(m, "site.battery.charge_min") >= 0.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("a battery that is weaker than the site does not take it", "[plant][supply]") {
  Row row = Hardened(Lost(0));
  power::BessParams b;
  b.energy = 3.6e9;
  b.power = 0.5e6;
  b.control = power::BessControl::kBackup;
  row.params.path.bess = b;
  row.params.island = true;
  Run run(row, 600.0);
  const MetricSet m = run.For(1500.0);
  CHECK(Value(m, "site.outage.on_battery") == 0.0);
  CHECK(Count(run.plant, "dark") == 1);
}

// 240 s at the nameplate of 132 kW a rack; the racks draw less.
TEST_CASE("shelf batteries carry racks that no source reaches, and charge again", "[plant][supply][shelves]") {
  Row row = Lost(0);
  row.params.ups_energy = 0.0;
  row.params.faults[0].lasts = 100.0;
  row.params.shelf_batteries.emplace();
  Run run(row, 600.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(603));
  const PlantStep& step = run.plant.last();
  CHECK(step.source == Source::kNone);
  CHECK(step.it == 0.0);
  CHECK(step.groups[0].shelf > 0.5e6);
  CHECK(row.ports[0]->clock.value() > 0.0);
  run.engine.Run(Instant::FromSeconds(800));
  // 8 x 132 kW x 240 s in five hours.
  CHECK(run.plant.last().groups[0].shelf == Approx(-8 * 132e3 * 240.0 / 18000.0));
  run.engine.Run(Instant::FromSeconds(40000));
  CHECK(run.plant.last().groups[0].shelf == 0.0);
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Value(m, "site.shelf_battery.hand_overs") == 2.0);
  CHECK(Value(m, "site.shelf_battery.failed") == 0.0);
  CHECK(Value(m, "site.shelf_battery.margin") > 5.3e-3);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("shelf batteries run empty, and do not take what the supplies cannot hold", "[plant][supply][shelves]") {
  for (const double hold_up : {0.02, 0.001}) {
    Row row = Lost(0);
    row.params.ups_energy = 0.0;
    row.params.shelf_batteries.emplace();
    row.params.shelf_batteries->runtime = 60.0;
    row.params.shelf_batteries->hold_up = hold_up;
    Run run(row, 600.0);
    const MetricSet m = run.For(1000.0);
    CHECK(run.plant.last().groups[0].boards == 0.0);
    CHECK(Value(m, "site.shelf_battery.failed") == (hold_up < 0.01 ? 2.0 : 0.0));
    CHECK(Count(run.plant, "dark", "row/cdu-1") == 1);
    CHECK(Value(m, "energy_balance_error") < 1e-9);
  }
}

TEST_CASE("a UPS that levels its input passes less of a swing", "[plant][supply]") {
  double range[2];
  for (const bool levels : {false, true}) {
    Row row(2);
    row.params.ups_energy = 600e6;
    if (levels) row.params.ups_smoothing = UpsSmoothingParams{30.0, 0.2, 0.5};
    Run run(row, 900.0);
    run.plant.Start();
    double low = 1e12, high = 0.0;
    for (int t = 1; t <= 1200; ++t) {
      if (t % 10 == 0)
        for (auto& w : run.work) w->Set(t % 20 == 0 ? 900.0 : 500.0);
      run.engine.Run(Instant::FromSeconds(t));
      if (t < 600) continue;
      low = std::min(low, run.plant.last().utility);
      high = std::max(high, run.plant.last().utility);
    }
    run.plant.Finish();
    MetricSet m;
    run.plant.SetMetrics(m);
    CHECK(Value(m, "energy_balance_error") < 1e-9);
    range[levels] = high - low;
  }
  // A square of 20 s through a low pass of 30 s keeps tanh(10 / 60) = 16.5 %.
  CHECK(range[1] < 0.25 * range[0]);
}

TEST_CASE("with few power supplies left a rack's clock falls to what they carry", "[plant][supply]") {
  for (const int needed : {3, 6}) {  // 3+3, and none to spare
    Row row(2, 1);
    row.params.supplies = 6;
    row.params.supplies_needed = needed;
    row.params.group_of_rack = {0, 1};
    for (int k = 0; k < 2; ++k) row.params.faults.push_back(Of(FaultKind::kPsuLoss, 0, 60.0, 1e9));
    Run run(row, 1250.0);
    const MetricSet m = run.For(600.0);
    const auto& g = run.plant.last().groups[0];
    if (needed == 3) {
      CHECK(row.ports[0]->clock.value() == 1.0);
    } else {
      CHECK(row.ports[0]->clock.value() < 1.0);
      CHECK(g.boards + g.host + g.fans + g.switches < 132e3 * 4.0 / 6.0 * 1.001);
    }
    CHECK(row.ports[1]->clock.value() == 1.0);
    CHECK(Value(m, "energy_balance_error") < 1e-9);
  }
}
