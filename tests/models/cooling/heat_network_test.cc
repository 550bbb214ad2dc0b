#include "models/cooling/heat_network.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cooling;

namespace {

HeatNetworkParams Site() {
  HeatNetworkParams p;
  p.groups.push_back({"a", 576, 0.03, 600, 0.87, 8 * 2.0, 0});
  p.cdus.push_back(CduParams{});
  p.cdus[0].name = "cdu-1";
  p.towers = 1;
  p.air.design_heat = 200e3;
  p.air.chillers = 1;
  return p;
}

const Outdoors kMild{298.15, 291.15};
std::vector<GroupHeat> Heat(double watts) { return {{576 * watts, 250e3, watts}}; }

}  // namespace

// Steady: die = supply + R P = 32 + 0.03 x 1000 degC; return = supply + (0.87 (576 + 250) kW +
// pump) / (m c).
TEST_CASE("a steady network has the temperatures worked by hand", "[network]") {
  HeatNetwork n(Site());
  n.Settle(Heat(1000), 30e3, kMild);
  const CoolingMeans m = n.Advance(60, Heat(1000), 30e3, kMild);
  CHECK(n.rack_supply(0) - 273.15 == Approx(32.0).margin(1e-3));
  CHECK(n.die(0) - 273.15 == Approx(62.0).margin(1e-3));
  const double rate = 16.0 * SpecificHeat(Coolant::kPg25, 305.15);
  const double liquid = 0.87 * (576e3 + 250e3) + m.power.cdu_pumps;
  CHECK(n.rack_return(0) - n.rack_supply(0) == Approx(liquid / rate).epsilon(1e-4));
  CHECK(n.cdu_heat(0) == Approx(liquid).epsilon(1e-4));
  CHECK(m.tower_heat == Approx(liquid + m.power.facility_pump + m.power.tower_pumps).epsilon(1e-4));
  CHECK(m.air_heat == Approx(0.13 * (576e3 + 250e3) + 30e3 + m.power.crah_fans).epsilon(1e-4));
  CHECK(n.air_supply() == Approx(298.15));
}

TEST_CASE("an air-cooled die alone follows its exact exponential at any step", "[network]") {
  HeatNetworkParams p;
  p.groups.push_back({"a", 8, 0.05, 500, 0.0, 0.0, -1});
  p.air.design_heat = 20e3;
  p.air.chillers = 1;
  for (double step : {0.1, 1.0, 20.0}) {
    p.max_step = step;
    HeatNetwork n(p);
    n.Advance(40.0, {{8 * 600.0, 0.0, 600.0}}, 0.0, kMild);
    const double exact = 298.15 + 0.05 * 600.0 * (1.0 - std::exp(-40.0 / (0.05 * 500.0)));
    CHECK(n.die(0) == Approx(exact).epsilon(1e-10));
    CHECK(n.hot_die(0) == Approx(exact).epsilon(1e-10));
  }
}

TEST_CASE("heat is conserved through any transient", "[network][conservation]") {
  HeatNetwork n(Site());
  n.Settle(Heat(200), 10e3, kMild);
  CHECK(n.StoredHeat() == 0.0);
  double made = 0.0, taken = 0.0;
  for (int i = 0; i < 3000; ++i) {
    const double watts = i % 300 < 150 ? 1200.0 : 100.0;
    if (i == 1000) n.SetPumpSpeed(0, 0.1);
    if (i == 1500) n.SetPumpSpeed(0, 1.0);
    const CoolingMeans m = n.Advance(1.7, Heat(watts), 10e3, {303.15, 295.15});
    made += 1.7 * (576 * watts + 250e3 + 10e3 + m.power.cdu_pumps + m.power.facility_pump +
                   m.power.tower_pumps + m.power.crah_fans);
    taken += 1.7 * (m.tower_heat + m.air_heat);
  }
  CHECK(made - taken == Approx(n.StoredHeat()).margin(1e-10 * made));
}

