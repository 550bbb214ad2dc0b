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
