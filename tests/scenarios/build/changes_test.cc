#include "scenarios/build/changes.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

const std::string kSite = R"(schema: 1
site:
  systems:
    - {name: train, type: gb200-nvl72, count: 2}
    - {name: serve, type: dgx-h100, count: 1}
  power: {utility: {limit: 1 MW}}
workloads:
  - name: chat
    serve: {model: llama-3.1-8b, accelerators: {type: serve}, requests: {arrival: {poisson: 20 /s}, prompt_tokens: {fixed: 500}, output_tokens: {fixed: 100}}}
  - name: pretrain
    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 144, accelerators: {type: train}, parallelism: {tp: 2, zero: 1, sequence_parallel: true}}
run: {duration: 1 h}
changes:
)";

/// Every mistake in the changes, from the built site.
std::string Mistakes(const std::string& changes, const std::string& site = kSite) {
  Sample s(site + changes);
  try {
    const Simulation simulation(s.prepared->loaded, s.prepared->library);
  } catch (const ConfigError& e) {
    std::string out;
    for (const Finding& f : e.findings()) out += f.path + ": " + f.message + "\n";
    return out;
  }
  return "";
}

}  // namespace

TEST_CASE("changes come in order of time, whatever the order in the file", "[changes]") {
  Sample s(kSite +
           "  - {at: 40 min, site: {power: {utility: {at_limit: cap}}}}\n"
           "  - {at: 10 min, site: {power: {utility: {limit: 500 kW}}, cooling: {weather: {wet_bulb: 24 degC}}}}\n"
           "  - {at: 10 min, workloads: [{name: chat, serve: {requests: {arrival: {poisson: 40 /s}}}}]}\n");
  plant::PlantParams plant;
  const std::vector<DueChange> changes = ChangesOf(*s.context, plant);
  REQUIRE(s.Errors().empty());
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].at == Instant::FromSeconds(600.0));
  CHECK(changes[0].number == 1);
  CHECK(*changes[0].plant.utility_limit == 500e3);
  CHECK(changes[0].plant.outdoors->wet_bulb == Approx(297.15));
  CHECK(changes[0].plant.outdoors->dry_bulb == Approx(298.15));
  CHECK(changes[1].number == 2);
  REQUIRE(changes[1].rates.size() == 1);
  CHECK(changes[1].rates[0] == std::pair<std::size_t, double>(0, 40.0));
  CHECK(*changes[2].plant.at_limit == plant::AtLimit::kCap);
}

TEST_CASE("what cannot change is refused with its place and rule", "[changes]") {
  for (const auto& [change, words] : {
           std::pair{"{at: 2 h}", "changes[0].at: is 2 h and the run ends at 1 h"},
           {"{at: 6 min, site: {faults: [{at: 1 min, what: pump-trip, where: cdu-1}]}}", "changes[0].site.faults[0].at: is before the change, which is at 0.1 h"},
           {"{at: 6 min, site: {faults: [{at: 1 h, what: pump-trip, where: cdu-9}]}}", "changes[0].site.faults[0].where: 'cdu-9' is not there"},
           {"{at: 6 min, site: {faults: [{at: 1 h, what: rack-loss, where: rack-1}]}}", "rack-loss cannot be part of a change"},
           {"{at: 6 min, workloads: [{name: chatt}]}", "no workload has this name; there is: chat, pretrain"},
           {"{at: 6 min, workloads: [{name: pretrain, serve: {requests: {arrival: {poisson: 1 /s}}}}]}", "has no constant Poisson rate"},
           {"{at: 6 min, site: {cooling: {weather: {wet_bulb: 30 degC}}}}", "30 degC is above the dry bulb, 25 degC"},
           {"{at: 6 min, site: {cooling: {weather: {offset: 3 K}}}}", "belongs to a weather file"},
       }) {
    INFO(change);
    CHECK_THAT(Mistakes("  - " + std::string(change) + "\n"), Catch::Contains(words));
  }
  std::string held = kSite;
  held.replace(held.find("  power:"), 0, "  cooling: {liquid: {supply: 27 degC}}\n");
  CHECK_THAT(Mistakes("  - {at: 6 min, site: {cooling: {rack_supply: 20 degC}}}\n", held),
             Catch::Contains("changes[0].site.cooling.rack_supply: ") && Catch::Contains("supply is 27.00 degC; it must lie below"));
}

TEST_CASE("at_limit changes once, and needs a limit", "[changes]") {
  CHECK(Mistakes("  - {at: 6 min, site: {power: {utility: {at_limit: cap}}}}\n").empty());
  CHECK_THAT(Mistakes("  - {at: 6 min, site: {power: {utility: {at_limit: cap}}}}\n"
                      "  - {at: 7 min, site: {power: {utility: {at_limit: shed}}}}\n"),
             Catch::Contains("changes[1].site.power.utility.at_limit: is cap before; only report changes into shed"));
}
