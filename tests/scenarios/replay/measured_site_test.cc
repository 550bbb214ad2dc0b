#include "scenarios/replay/measured_site.h"

#include <catch2/catch.hpp>
#include <limits>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::replay;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Groups a (2 racks of 10 kW) and b (1 rack of 30 kW); racks 1 and 2 are a's.
plant::PlantParams Plant() {
  plant::PlantParams p;
  for (const auto& [name, racks, nameplate] : {std::tuple("a", 2, 10e3), {"b", 1, 30e3}}) {
    plant::LoadGroupParams g;
    g.name = name;
    g.racks = racks;
    g.nameplate = nameplate;
    p.groups.push_back(g);
  }
  p.group_of_rack = {0, 0, 1};
  return p;
}

Telemetry Series(std::vector<std::pair<std::string, std::vector<double>>> columns, std::vector<double> times = {0, 60, 120}) {
  Telemetry t;
  t.file = "m.csv";
  t.times = std::move(times);
  t.step = 60;
  for (auto& [name, values] : columns) {
    const auto colon = name.find(':');
    t.signals.push_back({name, name.substr(0, colon), colon == name.npos ? "" : name.substr(colon + 1), "", std::move(values)});
  }
  return t;
}

double Mean(const plant::PlantParams& p, int group, double from, double to) { return p.groups[group].measured->Mean(from, to); }

}  // namespace

TEST_CASE("a group is driven by its own column, by its racks, or by its share of the site", "[measured_site]") {
  const Telemetry t = Series({{"rack_power:rack-1", {4e3, 5e3, 6e3}}, {"it_power", {30e3, 30e3, 30e3}}, {"pue", {1, 1, 1}}});
  MeasuredSite site(t, true, 900);
  plant::PlantParams p = Plant();
  site.Amend(&p);
  CHECK(site.driven() == std::vector<std::string>{"a", "b"});
  CHECK(Mean(p, 0, 0, 60) == Approx(10e3));  // rack 2 draws as rack 1
  CHECK(Mean(p, 1, 0, 60) == Approx(20e3));  // what is left
  CHECK(site.Drives(t.signals[1]));
  CHECK_FALSE(site.Drives(t.signals[2]));
}

TEST_CASE("nothing drives in the shadow but the weather", "[measured_site]") {
  const Telemetry t = Series({{"it_power", {1, 1, 1}}, {"outdoors:wet_bulb", {10, 12, 14}}});
  MeasuredSite site(t, false, 900);
  plant::PlantParams p = Plant();
  site.Amend(&p);
  CHECK(p.groups[0].measured == nullptr);
  CHECK(site.driven().empty());
  REQUIRE(p.weather);
  CHECK(p.weather->At(Instant::FromSeconds(30)).wet_bulb == Approx(273.15 + 11));
}

TEST_CASE("short gaps are bridged, long ones hold the last value and are told", "[measured_site]") {
  const Telemetry t = Series({{"rack_group_power:a", {1e3, kNone, 3e3, kNone, kNone, kNone, 9e3}}}, {0, 60, 120, 180, 240, 300, 360});
  MeasuredSite site(t, true, 150);
  plant::PlantParams p = Plant();
  site.Amend(&p);
  CHECK(Mean(p, 0, 0, 60) == Approx(2e3));
  CHECK(Mean(p, 0, 120, 300) == Approx(3e3));
  REQUIRE(site.gaps().size() == 1);
  CHECK(site.gaps()[0].from == 120);
  CHECK(site.gaps()[0].to == 360);
}

TEST_CASE("columns that the site does not have are refused", "[measured_site]") {
  const auto amend = [](const Telemetry& t) {
    MeasuredSite site(t, true, 900);
    plant::PlantParams p = Plant();
    site.Amend(&p);
  };
  CHECK_THROWS_WITH(amend(Series({{"rack_group_power:c", {1, 1, 1}}})), Catch::Contains("the site has the groups a, b"));
  CHECK_THROWS_WITH(amend(Series({{"rack_power:rack-4", {1, 1, 1}}})), Catch::Contains("rack-1 to rack-3"));
  CHECK_THROWS_WITH(amend(Series({{"pue", {1, 1, 1}}})), Catch::Contains("no column that drives"));
  CHECK_THROWS_WITH(amend(Series({{"it_power", {kNone, kNone, kNone}}})), Catch::Contains("has no value"));
  CHECK_THROWS_WITH(amend(Series({{"outdoors:rain", {1, 1, 1}}})), Catch::Contains("outdoors:dry_bulb"));
}
