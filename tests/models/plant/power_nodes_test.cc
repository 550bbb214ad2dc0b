#include "models/plant/power_nodes.h"

#include <catch2/catch.hpp>

#include "models/plant/draw_statistics.h"
#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

namespace {

/// Two groups of eight racks, each on a PDU of its own below one transformer.
Row WithBoxes(double pdu_rating) {
  Row row(2);
  auto& p = row.params;
  p.nodes = {{"utility-1", "utility", -1, 0.0, 16 * 132e3, {}},
             {"transformer-1", "transformer", 0, 3.2e6, 16 * 132e3, {}},
             {"ups-1", "ups", 1, 2.6e6, 16 * 132e3, {}},
             {"pdu-1", "pdu", 2, pdu_rating, 8 * 132e3, {{0, 8.0}}},
             {"pdu-2", "pdu", 2, pdu_rating, 8 * 132e3, {{1, 8.0}}}};
  p.stages[0].rating = 3.2e6;
  p.stages[1].rating = 2.6e6;
  p.stages[2].rating = 2.0 * pdu_rating;
  p.groups[0].workload = "low";
  p.groups[1].workload = "high";
  p.groups[1].priority = 5;
  return row;
}

int Count(const Plant& plant, const std::string& kind, const std::string& where = "") {
  int n = 0;
  for (const auto& e : plant.events()) n += e.kind == kind && (where.empty() || e.where == where);
  return n;
}

double First(const Plant& plant, const std::string& kind) {
  for (const auto& e : plant.events())
    if (e.kind == kind) return e.time;
  return -1.0;
}

}  // namespace

TEST_CASE("boxes of a stage add up to the tree's bus", "[plant][nodes][conservation]") {
  Row row = WithBoxes(1.3e6);
  Run run(row, 900.0);
  run.For(120.0);
  const PowerNodes& n = run.plant.nodes();
  const auto& step = run.plant.last();
  CHECK(n.output(0) == step.utility);
  CHECK(n.output(3) + n.output(4) == Approx(step.it).epsilon(1e-12));
  // The utility is the transformer's input: output plus its loss.
  CHECK(n.output(1) + step.stage_losses[0] == Approx(step.utility).epsilon(1e-12));
  CHECK(n.use(3) == Approx(n.output(3) / 1.3e6));
}

TEST_CASE("a PDU over its rating opens by its curve and darkens its racks alone", "[plant][nodes]") {
  Row row = WithBoxes(700e3);
  row.params.node_limits.trips = true;
  row.params.node_limits.at_limit = AtLimit::kTrip;
  Run run(row, 900.0);
  run.work[1]->Set(300.0);
  const MetricSet m = run.For(900.0);
  CHECK(Count(run.plant, "trip") == 1);
  CHECK(Count(run.plant, "trip", "pdu-1") == 1);
  CHECK(run.plant.last().groups[0].power == 0.0);
  CHECK(run.plant.last().groups[1].power > 0.0);
  CHECK(row.ports[0]->clock.value() == power::kStoppedClock);
  CHECK(row.ports[1]->clock.value() == 1.0);
  CHECK(Value(m, "site.power.trips") == 1.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("capping keeps a breaker closed that would open without it", "[plant][nodes]") {
  for (const bool cap : {false, true}) {
    Row row = WithBoxes(650e3);
    row.params.node_limits.trips = true;
    row.params.node_limits.at_limit = cap ? AtLimit::kCap : AtLimit::kTrip;
    Run run(row, 900.0);
    const MetricSet m = run.For(1800.0);
    CHECK(Count(run.plant, "trip") == (cap ? 0 : 2));
    if (!cap) continue;
    CHECK(run.plant.nodes().use(3) < 1.001);
    CHECK(run.plant.nodes().use(3) > 0.97);
    CHECK(row.ports[0]->clock.value() < 1.0);
    CHECK(Value(m, "site.power.breaker_heat_max") < 1.0);
  }
}

TEST_CASE("capping that answers too late loses to the breaker", "[plant][nodes]") {
  Row row = WithBoxes(450e3);
  row.params.node_limits.trips = true;
  row.params.node_limits.at_limit = AtLimit::kCap;
  row.params.clock.cap_delay = 120.0;
  Run run(row, 900.0);
  run.For(900.0);
  CHECK(Count(run.plant, "trip") == 2);
}

TEST_CASE("a breaker with a reset closes again and its racks restart", "[plant][nodes]") {
  Row row = WithBoxes(700e3);
  row.params.node_limits.trips = true;
  row.params.node_limits.at_limit = AtLimit::kTrip;
  row.params.node_limits.reset = 60.0;
  Run run(row, 900.0);
  run.work[1]->Set(300.0);
  run.For(1200.0);
  CHECK(Count(run.plant, "close", "pdu-1") >= 1);
  CHECK(Count(run.plant, "restart") >= 1);
}

TEST_CASE("at the utility's limit the work of least priority stops and goes on with room", "[plant][nodes]") {
  Row row = WithBoxes(1.3e6);
  row.params.at_limit = AtLimit::kShed;
  row.params.demand_events = {{600.0, 600.0, 1.4e6}};
  Run run(row, 900.0);
  const MetricSet m = run.For(3600.0);
  CHECK(Count(run.plant, "shed") == 1);
  CHECK(Count(run.plant, "shed", "low") == 1);
  // Over the limit from 600 s, stopped 5 s later; the event ends at 1200 s and 300 s of room follow.
  CHECK(First(run.plant, "shed") == Approx(605.0).margin(1.01));
  CHECK(First(run.plant, "resume") == Approx(1500.0).margin(2.01));
  CHECK(run.plant.last().groups[0].clock == 1.0);
  CHECK(Value(m, "site.power.sheds") == 1.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("a demand event is met by clocks, and they are free after it", "[plant][nodes]") {
  Row row = WithBoxes(1.3e6);
  row.params.at_limit = AtLimit::kCap;
  row.params.demand_events = {{600.0, 900.0, 1.4e6}};
  Run run(row, 900.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(1400.0));
  CHECK(run.plant.last().utility < 1.4e6);
  CHECK(run.plant.last().utility > 1.35e6);
  run.engine.Run(Instant::FromSeconds(2400.0));
  CHECK(row.ports[0]->clock.value() == 1.0);
  run.plant.Finish();
}

TEST_CASE("the main breaker cuts off the site at a lasting overload", "[plant][nodes]") {
  Row row = WithBoxes(1.3e6);
  row.params.utility_limit = 1.2e6;
  row.params.nodes[0].rating = 1.2e6;
  row.params.at_limit = AtLimit::kTrip;
  Run run(row, 900.0);
  const MetricSet m = run.For(1800.0);
  CHECK(Count(run.plant, "trip", "utility-1") == 1);
  CHECK(Count(run.plant, "dark") == 1);
  CHECK(run.plant.last().utility == 0.0);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("percentiles are those of the sorted shares", "[plant][nodes]") {
  DrawStatistics d;
  for (int i = 1; i <= 100; ++i) d.Add(0.01 * i - 0.0005, 1.0);
  CHECK(d.Percentile(0.5) == Approx(0.5).margin(1e-3));
  CHECK(d.Percentile(0.99) == Approx(0.99).margin(1e-3));
  CHECK(d.max() == Approx(0.9995));
  CHECK(d.mean() == Approx(0.5045));
}
