#include <catch2/catch.hpp>

#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

namespace {

Fault Feed(int unit, double at, double lasts) {
  Fault f;
  f.kind = FaultKind::kFeedLoss;
  f.unit = unit;
  f.at = at;
  f.lasts = lasts;
  return f;
}

/// A row on two equal paths.
Row Doubled() {
  Row row(2);
  for (auto& s : row.params.stages) s.modules *= 2;
  row.params.feeds = 2;
  row.params.feeds_needed = 1;
  return row;
}

int Count(const Plant& plant, const std::string& kind) {
  int n = 0;
  for (const auto& e : plant.events()) n += e.kind == kind;
  return n;
}

}  // namespace

TEST_CASE("each of two paths carries half, so fixed losses double and the square ones halve",
          "[plant][redundancy]") {
  Row one(2), two = Doubled();
  Run a(one, 1000.0), b(two, 1000.0);
  a.For(60);
  b.For(60);
  // The PDU has a square loss alone, 0.01 P^2 / R.
  CHECK(b.plant.last().stage_losses[2] == Approx(0.5 * a.plant.last().stage_losses[2]).epsilon(1e-12));
  const double rated = 1.2 * 2 * 8 * 132e3;
  const double out = a.plant.last().it + a.plant.last().stage_losses[2];
  CHECK(a.plant.last().stage_losses[1] ==
        Approx(0.008 * rated + 0.008 * out + 0.012 * out * out / rated).epsilon(1e-9));
  const double out2 = b.plant.last().it + b.plant.last().stage_losses[2];
  CHECK(b.plant.last().stage_losses[1] ==
        Approx(2 * 0.008 * rated + 0.008 * out2 + 0.012 * out2 * out2 / (2 * rated)).epsilon(1e-9));
}

TEST_CASE("a lost feed of two leaves everything running on the other", "[plant][redundancy]") {
  Row one(2), two = Doubled();
  two.params.faults = {Feed(1, 0.0, 1e9)};
  Run a(one, 1000.0), b(two, 1000.0);
  a.For(600);
  const MetricSet m = b.For(600);
  CHECK(b.plant.last().utility == Approx(a.plant.last().utility).epsilon(1e-4));
  // The halls begin at the losses of one path and of two, so a little of their warming is left.
  CHECK(Value(m, "site.cooling.throttled") == 0.0);
  // The transformer's rating is 1.5 times the nameplate of 2.112 MW.
  CHECK(b.plant.last().path_use == Approx(b.plant.last().utility / 3.168e6).epsilon(0.01));
}

TEST_CASE("without any feed the batteries carry the racks, then they are dark", "[plant][outage]") {
  Row row(2);
  row.params.ups_energy = 100e6;  // of about 1.3 MW: over a minute
  row.params.faults = {Feed(0, 600.0, 300.0)};
  Run run(row, 600.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(600));
  const double before = run.plant.last().utility;
  run.engine.Run(Instant::FromSeconds(605));
  CHECK(run.plant.last().utility == 0.0);
  CHECK(run.plant.last().ups_battery > 0.8e6);
  CHECK(run.plant.last().ups_battery < before);
  CHECK(run.plant.last().cooling.power.total() == 0.0);
  run.engine.Run(Instant::FromSeconds(890));
  CHECK(run.plant.last().it == 0.0);
  CHECK(run.plant.last().ups_battery == 0.0);
  CHECK(row.ports[0]->clock.value() == power::kStoppedClock);
  run.engine.Run(Instant::FromSeconds(1000));
  CHECK(run.plant.last().utility > 0.0);
  // Charging at 100 MJ over four hours.
  CHECK(run.plant.last().ups_battery == Approx(-100e6 / 14400.0));
  run.engine.Run(Instant::FromSeconds(20000));
  CHECK(row.ports[0]->clock.value() == 1.0);
  CHECK(run.plant.last().ups_battery == 0.0);
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Count(run.plant, "dark") == 1);
  CHECK(Count(run.plant, "power") == 1);
  CHECK(Count(run.plant, "restart") == 2);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("a site without batteries is dark at once", "[plant][outage]") {
  Row row(2);
  row.params.faults = {Feed(0, 600.0, 300.0)};
  Run run(row, 600.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(601));
  CHECK(run.plant.last().it == 0.0);
  CHECK(run.plant.last().utility == 0.0);
  CHECK(Count(run.plant, "battery") == 0);
}

TEST_CASE("a UPS whose modules cannot carry the load goes on its bypass", "[plant][outage]") {
  Row row(2);
  row.params.stages[1].modules = 2;
  row.params.stages[1].rating *= 0.5;
  Fault f;
  f.kind = FaultKind::kUpsLoss;
  f.at = 60.0;
  f.lasts = 60.0;
  row.params.faults = {f};
  Run run(row, 1000.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(100));
  CHECK(run.plant.last().stage_losses[1] == 0.0);
  CHECK(Count(run.plant, "bypass") == 1);
  run.engine.Run(Instant::FromSeconds(130));
  CHECK(run.plant.last().stage_losses[1] > 0.0);
}
