#include "scenarios/build/cooling_builder.h"

#include <catch2/catch.hpp>

#include "models/plant/plant_params.h"
#include "scenarios/build/plant_builder.h"
#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

/// A row of NVL72 racks with what is written of its cooling.
std::string Row(int racks, const std::string& cooling) {
  return "schema: 1\nsite:\n  systems: [{name: row, type: gb200-nvl72, count: " + std::to_string(racks) +
         "}]\n  cooling: {" + cooling + "}\nrun: {duration: 1 min}\n";
}

struct Built {
  explicit Built(const std::string& text) : sample(text) {
    const auto systems = TakeStock(*sample.context);
    const BuiltFacility f = BuildFacility(*sample.context, systems);
    groups = MakeLoadGroups(systems, {}, f.cdu_of_rack);
    params = MakePlantParams(*sample.context, systems, groups, f, weather);
  }
  std::string Warnings() const {
    std::string out;
    for (const Finding& f : sample.diagnostics.warnings()) out += f.path + ": " + f.message + "\n";
    return out;
  }
  Sample sample;
  LoadGroups groups;
  std::unique_ptr<cooling::Weather> weather;
  plant::PlantParams params;
};

}  // namespace

TEST_CASE("every part of the cooling plant is taken from its sheet", "[cooling_builder]") {
  const Built b(Row(4,
                    "rack_supply: 45 degC, cdu: {type: deschutes-2mw}, reuse: {demand: 1 MW, least: 40 degC}, "
                    "liquid: {reject: dry-cooler, supply: 41 degC, chillers: {count: 2}}, "
                    "air: {type: york-yt-1023kw, economizer: water}"));
  CHECK(b.sample.Errors() == "");
  const plant::PlantParams& p = b.params;
  CHECK(p.reject == cooling::Reject::kDryCooler);
  CHECK(p.dry_cooler.fan_share == Approx(0.05));
  CHECK(p.towers == 1);  // 4 x 114.84 kW under 1 MW
  CHECK(p.loop.supply == Approx(314.15));
  CHECK(p.trim.count == 2);
  CHECK(p.trim.chiller.curves);
  CHECK(p.trim.chiller.condenser == cooling::Condenser::kWater);
  CHECK(p.trim.chiller.eir.capacity == Approx(1023.3e3));
  CHECK(p.air.economizer == cooling::Economizer::kWater);
  CHECK(p.reuse.demand == 1e6);
  CHECK(p.cdus[0].pump_curve[0].head == Approx(11.9));
  CHECK(p.groups[0].largest_rise == Approx(12.0));
  CHECK(p.groups[0].leakage.share == Approx(0.05));
  CHECK_NOTHROW(cooling::Check(plant::NetworkOf(p)));
  const Built york(Row(4, "liquid: {law: york-calc, tower_supply: 24 degC}"));
  CHECK(york.params.reject == cooling::Reject::kYorkTower);
  CHECK(york.params.loop.tower_supply == Approx(297.15));
}

// 180 L/min of PG25 are 3.04 kg/s a rack: 31.48 kg/s carry ten of them.
TEST_CASE("by default a CDU serves what its flow carries", "[cooling_builder]") {
  const Built b(Row(20, ""));
  CHECK(b.params.cdus.size() == 2);
  CHECK(b.Warnings() == "");
}

TEST_CASE("coolant that warms too much is told, and what would boil refused", "[cooling_builder][errors]") {
  const Built fine(Row(12, "cdu: {per_racks: 12}"));
  CHECK(fine.Warnings() == "");
  const Built warm(Row(16, "cdu: {per_racks: 16}"));
  CHECK(warm.sample.Errors() == "");
  CHECK(warm.Warnings() ==
        "site.cooling.cdu.per_racks: cdu-1 serves 16 racks that ask for 48.7 kg/s of coolant and is rated for 31.5; at "
        "nameplate it would warm by 14.8 K, more than the 12 K that the racks are made for\n");
  const Built boils(Row(80, "cdu: {per_racks: 80}"));
  CHECK(boils.sample.Errors() ==
        "site.cooling.cdu.per_racks: cdu-1 serves 80 racks that ask for 243.5 kg/s of coolant and is rated for 31.5; at "
        "nameplate it would warm by 74.1 K and boil\n");
}

TEST_CASE("a tower is no dry cooler", "[cooling_builder][errors]") {
  const Built b(Row(4, "liquid: {reject: dry-cooler, type: tower-2mw}"));
  CHECK(b.sample.Errors() == "site.cooling.liquid.type: tower-2mw is no dry_cooler; reject is dry-cooler\n");
}
