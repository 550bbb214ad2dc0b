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
