#include <catch2/catch.hpp>

#include <string>

#include "models/catalog/library.h"

using namespace headroom;
using namespace headroom::catalog;

namespace {

/// Efficiency of a conversion stage at a share of its rating.
double Efficiency(const Conversion& c, double load) {
  return load / (load + c.fixed_loss() + c.linear_loss() * load + c.square_loss() * load * load);
}

/// Node power at the wall with every board in one kind of kernel [W].
double Wall(const Library& library, const Node& node, double share, double conversion) {
  const double boards = node.accelerators() * library.accelerator(node.accelerator()).tdp() * share;
  return (boards + node.host_active() + node.fans().power()) / conversion;
}

}  // namespace

TEST_CASE("dense peaks grow as precision falls", "[catalog][numbers]") {
  const Library library;
  for (const auto& name : library.names("accelerator")) {
    const Peak& p = library.accelerator(name).peak();
    INFO(name);
    CHECK((p.has_bf16() || p.has_fp16() || p.has_fp8()));
    if (p.has_fp16() && p.has_bf16()) CHECK(p.fp16() == p.bf16());
    if (p.has_tf32() && p.has_bf16()) CHECK(p.bf16() >= p.tf32());
    if (p.has_fp32() && p.has_bf16()) CHECK(p.bf16() > p.fp32());
    if (p.has_fp8() && p.has_bf16()) CHECK(p.fp8() >= p.bf16());
    if (p.has_fp4() && p.has_fp8()) CHECK(p.fp4() >= p.fp8());
    if (p.has_bf16()) {
      CHECK(p.bf16() > 50e12);
      CHECK(p.bf16() < 2e16);
    }
  }
}

TEST_CASE("an accelerator's units are plausible", "[catalog][numbers]") {
  const Library library;
  for (const auto& name : library.names("accelerator")) {
    const Accelerator& a = library.accelerator(name);
    INFO(name);
    CHECK(a.memory().capacity() > 0.1e9);
    CHECK(a.memory().capacity() < 1e12);
    CHECK(a.memory().bandwidth() > 100e9);
    CHECK(a.memory().bandwidth() < 100e12);
    CHECK(a.tdp() >= 100);
    CHECK(a.tdp() <= 3000);
    CHECK(a.idle() > 0);
    CHECK(a.idle() < 0.5 * a.tdp());
    if (a.scale_up().has_bandwidth()) {
      CHECK(a.scale_up().bandwidth() > 10e9);
      CHECK(a.scale_up().bandwidth() < a.memory().bandwidth());
      CHECK(a.scale_up().domain() > 1);
    }
    CHECK(a.scale_up().latency() < 10e-6);
    CHECK(a.nic() >= 25e9 / 8);
    CHECK(a.host_link() > 10e9);
    CHECK(a.thermal().throttle() < a.thermal().shutdown());
    CHECK(a.power().idle() * a.tdp() >= 0.9 * a.idle());
    CHECK(a.power().gemm() >= a.power().prefill_attention());
    for (double share :
         {a.power().decode_attention(), a.power().memory(), a.power().communication()}) {
      CHECK(share > a.power().idle());
      CHECK(share < a.power().gemm());
    }
    if (a.scale_up().in_network_reduction()) CHECK(a.scale_up().has_in_network_efficiency());
  }
}

// At full power and 40 degC at the inlet (air, or warm water) the die stays below the throttle.
TEST_CASE("an accelerator runs at full power without throttling at 40 degC", "[catalog][numbers]") {
  const Library library;
  for (const auto& name : library.names("accelerator")) {
    const Accelerator& a = library.accelerator(name);
    INFO(name);
    CHECK(273.15 + 40 + a.thermal().resistance() * a.tdp() < a.thermal().throttle());
  }
}

// 8 ranks, ring: bus bandwidth = share of the link. In-network: bus = 2*(7/8) * algorithm
// bandwidth.
TEST_CASE("scale-up shares give the measured bus bandwidths", "[catalog][numbers]") {
  const Library library;
  const auto ring = [&](const char* name) {
    const ScaleUp& s = library.accelerator(name).scale_up();
    return s.bandwidth() * s.efficiency() / 1e9;
  };
  const auto in_network = [&](const char* name, double ranks) {
    const ScaleUp& s = library.accelerator(name).scale_up();
    return s.bandwidth() * s.in_network_efficiency() * 2 * (ranks - 1) / ranks / 1e9;
  };
  CHECK(ring("h100") == Approx(370.7).epsilon(0.01));
  CHECK(ring("h200") == Approx(367.2).epsilon(0.01));
  CHECK(ring("b200") == Approx(682.2).epsilon(0.01));
  CHECK(ring("a100-80g") == Approx(235.0).epsilon(0.01));
  CHECK(ring("mi300x") == Approx(312.9).epsilon(0.01));
  CHECK(in_network("h100", 8) == Approx(480.0).epsilon(0.01));
  CHECK(in_network("b200", 8) == Approx(838.0).epsilon(0.01));
  CHECK(in_network("gb200", 72) == Approx(850.0).epsilon(0.01));
}

