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

namespace {

/// The same on two paths.
Row Doubled(double pdu_rating) {
  Row row = WithBoxes(pdu_rating);
  for (auto& s : row.params.stages) s.modules *= 2;
  row.params.feeds = 2;
  row.params.feeds_needed = 1;
  return row;
}

Fault BoxLoss(FaultKind kind, int unit) {
  Fault f;
  f.kind = kind;
  f.unit = unit;
  f.at = 300.0;
  return f;
}

}  // namespace

// Each copy is rated for all of it; at 140 % in all each carries 70 %. One lost, the other carries 140 % and opens.
TEST_CASE("copies of a box open one by one", "[plant][nodes][paths]") {
  Row row = Doubled(560e3);
  row.params.node_limits.trips = true;
  row.params.node_limits.at_limit = AtLimit::kTrip;
  row.params.faults = {BoxLoss(FaultKind::kPduLoss, 0)};
  Run run(row, 900.0);
  run.For(1500.0);
  CHECK(Count(run.plant, "trip") == 1);
  CHECK(Count(run.plant, "trip", "pdu-1/2") == 1);
  CHECK(run.plant.last().groups[0].power == 0.0);
  CHECK(run.plant.last().groups[1].power > 0.0);
}

TEST_CASE("two overloaded copies cascade: the second sees what the first leaves it", "[plant][nodes][paths]") {
  Row row = Doubled(300e3);  // 0.78 MW on 0.6 MW
  row.params.node_limits.trips = true;
  row.params.node_limits.at_limit = AtLimit::kTrip;
  Run run(row, 900.0);
  run.work[1]->Set(100.0);
  run.For(900.0);
  double first = -1.0, second = -1.0;
  std::string larger;
  for (const auto& e : run.plant.events()) {
    if (e.kind != "trip") continue;
    (first < 0.0 ? first : second) = e.time;
    if (second > 0.0 && larger.empty()) larger = e.what;
  }
  REQUIRE(second > first);
  CHECK(second - first < 60.0);
  CHECK(larger.find("opens at 2") != std::string::npos);  // over 200 %
}

TEST_CASE("a transformer's copy takes the copies below it along", "[plant][nodes][paths]") {
  Row row = Doubled(1.3e6);
  row.params.faults = {BoxLoss(FaultKind::kTransformerLoss, 0)};
  Run run(row, 900.0);
  const MetricSet m = run.For(600.0);
  CHECK(run.plant.last().groups[0].power > 0.0);
  // All on the other path: a PDU carries on one copy what two carried.
  CHECK(run.plant.nodes().use(3) == Approx(run.plant.nodes().output(3) / 1.3e6));
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("unequal cords load the paths unequally, a single cord dies with its path", "[plant][nodes][paths]") {
  Row row = Doubled(1.3e6);
  row.params.groups[0].cord_a = 0.8;
  row.params.groups[1].cord_a = 1.0;
  Fault f = BoxLoss(FaultKind::kFeedLoss, 0);
  row.params.faults = {f};
  Run run(row, 900.0);
  run.plant.Start();
  run.engine.Run(Instant::FromSeconds(200));
  CHECK(run.plant.nodes().use(3) == Approx(0.8 * run.plant.nodes().output(3) / 1.3e6));
  CHECK(run.plant.nodes().use(4) == Approx(run.plant.nodes().output(4) / 1.3e6));
  run.engine.Run(Instant::FromSeconds(400));
  CHECK(run.plant.last().groups[0].power > 0.0);
  CHECK(run.plant.last().groups[1].power == 0.0);
  CHECK(run.plant.nodes().use(3) == Approx(run.plant.nodes().output(3) / 1.3e6));
}

TEST_CASE("levels of the tree tell how far peaks coincide", "[plant][nodes]") {
  Row row = WithBoxes(1.3e6);
  Run run(row, 900.0);
  run.plant.Start();
  for (int t = 1; t <= 600; ++t) {  // one row works while the other rests
    run.work[0]->Set(t % 100 < 50 ? 900.0 : 200.0);
    run.work[1]->Set(t % 100 < 50 ? 200.0 : 900.0);
    run.engine.Run(Instant::FromSeconds(t));
  }
  run.plant.Finish();
  MetricSet m;
  run.plant.SetMetrics(m);
  CHECK(Value(m, "site.power.levels.rack.coincidence") < 0.8);
  CHECK(Value(m, "site.power.levels.pdu.coincidence") < 0.8);
  CHECK(Value(m, "site.power.levels.pdu.p95") > Value(m, "site.power.levels.pdu.p50") - 1e-12);
}

TEST_CASE("a demand event is scored", "[plant][nodes]") {
  Row row = WithBoxes(1.3e6);
  row.params.at_limit = AtLimit::kCap;
  row.params.demand_events = {{1800.0, 1200.0, 1.2e6}, {5000.0, 600.0, 0.1e6}};
  Run run(row, 900.0);
  const MetricSet m = run.For(6000.0);
  CHECK(Value(m, "site.demand_response.events") == 2.0);
  CHECK(Value(m, "site.demand_response.kept") == 1.0);  // the second is below what idles
  CHECK(Value(m, "site.demand_response.over") == Approx(300.0));
  CHECK(Value(m, "site.demand_response.reduction") > 0.2e6);
}

// Racks at some 60 % of their nameplate: supplies hold 20 ms / 0.6 = 33 ms.
TEST_CASE("a transfer switch carries a single cord over to the living path, if the supplies bridge it", "[plant][nodes][paths]") {
  for (const double transfer : {8e-3, 50e-3}) {
    CAPTURE(transfer);
    Row row = WithBoxes(1.3e6);
    row.params.feeds = 2;
    row.params.feeds_needed = 1;
    for (power::StageParams& s : row.params.stages) s.modules *= 2;
    row.params.groups[0].cord_a = 1.0;
    row.params.groups[0].sts = TransferSwitchParams{transfer, 20e-3};
    Fault f;
    f.kind = FaultKind::kFeedLoss;
    f.at = 60.0;
    f.lasts = 600.0;
    row.params.faults = {f};
    Run run(row, 900.0);
    const MetricSet m = run.For(900.0);
    CHECK(Value(m, "site.power.transfers") == 2.0);  // there and back
    CHECK(Count(run.plant, "transfer", "row/cdu-1") == 2);
    CHECK(Count(run.plant, "shutdown", "row/cdu-1") == (transfer > 40e-3 ? 2 : 0));
    CHECK(Count(run.plant, "shutdown", "row/cdu-2") == 0);
    CHECK((Value(m, "site.power.transfer_margin") > 0.0) == (transfer < 40e-3));
    CHECK(run.plant.last().groups[0].power > 0.0);
    CHECK(Value(m, "energy_balance_error") < 1e-9);
  }
}
