#include "models/plant/fault.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

namespace {

Fault Of(FaultKind kind, int unit) {
  Fault f;
  f.kind = kind;
  f.unit = unit;
  return f;
}

SiteHealth With(const PlantParams& p, const std::vector<Fault>& faults) {
  std::vector<const Fault*> active;
  for (const Fault& f : faults) active.push_back(&f);
  return HealthOf(p, active);
}

/// Gives the row's loops `units` CDUs in all.
void Spares(Row& row, int units, bool shared) {
  row.params.cdu_units = units;
  row.params.cdus_shared = shared;
  for (auto& c : row.params.cdus)
    c.units = static_cast<double>(units) / static_cast<double>(row.params.cdus.size());
}

}  // namespace

TEST_CASE("a lost CDU takes its own loop, or its share of all", "[plant][fault]") {
  Row row(4);
  CHECK(With(row.params, {Of(FaultKind::kPumpTrip, 1)}).cdu_units == std::vector<double>{1, 0, 1, 1});
  Spares(row, 5, true);  // N+1
  CHECK(With(row.params, {}).cdu_units[3] == 1.25);
  CHECK(With(row.params, {Of(FaultKind::kPumpTrip, 4)}).cdu_units == std::vector<double>(4, 1.0));
  CHECK(With(row.params, {Of(FaultKind::kPumpTrip, 0), Of(FaultKind::kCduLoss, 0)}).cdu_units[0] == 1.0);
  CHECK(With(row.params, {Of(FaultKind::kPumpTrip, 0), Of(FaultKind::kCduLoss, 1)}).cdu_units[2] == 0.75);
  Spares(row, 8, false);  // 2N
  CHECK(With(row.params, {Of(FaultKind::kCduLoss, 5)}).cdu_units == std::vector<double>{2, 1, 2, 2});
}

TEST_CASE("towers, chillers, feeds and UPS modules count down", "[plant][fault]") {
  Row row(4);
  row.params.towers = 4;
  row.params.air.chillers = 2;
  row.params.feeds = 4;
  row.params.feeds_needed = 3;
  row.params.stages[1].modules = 8;
  const SiteHealth h = With(row.params, {Of(FaultKind::kTowerLoss, 0), Of(FaultKind::kTowerFanOut, 0),
                                         Of(FaultKind::kTowerFanOut, 2), Of(FaultKind::kChillerLoss, 1),
                                         Of(FaultKind::kFeedLoss, 3), Of(FaultKind::kUpsLoss, 7)});
  CHECK(h.towers == 3.0);
  CHECK(h.still == 1.0);
  CHECK(h.chillers == 1.0);
  CHECK(h.feeds == 0.75);
  CHECK(h.ups == Approx(0.75 * 7.0 / 8.0));
}

TEST_CASE("a fault of a unit that is not there is refused", "[plant][fault]") {
  Row row(2);
  row.params.faults = {Of(FaultKind::kPumpTrip, 2)};
  CHECK_THROWS_WITH(Check(row.params),
                    Catch::Contains("site.faults: pump-trip of cdu-3; the site has 2 of them"));
}

TEST_CASE("one CDU more takes over from any other", "[plant][fault]") {
  Row row(2);
  Spares(row, 3, true);
  Fault f = Of(FaultKind::kPumpTrip, 0);
  f.at = 1800.0;
  f.lasts = 1200.0;
  row.params.faults = {f};
  Run run(row, 1100.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(1800 + 1100));
  CHECK(row.ports[0]->clock.value() == 1.0);
  CHECK(run.plant.network().rack_supply(0) == Approx(305.15).margin(0.2));
  run.engine.Run(Instant::FromSeconds(3600));
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Value(m, "site.cooling.throttled") == 0.0);
  CHECK(Value(m, "site.faults") == 1.0);
  CHECK(m.Find("site.ride_through.throttle") == nullptr);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
  REQUIRE(run.plant.events().size() == 2);
  CHECK(run.plant.events()[0].time == 1800.0);
  CHECK(run.plant.events()[0].kind == "fault");
  CHECK(run.plant.events()[0].where == "cdu-1");
  CHECK(run.plant.events()[0].what == "pump-trip: its pumps stop, coolant stands");
  CHECK(run.plant.events()[1].time == 3000.0);
  CHECK(run.plant.events()[1].kind == "repair");
}