TEST_CASE("halving the internal step changes a transient by less than 0.1 %", "[network]") {
  HeatNetworkParams whole = Site(), half = Site();
  half.max_step = 0.5;
  HeatNetwork a(whole), b(half);
  double sum_a = 0.0, sum_b = 0.0, hot_a = 0.0, hot_b = 0.0;
  for (HeatNetwork* n : {&a, &b}) n->Settle(Heat(200), 10e3, kMild);
  for (int i = 0; i < 1800; ++i) {
    const auto heat = Heat(i % 60 < 40 ? 1150.0 : 150.0);
    const auto ma = a.Advance(1.0, heat, 10e3, kMild), mb = b.Advance(1.0, heat, 10e3, kMild);
    sum_a += ma.power.total();
    sum_b += mb.power.total();
    hot_a = std::max(hot_a, a.hot_die(0));
    hot_b = std::max(hot_b, b.hot_die(0));
  }
  CHECK(sum_b == Approx(sum_a).epsilon(1e-3));
  CHECK(hot_b - 273.15 == Approx(hot_a - 273.15).epsilon(1e-3));
}

TEST_CASE("dry coolers take the heat to the dry bulb and use no water", "[network]") {
  HeatNetworkParams p = Site();
  p.rack_supply = 318.15;
  p.reject = Reject::kDryCooler;
  HeatNetwork n(p);
  n.Settle(Heat(1000), 30e3, kMild);
  const CoolingMeans m = n.Advance(60, Heat(1000), 30e3, kMild);
  CHECK(n.rack_supply(0) - 273.15 == Approx(45.0).margin(1e-2));
  CHECK(m.water == 0.0);
  const double liquid = 0.87 * (576e3 + 250e3) + m.power.cdu_pumps;
  CHECK(m.tower_heat == Approx(liquid + m.power.facility_pump + m.power.tower_pumps).epsilon(1e-4));
  const CoolingMeans dry = n.Advance(7200, Heat(1000), 30e3, {308.15, 280.15});
  const CoolingMeans wet = n.Advance(7200, Heat(1000), 30e3, {308.15, 300.15});
  CHECK(dry.power.tower_fans > m.power.tower_fans);
  CHECK(wet.power.tower_fans >= dry.power.tower_fans * 0.99);
}

TEST_CASE("a stopped pump lets the dies warm at the rate of their heat", "[network]") {
  HeatNetwork n(Site());
  n.Settle(Heat(1000), 10e3, kMild);
  const double before = n.rack_return(0);
  n.SetPumpSpeed(0, 0.0);
  n.Advance(60.0, Heat(1000), 10e3, kMild);
  CHECK(n.rack_return(0) > before + 5.0);
  CHECK(n.cdu_heat(0) == 0.0);
}

TEST_CASE("a chiller that is too small lets the hall warm", "[network]") {
  HeatNetworkParams p = Site();
  p.air.chiller.capacity = 50e3;
  HeatNetwork n(p);
  n.Settle(Heat(200), 0.0, kMild);
  n.Advance(60.0, Heat(1000), 50e3, kMild);
  const CoolingMeans m = n.Advance(10.0, Heat(1000), 50e3, kMild);
  CHECK(m.air_heat == Approx(50e3));
  CHECK(n.air_supply() > 300.0);
}

TEST_CASE("impossible networks are refused, all mistakes at once", "[network][errors]") {
  HeatNetworkParams p = Site();
  p.towers = 0;
  p.groups[0].resistance = 0.0;
  p.groups[0].cdu = 3;
  p.cdus[0].facility_flow = 10.0;
  try {
    HeatNetwork n(p);
    FAIL("accepted");
  } catch (const ConfigError& e) {
    REQUIRE(e.findings().size() == 4);
    CHECK(e.findings()[0].Text() ==
          "site.systems.a: thermal.resistance is 0 K/W; it must be positive");
    CHECK(e.findings()[1].message ==
          "liquid_share is above 0 and no CDU serves the racks; a loop needs a heat sink");
    CHECK(e.findings()[2].message ==
          "2000 kW at an approach of 3 K with 10 kg/s of facility water needs an exchanger "
          "effectiveness of 2.502; no "
          "exchanger reaches 1");
  }
}
