#include "scenarios/build/plant_builder.h"

#include <catch2/catch.hpp>

#include "models/plant/plant_params.h"
#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

plant::PlantParams Params(Sample& s, std::unique_ptr<cooling::Weather>& weather, LoadGroups& groups) {
  const auto systems = TakeStock(*s.context);
  const BuiltFacility f = BuildFacility(*s.context, systems);
  groups = MakeLoadGroups(systems, {}, f.cdu_of_rack);
  return MakePlantParams(*s.context, systems, groups, f, weather);
}

}  // namespace

TEST_CASE("the plant's parameters are the sheets' and pass the plant's own checks", "[plant_builder]") {
  Sample s(kMixedSite);
  std::unique_ptr<cooling::Weather> weather;
  LoadGroups groups;
  const plant::PlantParams p = Params(s, weather, groups);
  CHECK(s.Errors() == "");
  CHECK_NOTHROW(plant::Check(p));
  CHECK(p.cdus.size() == 2);
  CHECK(p.cdus[1].name == "cdu-2");
  REQUIRE(p.stages.size() == 3);
  CHECK(p.stages[0].name == "transformer");
  CHECK(p.stages[1].name == "ups");
  CHECK(p.groups.back().name == "fabric/air");
  double nodes = 0.0;
  for (const auto& g : p.groups) nodes += g.nodes;
  CHECK(nodes == 65);
}

TEST_CASE("redundancy adds modules and units, and faults find them", "[plant_builder]") {
  Sample s(std::string(kMixedSite).replace(
      std::string(kMixedSite).find("  cooling: {cdu: {"), 18,
      "  power: {feeds: {redundancy: 2N}, ups: {redundancy: N+1, energy: 1 MWh}}\n"
      "  faults:\n"
      "    - {at: 6 h, what: pump-trip, where: cdu-3, lasts: 20 min}\n"
      "    - {at: 1 h, what: sensor-bias, where: cdu-1, by: -1 K}\n"
      "    - {at: 1 h, what: feed-loss, where: feed-2}\n"
      "  cooling: {cdu: {redundancy: N+1, "));
  std::unique_ptr<cooling::Weather> weather;
  LoadGroups groups;
  const plant::PlantParams p = Params(s, weather, groups);
  CHECK(s.Errors() == "");
  CHECK_NOTHROW(plant::Check(p));
  CHECK(p.cdu_units == 3);
  CHECK(p.cdus_shared);
  REQUIRE(p.cdus.size() == 2);
  CHECK(p.cdus[0].units == 1.5);
  CHECK(p.feeds == 2);
  CHECK(p.ups_energy == Approx(3.6e9));
  // One block: each path has one UPS module and a spare.
  CHECK(p.stages[0].modules == 2);
  CHECK(p.stages[1].modules == 4);
  CHECK(p.ups_needed == 1);
  REQUIRE(p.faults.size() == 3);
  CHECK(p.faults[0].unit == 2);
  CHECK(p.faults[0].at == 21600.0);
  CHECK(p.faults[0].lasts == 1200.0);
  CHECK(p.faults[1].bias == -1.0);
}

TEST_CASE("faults that befall nothing and weather keys without a file are refused", "[plant_builder]") {
  Sample s(std::string(kMixedSite).replace(std::string(kMixedSite).find("  cooling: {"), 12,
                                           "  faults:\n"
                                           "    - {at: 1 h, what: pump-trip, where: cdu-3}\n"
                                           "    - {at: 1 h, what: tower-loss, where: cdu-1}\n"
                                           "    - {at: 1 h, what: ups-loss, where: ups-1, by: 1 K}\n"
                                           "  cooling: {weather: {offset: 3 K}, "));
  std::unique_ptr<cooling::Weather> weather;
  LoadGroups groups;
  Params(s, weather, groups);
  CHECK(s.Errors() ==
        "site.faults[0].where: 'cdu-3' is not there; pump-trip befalls cdu-1 to cdu-2\n"
        "site.faults[1].where: 'cdu-1' is not there; tower-loss befalls tower-1 to tower-1\n"
        "site.faults[2].by: ups-loss has no size; only sensor-bias has\n"
        "site.cooling.weather.offset: belongs to a weather file, and there is none\n");
}

