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
