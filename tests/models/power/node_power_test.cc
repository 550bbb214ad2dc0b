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

// 700 W rest at rest, 300 W of it going with the accelerators; processors 100 to 300 W and memory 50 to 80 W with the load; NICs 80 W and 4 W at
// 50 GB/s each way.
TEST_CASE("processors, memory and NICs follow what they do", "[power][node]") {
  NodeParams n = Server();
  n.host_idle = 1000.0;
  n.host_active = 1530.0;
  n.processors_idle = 100.0;
  n.processors_active = 300.0;
  n.memory_idle = 50.0;
  n.memory_active = 80.0;
  n.nics_idle = 80.0;
  n.nic_energy = 4.0 / 50e9;
  n.nic_rate = 400e9;
  const NodeDraw at_rest = DrawOf(n, NodeWork{}, 293.15);
  CHECK(at_rest.host == Approx(1000.0));
  const NodeDraw full = DrawOf(n, NodeWork{4000.0, 1.0, 1.0, 0.0}, 293.15);
  CHECK(full.host == Approx(1530.0));
  const NodeDraw d = DrawOf(n, NodeWork{4000.0, 0.5, 1.2, 100e9}, 293.15);
  CHECK(d.processors == Approx(340.0));
  CHECK(d.memory == Approx(86.0));
  CHECK(d.nics == Approx(88.0));
  CHECK(d.host == Approx(770.0 + 0.5 * 300.0 + 340.0 + 86.0 + 88.0));
  CHECK(DrawOf(n, NodeWork{4000.0, 1.0, 1.0, 1e15}, 293.15).nics == Approx(80.0 + 32.0));  // no more than their rate
  n.processors_active = 900.0;
  CHECK_THROWS_WITH(Check(n, "node"), Catch::Contains("by at most host_active less host_idle"));
}
