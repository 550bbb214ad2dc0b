#include "models/power/node_power.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::power;

namespace {
NodeParams Server() {
  NodeParams n;
  n.accelerators = 8;
  n.accelerator_idle = 100;
  n.accelerator_tdp = 1000;
  n.host_idle = 600;
  n.host_active = 1400;
  n.fan_power = 1000;
  return n;
}
}  // namespace

TEST_CASE("a node's draw adds up as worked by hand", "[node]") {
  const NodeDraw d = DrawOf(Server(), 4000.0, 0.5, 293.15);
  CHECK(d.host == Approx(1000.0));
  CHECK(d.fan_speed == Approx(0.3 + 0.7 * 0.5));
  CHECK(d.fans == Approx(1000.0 * 0.65 * 0.65 * 0.65));
  CHECK(d.total() == Approx(5000.0 + d.fans));
}

TEST_CASE("fans follow a warm inlet and stop at full speed", "[node]") {
  CHECK(DrawOf(Server(), 4000.0, 0.5, 303.15).fan_speed == Approx(0.65 + 0.03 * 5.0));
  CHECK(DrawOf(Server(), 8000.0, 1.0, 330.0).fan_speed == 1.0);
  CHECK(DrawOf(Server(), 8000.0, 1.0, 330.0).fans == Approx(1000.0));
}

TEST_CASE("a node without accelerators follows its busy share", "[node]") {
  NodeParams n = Server();
  n.accelerators = 0;
  CHECK(DrawOf(n, 0.0, 1.0, 290.0).fan_speed == 1.0);
  CHECK(DrawOf(n, 0.0, 0.0, 290.0).host == 600.0);
}

TEST_CASE("impossible nodes are refused", "[node][errors]") {
  NodeParams n = Server();
  n.accelerator_tdp = 50;
  n.host_active = 10;
  CHECK_THROWS_WITH(
      Check(n, "site.systems.a"),
      Catch::Contains("site.systems.a: host_active is 10; it must be at least host_idle, 600") &&
          Catch::Contains("tdp is 50; it must exceed idle, 100"));
}
