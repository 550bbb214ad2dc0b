#include "scenarios/build/facility_builder.h"

#include <catch2/catch.hpp>

#include "scenarios/build/site_outline.h"
#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

TEST_CASE("the network of a system follows its sheets", "[facility_builder]") {
  Sample s(kMixedSite);
  const auto systems = TakeStock(*s.context);
  const BuiltFacility f = BuildFacility(*s.context, systems);
  REQUIRE(s.Errors() == "");
  const auto hgx = FabricFor(*s.context, f, 0, systems[0]);
  CHECK(hgx.scale_up.domain == 8);
  CHECK(hgx.scale_up.bandwidth == 450e9);
  CHECK(hgx.scale_out.nic == 50e9);  // 400 Gbps
  const auto nvl = FabricFor(*s.context, f, 1, systems[1]);
  CHECK(nvl.scale_up.domain == 64);  // of 72, 8 are spares
  CHECK(f.fabric.switches > 0);
  CHECK(f.fabric.power > 0.0);
}

TEST_CASE("air-cooled racks have no CDU, liquid ones as many as asked for", "[facility_builder]") {
  Sample s(kMixedSite);
  const BuiltFacility f = BuildFacility(*s.context, TakeStock(*s.context));
  CHECK(f.cdu_of_rack[0] == std::vector<int>{-1, -1});
  CHECK(f.cdu_of_rack[1] == std::vector<int>{0, 0, 1});
}

TEST_CASE("a scenario says where racks stand, and the outline and the facility agree", "[facility_builder][floor]") {
  const std::string floor = "  floor:\n    racks_per_row: 2\n    racks:\n      - {name: rack-5, x: 9 m, y: 3 m, faces: left}\n";
  std::string text = kMixedSite;
  text.insert(text.find("run:"), floor);
  Sample s(text);
  Diagnostics diagnostics;
  const SiteOutline outline = OutlineOf(s.prepared->loaded, s.prepared->library, &diagnostics);
  CHECK(diagnostics.ok());
  REQUIRE(outline.racks.size() == 6);  // two of nodes, three rows, one of plain nodes
  CHECK(outline.racks[4].name == "rack-5");
  CHECK(outline.racks[4].system == "row");
  CHECK(outline.racks[4].x == 9.0);
  CHECK(outline.racks[4].width == 1.2);
  CHECK(outline.racks[4].faces == "left");
  CHECK(outline.racks[4].row_y > outline.racks[3].y);
  const BuiltFacility f = BuildFacility(*s.context, TakeStock(*s.context));
  REQUIRE(s.Errors() == "");
  for (std::size_t r = 0; r < outline.racks.size(); ++r) {
    CHECK(f.site->floor().places[r].x == outline.racks[r].x);
    CHECK(f.site->floor().places[r].y == outline.racks[r].y);
  }
}

TEST_CASE("a rack in another one is an error at its line", "[facility_builder][floor]") {
  std::string text = kMixedSite;
  text.insert(text.find("run:"), "  floor:\n    racks:\n      - {name: rack-2, x: 2.4 m, y: 2.6 m}\n      - {name: rack, x: 1 m, y: 9 m}\n");
  Sample s(text);
  Diagnostics diagnostics;
  CHECK(OutlineOf(s.prepared->loaded, s.prepared->library, &diagnostics).racks.size() == 6);
  REQUIRE(diagnostics.errors().size() == 1);
  CHECK(diagnostics.errors()[0].place.line == 11);
  CHECK(diagnostics.errors()[0].message == "'rack' is no rack; racks are rack-1, rack-2 and so on");
}

namespace {

std::string FabricErrors(const std::string& fabric) {
  std::string text = kMixedSite;
  const std::string line = "  systems:";
  text.insert(text.find(line), "  fabric: {" + fabric + "}\n");
  Sample s(text);
  BuildFacility(*s.context, TakeStock(*s.context));
  return s.Errors();
}

}  // namespace

TEST_CASE("NICs that take packets in order only cannot have them spread", "[facility_builder][errors]") {
  CHECK_THAT(FabricErrors("switch: sn5600, nic: plain, load_balancing: spray"),
             Catch::Contains("site.fabric.load_balancing") && Catch::Contains("plain NICs on Ethernet"));
  CHECK_THAT(FabricErrors("switch: qm9700, load_balancing: spray"), Catch::Contains("InfiniBand"));
  CHECK(FabricErrors("switch: sn5600, nic: plain") == "");
  CHECK(FabricErrors("switch: sn5600, nic: dpu, load_balancing: spray") == "");
}

TEST_CASE("a cable that does not reach is told", "[facility_builder][errors]") {
  CHECK_THAT(FabricErrors("cabling: {kinds: [dac]}"),
             Catch::Contains("site.fabric.cabling.kinds") && Catch::Contains("'dac' is the last and reaches 3 m"));
}

TEST_CASE("every fabric builds, with its cables and their ends' power", "[facility_builder]") {
  for (const char* type : {"rail-optimized", "fat-tree", "dragonfly", "torus"}) {
    INFO(type);
    std::string text = kMixedSite;
    text.insert(text.find("  systems:"), std::string("  fabric: {type: ") + type + "}\n");
    Sample s(text);
    const BuiltFacility f = BuildFacility(*s.context, TakeStock(*s.context));
    REQUIRE(s.Errors() == "");
    CHECK(f.fabric.cables.size() == 2);
    CHECK(f.fabric.optics >= 0);
    CHECK(f.fabric.power > f.fabric.optics);
  }
}