TEST_CASE("a node's parts fit under its nameplate", "[catalog][numbers]") {
  const Library library;
  for (const auto& name : library.names("node")) {
    const Node& node = library.node(name);
    INFO(name);
    CHECK(node.host_idle() <= node.host_active());
    double boards = 0;
    if (node.accelerators() > 0) {
      const Accelerator& chip = library.accelerator(node.accelerator());
      boards = node.accelerators() * chip.tdp();
      CHECK(node.nic() >= 25e9);
    }
    CHECK(boards + node.host_active() + node.fans().power() <= 1.001 * node.nameplate());
    CHECK(boards + node.host_active() + node.fans().power() >= 0.55 * node.nameplate());
  }
}

TEST_CASE("a rack's trays and switches fit under its nameplate", "[catalog][numbers]") {
  const Library library;
  for (const auto& name : library.names("rack")) {
    const Rack& rack = library.rack(name);
    const Node& tray = library.node(rack.node());
    INFO(name);
    CHECK(rack.nodes() == tray.per_rack());
    const double trays = rack.nodes() * tray.nameplate();
    CHECK(trays + rack.switch_power() <= 1.001 * rack.nameplate());
    // Flow, rise and heat agree: 1 L/min of PG25 by 10 K carries about 0.68 kW.
    const double carried = rack.coolant_flow() * 1020.0 * 3950.0 * rack.coolant_rise();
    CHECK(carried / (rack.liquid_share() * rack.nameplate()) > 0.8);
    CHECK(carried / (rack.liquid_share() * rack.nameplate()) < 1.4);
  }
}

// Published: 8xB200 servers in MLPerf draw 9.58 to 10.05 kW (training, water-cooled) and 10.45
// to 10.50 kW (serving, air-cooled); an 8xH100 node peaks at 8.4 kW in training; idle 2.36 and 2.88
// kW.
TEST_CASE("8-GPU servers draw at the wall what was measured, within 5 %", "[catalog][numbers]") {
  const Library library;
  const double gemm = library.accelerator("b200").power().gemm();
  CHECK(Wall(library, library.node("sr780a-v3-b200"), gemm, 0.96) == Approx(9.82e3).epsilon(0.05));
  CHECK(Wall(library, library.node("dgx-b200"), gemm, 0.96) == Approx(10.475e3).epsilon(0.05));
  CHECK(Wall(library, library.node("dgx-h100"), library.accelerator("h100").power().gemm(), 0.96) ==
        Approx(8.4e3).epsilon(0.05));

  const double boards = 8 * library.accelerator("b200").idle();
  const Node& water = library.node("sr780a-v3-b200");
  const Node& air = library.node("dgx-b200");
  CHECK((boards + water.host_idle() + water.fans().power()) / 0.93 == Approx(2.36e3).epsilon(0.05));
  CHECK((boards + air.host_idle() + air.fans().power()) / 0.93 == Approx(2.88e3).epsilon(0.05));
}

TEST_CASE("conversion stages pass through their published points", "[catalog][numbers]") {
  const Library library;
  CHECK(Efficiency(library.conversion("transformer-mv-lv"), 0.5) == Approx(0.9953).margin(1e-4));
  CHECK(Efficiency(library.conversion("ups-double-conversion"), 0.6) == Approx(0.975).margin(1e-4));
  CHECK(Efficiency(library.conversion("ups-eco"), 0.7) == Approx(0.990).margin(1e-4));
  CHECK(Efficiency(library.conversion("rectifier-orv3"), 0.5) == Approx(0.975).margin(1e-4));
  CHECK(Efficiency(library.conversion("intermediate-bus"), 0.5) == Approx(0.985).margin(1e-4));
  const Conversion& psu = library.conversion("psu-titanium");
  CHECK(Efficiency(psu, 0.1) == Approx(0.90).margin(0.013));
  CHECK(Efficiency(psu, 0.2) == Approx(0.94).margin(0.013));
  CHECK(Efficiency(psu, 0.5) == Approx(0.96).margin(0.013));
  CHECK(Efficiency(psu, 1.0) == Approx(0.91).margin(0.013));
}

// RAPS: P_sivoc = (P_node + 13 W) / 0.98, P_rectifier = (P + 17 W) / 0.96.
TEST_CASE("the Frontier stages are the equations of RAPS", "[catalog][numbers]") {
  const Library library;
  const auto input = [](const Conversion& c, double watts) {
    return watts / Efficiency(c, watts / c.rating());
  };
  for (double watts : {626.26, 2180.48, 2704.26}) {
    CHECK(input(library.conversion("sivoc-frontier"), watts) ==
          Approx((watts + 13) / 0.98).epsilon(1e-6));
  }
  for (double watts : {2860.0, 9200.0, 11300.0}) {
    CHECK(input(library.conversion("rectifier-frontier"), watts) ==
          Approx((watts + 17) / 0.96).epsilon(1e-6));
  }
}

TEST_CASE("cooling units move their heat with a plausible rise", "[catalog][numbers]") {
  const Library library;
  for (const auto& name : library.names("cdu")) {
    const Cdu& cdu = library.cdu(name);
    INFO(name);
    const double rise = cdu.capacity() / (cdu.rack_flow() * 3950.0);
    CHECK(rise > 5);
    CHECK(rise < 20);
    CHECK(cdu.pump_power() < 0.05 * cdu.capacity());
  }
  for (const auto& name : library.names("chiller")) CHECK(library.chiller(name).cop() > 2);
  const Tower& tower = library.tower("tower-2mw");
  CHECK(tower.design_wet_bulb() == Approx(298.70));
  CHECK(tower.fan_power() == Approx(0.0105 * tower.capacity()));
}
