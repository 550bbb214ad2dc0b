#include "scenarios/sweep/branch.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/scenarios/sweep/temp_sweep.h"

using namespace headroom::sweep;
using test::TempSweep;

TEST_CASE("what can change in the middle of a run is the schema's list", "[branch]") {
  CHECK(ChangeablePaths() ==
        std::vector<std::string>{"site.power.utility.limit", "site.power.utility.at_limit", "site.cooling.rack_supply",
                                 "site.cooling.weather.wet_bulb", "site.cooling.weather.dry_bulb", "site.cooling.weather.offset",
                                 "site.faults", "workloads[NAME].serve.requests.arrival.poisson"});
  CHECK(CanChange("site.power.utility.limit"));
  CHECK(CanChange("site.cooling.weather"));
  CHECK(CanChange("workloads[chat].serve.requests.arrival.poisson"));
  CHECK(CanChange("workloads[chat].serve"));
  CHECK_FALSE(CanChange("workloads[chat].train.steps"));
  CHECK_FALSE(CanChange("site.power.utility.limi"));
  CHECK_FALSE(CanChange("site.systems[train].count"));
}

TEST_CASE("later settings make one change, as the scenario writes it", "[branch]") {
  CHECK(ChangeText(60.0, {}) == "{at: 60 s}");
  CHECK(ChangeText(60.0, {{"seed", "3"}, {"site.power.utility.limit", "~", true}}) == "{at: 60 s}");
  CHECK(ChangeText(21600.0, {{"site.power.utility.limit", "1 MW", true},
                             {"workloads[a].serve.requests.arrival.poisson", "3 /s", true},
                             {"site.power.utility.at_limit", "cap", true}}) ==
        "{at: 21600 s, site: {power: {utility: {limit: 1 MW, at_limit: cap}}}, "
        "workloads: [{name: a, serve: {requests: {arrival: {poisson: 3 /s}}}}]}");
}

TEST_CASE("points of one prefix differ in what comes later alone", "[branch][plan]") {
  const TempSweep folder;
  const Plan plan = MakePlan(folder.Read("from: 5 s\nrepeat: 2\nvary:\n"
                                         "  - {path: site.cooling.weather.dry_bulb, values: [30 degC, 35 degC]}\n"
                                         "  - {path: \"workloads[pretrain].train.global_batch\", values: [16, 32], from_start: true}\n"),
                             "v");
  REQUIRE(plan.points.size() == 8);
  CHECK(plan.from == 5.0);
  const auto prefix = [&](std::size_t p) { return PrefixOverrides(plan, plan.points[p]); };
  CHECK(prefix(0) == prefix(4));
  CHECK(prefix(0) != prefix(1));  // the seed
  CHECK(prefix(0) != prefix(2));  // the batch
  CHECK(Overrides(plan, plan.points[5]) ==
        std::vector<std::string>{"workloads[pretrain].train.global_batch=16", "seed=2",
                                 "changes[+]={at: 5 s, site: {cooling: {weather: {dry_bulb: 35 degC}}}}"});
}