TEST_CASE("without a spare the row throttles, shuts down and comes back once", "[plant][fault]") {
  Row row(2);
  Fault f = Of(FaultKind::kCduLoss, 0);
  f.at = 1800.0;
  f.lasts = 1200.0;
  row.params.faults = {f};
  Run run(row, 1100.0);
  const MetricSet m = run.For(5400);
  CHECK(row.ports[0]->clock.value() == 1.0);
  const double throttle = Value(m, "site.ride_through.throttle");
  const double shutdown = Value(m, "site.ride_through.shutdown");
  CHECK(throttle > 0.0);
  CHECK(shutdown > throttle);
  // 1100 W into 400 J/K without cooling heats by 2.75 K/s at most; the way up is 87 degC - 32 - 33.
  CHECK(throttle > (87.0 - 32.0 - 33.0 - 10.0) / 2.75);
  CHECK(throttle < 60.0);
  int off = 0, on = 0;
  for (const auto& e : run.plant.events()) {
    off += e.kind == "shutdown";
    on += e.kind == "restart";
    if (e.kind == "restart") CHECK(e.time >= 1800.0 + 1200.0 + 300.0);
  }
  CHECK(off == 1);
  CHECK(on == 1);
  CHECK(Value(m, "site.headroom.flow") == 0.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("a sensor that reads 2 K too high makes the loop 2 K too cold", "[plant][fault]") {
  Row row(2);
  Fault f = Of(FaultKind::kSensorBias, 1);
  f.at = 600.0;
  f.bias = 2.0;
  row.params.faults = {f};
  row.params.loop.supply = 300.15;  // 5 K below, so that there is room
  Run run(row, 700.0);
  run.For(7200);
  CHECK(run.plant.network().rack_supply(0) == Approx(305.15).margin(0.05));
  CHECK(run.plant.network().rack_supply(1) == Approx(303.15).margin(0.05));
}

TEST_CASE("a valve that is stuck does not answer a load", "[plant][fault]") {
  Row row(2);
  Fault f = Of(FaultKind::kValveStuck, 0);
  f.at = 1800.0;
  row.params.faults = {f};
  Run run(row, 1000.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(1801));
  const double stuck = run.plant.network().valve(0), other = run.plant.network().valve(1);
  for (auto& w : run.work) w->Set(300.0);
  run.engine.Run(Instant::FromSeconds(5400));
  CHECK(run.plant.network().valve(0) == stuck);
  CHECK(run.plant.network().valve(1) < other - 0.05);
  CHECK(run.plant.network().rack_supply(0) < run.plant.network().rack_supply(1) - 0.1);
}

TEST_CASE("a tower whose fan stands makes the others blow harder", "[plant][fault]") {
  Row healthy(4), faulty(4);
  for (Row* row : {&healthy, &faulty}) row->params.towers = 4;
  faulty.params.faults = {Of(FaultKind::kTowerFanOut, 0)};
  Run a(healthy, 1100.0), b(faulty, 1100.0);
  a.For(7200);
  b.For(7200);
  CHECK(b.plant.network().rack_supply(0) == Approx(a.plant.network().rack_supply(0)).margin(0.05));
  CHECK(b.plant.network().fan_speed() > a.plant.network().fan_speed());
  CHECK(b.plant.network().rejection_use(3e6) == Approx(a.plant.network().rejection_use(3e6) * 4 / 3));
}

TEST_CASE("chillers that are gone leave the hall to warm", "[plant][fault]") {
  Row row(2);
  row.params.air.chillers = 1;
  row.params.faults = {Of(FaultKind::kChillerLoss, 0)};
  Run run(row, 1100.0);
  const MetricSet m = run.For(600);
  CHECK(run.plant.network().air_return() > 298.15 + 30.0);
  CHECK(Value(m, "site.headroom.air") == 0.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

// 20 % of 500 L at 60 L/min last 100 s; the pumps trip then, and run again when the leak is mended.
TEST_CASE("a leak trips its CDU's pumps on low level", "[plant][fault]") {
  Row row(2);
  Fault f = Of(FaultKind::kCduLeak, 0);
  f.at = 1800.0;
  f.lasts = 1200.0;
  f.leak = 1e-3;
  row.params.faults = {f};
  Run run(row, 1100.0);
  const MetricSet m = run.For(5400);
  std::vector<std::string> seen;
  for (const auto& e : run.plant.events())
    if (e.where == "cdu-1") seen.push_back(fmt::format("{} {}", e.kind, e.time));
  CHECK(seen == std::vector<std::string>{"fault 1800", "trip 1900", "repair 3000"});
  CHECK(Value(m, "site.faults") == 1.0);
  // Counted from the leak's start: 100 s and then as after a pump trip.
  CHECK(Value(m, "site.ride_through.throttle") > 100.0);
  CHECK(Value(m, "site.ride_through.throttle") < 160.0);
  CHECK(row.ports[0]->clock.value() == 1.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("a leak of nothing is refused", "[plant][fault]") {
  Row row(2);
  row.params.faults = {Of(FaultKind::kCduLeak, 1)};
  CHECK_THROWS_WITH(Check(row.params),
                    Catch::Contains("site.faults: cdu-2 leaks 0 m^3/s; it must be positive"));
}

// With its chillers gone the hall reaches 45 degC within minutes; then nothing makes heat until chillers have cooled it.
TEST_CASE("a hall without chillers switches its racks off, and on again once it is cool", "[plant][fault]") {
  Row row(2);
  row.params.air.chillers = 1;
  row.params.inlet_limit = 318.15;
  Fault f = Of(FaultKind::kChillerLoss, 0);
  f.at = 600.0;
  f.lasts = 1200.0;
  row.params.faults = {f};
  Run run(row, 1100.0);
  std::vector<std::string> seen;
  const MetricSet m = run.For(3600);
  for (const auto& e : run.plant.events())
    if (e.where == "hall") seen.push_back(e.kind);
  CHECK(seen == std::vector<std::string>{"overheat", "cool"});
  CHECK(run.plant.network().air_return() < 318.15);
  CHECK(Value(m, "site.ride_through.shutdown") > 10.0);
  CHECK(Value(m, "site.ride_through.shutdown") < 600.0);
  CHECK(row.ports[0]->clock.value() == 1.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
  row.params.inlet_limit = row.params.air.supply + 1.0;
  CHECK_THROWS_WITH(Check(row.params), Catch::Contains("site.cooling.air.inlet_limit"));
}

TEST_CASE("lost switches draw nothing, traffic costs their energy, and work is told", "[plant][fault]") {
  Row row(2);
  LoadGroupParams fabric;
  fabric.name = "fabric/air";
  fabric.switch_power = 10e3;
  fabric.nameplate = 10e3;
  row.params.fabric = 2;
  row.params.fabric_energy = 1e-9;
  row.params.leaves = 6;
  row.params.spines = 4;
  row.params.groups.push_back(fabric);
  Fault f = Of(FaultKind::kLeafLoss, 2);
  f.at = 60.0;
  f.lasts = 60.0;
  row.params.faults = {f};
  Run run(row, 1000.0);
  std::vector<std::vector<int>> told;
  run.plant.OnFabric([&](const auto& leaves, const auto& spines, const auto&) {
    told.push_back(leaves);
    CHECK(spines.empty());
  });
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(30.5));
  CHECK(run.plant.last().groups[2].switches == Approx(10e3));
  row.ports[0]->links.sent += 1e12;  // in a step of 1 s, 1 TB/s to a leaf, by a spine to another one, and two of them by a core: 5 kW
  row.ports[0]->links.up += 1e12;
  row.ports[0]->links.core += 1e12;
  run.engine.Run(Instant::FromSeconds(31.5));
  CHECK(run.plant.last().groups[2].switches == Approx(15e3));
  run.engine.Run(Instant::FromSeconds(90.5));
  CHECK(run.plant.last().groups[2].switches == Approx(9e3));
  run.engine.Run(Instant::FromSeconds(150.5));
  CHECK(run.plant.last().groups[2].switches == Approx(10e3));
  CHECK(told == std::vector<std::vector<int>>{{2}, {}});
}