TEST_CASE("a wet bulb above the dry bulb and a cap without a limit are refused", "[plant_builder]") {
  Sample s(std::string(kMixedSite).replace(std::string(kMixedSite).find("  cooling:"), 10,
                                           "  power: {utility: {at_limit: cap}}\n  cooling:"));
  s.prepared->loaded.scenario.mutable_site()->mutable_cooling()->mutable_weather()->set_wet_bulb(300.0);
  s.prepared->loaded.scenario.mutable_site()->mutable_cooling()->mutable_weather()->set_dry_bulb(290.0);
  std::unique_ptr<cooling::Weather> weather;
  LoadGroups groups;
  Params(s, weather, groups);
  CHECK(s.Errors() ==
        "site.power.utility.at_limit: cap needs site.power.utility.limit\n"
        "site.cooling.weather.wet_bulb: is above the dry bulb\n");
}

TEST_CASE("a DC chain takes its sheets, and keys that name others keep them", "[plant_builder]") {
  const std::string site(kMixedSite);
  const auto with = [&](const std::string& power) {
    return std::string(site).replace(site.find("  cooling:"), 0, "  power: {" + power + "}\n");
  };
  const auto losses = [&](const std::string& power) {
    Sample s(with(power));
    std::unique_ptr<cooling::Weather> weather;
    LoadGroups groups;
    const plant::PlantParams p = Params(s, weather, groups);
    CHECK(s.Errors() == "");
    double load = plant::Nameplate(p) / 2.0, all = 0.0;
    for (const auto& g : p.groups) {
      power::StageParams r = p.rectifier;
      r.rating = g.racks * g.nameplate;
      all += power::ConversionStage(r).Loss(0.5 * r.rating);
    }
    for (auto stage = p.stages.rbegin(); stage != p.stages.rend(); ++stage)
      all += power::ConversionStage(*stage).Loss(load + all);
    return all / load;
  };
  const double ac = losses("chain: ac"), dc = losses("chain: dc-400"), high = losses("chain: dc-800");
  CHECK(ac > dc);
  CHECK(dc > high);
  CHECK(ac > 0.05);
  CHECK(high > 0.02);

  Sample named(with("chain: dc-400, rectifier: sivoc-frontier, rectifiers: {modules: 6, staging: smart, step: 80 %}, regulator: vrm-0v8, "
                    "intermediate_bus: intermediate-bus, node_converter: sivoc-frontier"));
  std::unique_ptr<cooling::Weather> weather;
  LoadGroups groups;
  const plant::PlantParams p = Params(named, weather, groups);
  CHECK(named.Errors() == "");
  CHECK(p.rectifier.name == "intermediate-bus");
  CHECK(p.rectifier.modules == 6);
  CHECK(p.rectifier.module_threshold == Approx(0.8));
  REQUIRE(p.board_stages.size() == 2);
  CHECK(p.board_stages[1].name == "vrm");
  CHECK(p.node_converter);
  CHECK_NOTHROW(plant::Check(p));

  Sample wrong(with("chain: dc-800, ups: {topology: eco}, rectifiers: {staging: smart}"));
  Params(wrong, weather, groups);
  CHECK(wrong.Errors().find("site.power.ups.topology: is eco; chain: dc-800 has a central rectifier with batteries on its bus in its place") !=
        std::string::npos);
  CHECK(wrong.Errors().find("site.power.rectifiers.staging: is smart, and a rack has one module") != std::string::npos);
  Sample idle(with("rectifiers: {modules: 6, step: 50 %}"));
  Params(idle, weather, groups);
  CHECK(idle.Errors().find("site.power.rectifiers.step: belongs to staging: smart") != std::string::npos);
}

TEST_CASE("a system's power profile limits its clock, servers bring their supplies", "[plant_builder]") {
  Sample s(R"(schema: 1
site:
  systems:
    - {name: a, type: dgx-h100, count: 1, per_rack: 4, profile: max-q}
    - {name: b, type: gb200-nvl72, count: 1, clock_limit: 90 %}
    - {name: c, type: dgx-h100, count: 4, per_rack: 4}
run: {duration: 1 min}
)");
  std::unique_ptr<cooling::Weather> weather;
  LoadGroups groups;
  const plant::PlantParams p = Params(s, weather, groups);
  CHECK(s.Errors() == "");
  REQUIRE(p.groups.size() >= 3);
  CHECK(p.groups[0].most_clock == 0.8);
  CHECK(p.groups[1].most_clock == Approx(0.9));
  CHECK(p.groups[2].most_clock == 1.0);
  CHECK(p.groups[0].supplies == Approx(10200.0));
  CHECK(p.groups[1].supplies == 0.0);
  CHECK(p.groups[2].supplies == Approx(4 * 10200.0));
  Sample plain("schema: 1\nsite: {systems: [{name: a, type: generic-node, count: 4, profile: max-q}]}\nrun: {duration: 1 min}\n");
  Params(plain, weather, groups);
  CHECK(plain.Errors() == "site.systems[0].profile: belongs to accelerators; generic-node has none\n");
}
