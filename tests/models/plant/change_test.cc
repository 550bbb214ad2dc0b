#include <catch2/catch.hpp>

#include "models/plant/plant.h"
#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

namespace {

constexpr double kAt = 600.0;

/// Runs for an hour with a change after ten minutes.
MetricSet Changed(Run& run, const PlantChange& change) {
  run.engine.At(Instant::FromSeconds(kAt), Phase::kArrival,
                [&] { run.plant.Change(run.engine.now(), change); });
  return run.For(3600);
}

}  // namespace

TEST_CASE("a fault that a change brings is the fault from the start", "[plant][change]") {
  Fault fault;
  fault.kind = FaultKind::kPumpTrip;
  fault.at = kAt;
  fault.lasts = 120.0;
  Row known, told;
  known.params.faults = {fault};
  Run first(known, 1000.0), second(told, 1000.0);
  const MetricSet a = first.For(3600);
  PlantChange change;
  change.faults = {fault};
  const MetricSet b = Changed(second, change);
  REQUIRE(a.all().size() == b.all().size());
  for (std::size_t i = 0; i < a.all().size(); ++i) {
    INFO(a.all()[i].name);
    CHECK(a.all()[i].name == b.all()[i].name);
    CHECK((a.all()[i].value == b.all()[i].value || !a.all()[i].text.empty()));
  }
  CHECK(Value(b, "site.faults") == 1);
  REQUIRE(first.plant.events().size() == second.plant.events().size());
  for (std::size_t i = 0; i < first.plant.events().size(); ++i)
    CHECK(first.plant.events()[i].time == second.plant.events()[i].time);
}

// A demand event that lasts to the end is the same request as a lower limit from then on.
TEST_CASE("a lower limit with capping acts as a demand event does", "[plant][change]") {
  Row by_event, by_change;
  const double limit = 1.5e6;
  for (Row* row : {&by_event, &by_change}) {
    row->params.utility_limit = 5e6;
    row->params.at_limit = AtLimit::kCap;
  }
  by_event.params.demand_events = {{kAt, 1e9, limit}};
  Run first(by_event, 1000.0), second(by_change, 1000.0);
  const MetricSet a = first.For(3600);
  PlantChange change;
  change.utility_limit = limit;
  const MetricSet b = Changed(second, change);
  CHECK(Value(a, "site.energy.total") == Value(b, "site.energy.total"));
  CHECK(second.plant.last().utility < limit);
  CHECK(second.plant.last().utility > 0.95 * limit);
  // The clocks need some seconds to come down; the feed was over its limit for that long.
  CHECK(Value(b, "site.power.over_limit") > 0.0);
  CHECK(Value(b, "site.power.over_limit") < 120.0);
  CHECK(Value(b, "site.headroom.feed") == 0.0);
  CHECK(b.Find("site.power.stranded") == nullptr);
}

TEST_CASE("the feed is measured against the limit of its time", "[plant][change]") {
  Row row;
  row.params.utility_limit = 3e6;
  Run run(row, 1000.0);
  run.engine.At(Instant::FromSeconds(kAt), Phase::kArrival, [&] {
    run.work[0]->Set(200.0);
    run.work[1]->Set(200.0);
    PlantChange change;
    change.utility_limit = 1.5e6;
    run.plant.Change(run.engine.now(), change);
  });
  const MetricSet m = run.For(3600);
  // The most is drawn under the first limit, before the load falls with the second.
  const double peak = Value(m, "site.power.peak");
  CHECK(peak > 1.5e6);
  CHECK(Value(m, "site.headroom.feed") == Approx(1.0 - peak / 3e6).epsilon(1e-9));
}

TEST_CASE("set-point and weather move the loops from then on, and heat still balances", "[plant][change]") {
  Row row, same;
  Run run(row, 1000.0), still(same, 1000.0);
  PlantChange change;
  change.rack_supply = 311.15;
  change.outdoors = cooling::Outdoors{305.15, 297.15};
  const MetricSet m = Changed(run, change);
  const MetricSet before = still.For(3600);
  CHECK(run.plant.network().rack_supply(0) == Approx(311.15).margin(0.05));
  CHECK(still.plant.network().rack_supply(0) == Approx(305.15).margin(0.05));
  CHECK(Value(m, "energy_balance_error") < 1e-9);
  REQUIRE(run.plant.events().size() >= 2);
  CHECK(run.plant.events()[0].kind == "change");
  CHECK(run.plant.events()[0].what == "38 degC from now on");
  CHECK(before.Find("site.power.over_limit") == nullptr);
}

TEST_CASE("a change to what is there already changes nothing", "[plant][change]") {
  Row row, same;
  row.params.utility_limit = same.params.utility_limit = 3e6;
  Run run(row, 1000.0), still(same, 1000.0);
  PlantChange change;
  change.rack_supply = row.params.rack_supply;
  change.outdoors = cooling::Outdoors{};
  const MetricSet a = Changed(run, change), b = still.For(3600);
  for (const char* name : {"site.energy.total", "site.cooling.case_max", "site.wue", "site.headroom.feed"})
    CHECK(Value(a, name) == Value(b, name));
}
