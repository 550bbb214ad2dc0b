#include "scenarios/build/facility_builder.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

TEST_CASE("the network of a system follows its sheets", "[facility_builder]") {
  Sample s(kMixedSite);
  const auto systems = TakeStock(*s.context);
  const BuiltFacility f = BuildFacility(*s.context, systems);
  REQUIRE(s.Errors() == "");
  const auto hgx = FabricFor(*s.context, f.site->systems()[0], systems[0]);
  CHECK(hgx.scale_up.domain == 8);
  CHECK(hgx.scale_up.bandwidth == 450e9);
  CHECK(hgx.scale_out.nic == 50e9);  // 400 Gbps
  const auto nvl = FabricFor(*s.context, f.site->systems()[1], systems[1]);
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
