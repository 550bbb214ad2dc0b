#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "models/cooling/heat_network.h"
#include "models/cooling/pipe_main.h"
#include "models/cooling/unit_staging.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cooling;

namespace {

const Outdoors kMild{298.15, 291.15}, kCold{278.15, 275.15};

/// Eight racks on one CDU and four towers, with 200 m of mains where asked.
HeatNetworkParams Site(double metres) {
  HeatNetworkParams p;
  p.groups.push_back({"a", 576, 0.03, 600, 0.87, 8 * 2.0, 0});
  p.cdus.push_back(CduParams{});
  p.cdus[0].name = "cdu-1";
  p.towers = 4;
  p.tower.capacity = 500e3;
  p.tower.fan_power = 6e3;
  p.tower.pump_power = 4e3;
  p.air.design_heat = 200e3;
  p.air.chillers = 1;
  if (metres > 0.0) p.loop = WithPipes(p.loop, {metres, 0.0, 0.5}, p.cdus[0].facility_flow);
  return p;
}

std::vector<GroupHeat> Heat(double watts) { return {{576 * watts, 250e3, watts}}; }

}  // namespace

TEST_CASE("a plug comes out as it went in, when as much has come after it", "[mains]") {
  PipeMain main(100.0, 300.0);
  for (int i = 0; i < 10; ++i) {
    CHECK(main.Take(10.0) == 300.0);
    main.Push(10.0, 310.0 + i);
  }
  CHECK(main.Take(5.0) == 310.0);
  main.Push(5.0, 300.0);
  CHECK(main.Take(10.0) == Approx(310.5));  // 5 kg of 310 K, 5 kg of 311 K
  main.Push(10.0, 300.0);
  CHECK(main.Take(0.0) == 311.0);
}

// 0.2 m, 1 m/s, 30 degC: Re = 0.2 x 995.6 / 797e-6 = 2.5e5, f = 0.25/log10(45e-6/0.74 + 5.74/2.5e5^0.9)^2 = 0.0167;
// 1.5 x 0.0167 x 100/0.2 x 497.8 Pa = 6.2 kPa.
TEST_CASE("friction of a main by hand", "[mains]") {
  const double flow = 995.6 * 0.25 * std::numbers::pi * 0.04;
  CHECK(MainFriction({100.0, 0.2, 0.5}, flow, 303.15) == Approx(6.2e3).epsilon(0.02));
  CHECK(MainFriction({100.0, 0.2, 0.5}, 2.0 * flow, 303.15) == Approx(4.0 * 6.2e3).epsilon(0.12));
  CHECK(MainFriction({100.0, 0.2, 0.5}, 0.0, 303.15) == 0.0);
  CHECK(MainDiameter(2.0 * flow) == Approx(0.2).epsilon(1e-3));
}

// Without a drop all racks get the mean. With drop 1: mean of sqrt(1 + u^3) over u = 0..1 is 1.1114.
TEST_CASE("the last rack on a header gets less than the mean", "[mains]") {
  CHECK(LeastFlow(0.0) == 1.0);
  CHECK(LeastFlow(1.0) == Approx(1.0 / 1.1114).epsilon(1e-4));
  CHECK(LeastFlow(4.0) < LeastFlow(1.0));
}

TEST_CASE("the worst rack's dies are hotter, the mean is not", "[mains][network]") {
  HeatNetworkParams even = Site(0.0), uneven = Site(0.0);
  uneven.groups[0].least_flow = 0.8;
  HeatNetwork a(even), b(uneven);
  for (HeatNetwork* n : {&a, &b}) {
    n->Settle(Heat(1000), 0.0, kMild);
    n->Advance(60, Heat(1000), 0.0, kMild);
  }
  CHECK(a.hot_die(0) == Approx(a.die(0)).margin(1e-6));
  CHECK(b.die(0) == Approx(a.die(0)).margin(1e-9));
  CHECK(b.hot_die(0) > a.hot_die(0) + 1.0);
  CHECK(b.hot_die(0) < a.hot_die(0) + 6.0);
}

// 400 m at 2 m/s and full flow: the CDUs see for 200 s and more what the plates gave before.
TEST_CASE("water arrives as much later as the mains are long", "[mains][network]") {
  HeatNetworkParams p = Site(400.0);
  HeatNetwork n(p);
  n.Settle(Heat(1000), 0.0, kMild);
  const double before = n.cdu_supply();
  CHECK(n.facility_supply() == Approx(before).margin(1e-3));
  const double opening = n.valve(0);
  n.SetTowers(0.0, 0.0);
  // At the valve's opening the main holds its water for 200 s over the share of design flow.
  const double stays = 200.0 / ControlValve{}.FlowShare(opening);
  n.Advance(0.5 * stays, Heat(1000), 0.0, kMild);
  CHECK(n.facility_supply() > before + 1.0);
  CHECK(n.cdu_supply() == Approx(before).margin(0.02));
  n.Advance(stays, Heat(1000), 0.0, kMild);
  CHECK(n.cdu_supply() > before + 1.0);
}

TEST_CASE("heat is conserved with mains, and steps may be halved", "[mains][network][conservation]") {
  HeatNetworkParams p = Site(150.0);
  const auto run = [&](double step) {
    p.max_step = step;
    HeatNetwork n(p);
    n.Settle(Heat(300), 0.0, kMild);
    double in = 0.0, out = 0.0, power = 0.0;
    const double stored = n.StoredHeat();
    for (int i = 0; i < 200; ++i) {
      const auto heat = Heat(i % 60 < 30 ? 1200.0 : 200.0);
      const CoolingMeans m = n.Advance(20.0, heat, 0.0, i < 100 ? kMild : kCold);
      in += 20.0 * (heat[0].dies + heat[0].other + m.power.cdu_pumps + m.power.facility_pump + m.power.tower_pumps + m.power.crah_fans);
      out += 20.0 * (m.tower_heat + m.air_heat + m.trim_heat + m.reused);
      power += 20.0 * m.power.total();
    }
    CHECK(std::abs(in - out - (n.StoredHeat() - stored)) < 1e-10 * in);
    return std::pair(power, n.rack_return(0));
  };
  const auto whole = run(1.0), half = run(0.5);
  CHECK(half.first == Approx(whole.first).epsilon(1e-3));
  CHECK(half.second == Approx(whole.second).epsilon(1e-3));
}

TEST_CASE("mains that are too short or too thin are refused", "[mains][network]") {
  HeatNetworkParams p = Site(1.0);
  CHECK_THROWS_WITH(HeatNetwork(p), Catch::Contains("site.cooling.pipes: their water stays for 0.5 s at full flow"));
  p = Site(0.0);
  p.loop = WithPipes(p.loop, {1000.0, 0.08, 0.5}, p.cdus[0].facility_flow);
  CHECK_THROWS_WITH(HeatNetwork(p), Catch::Contains("the diameter of 0.08 m is too small"));
}

TEST_CASE("as few towers run as the load needs, and they do not go to and fro", "[staging]") {
  UnitStaging s;
  s.Start(4.0);
  for (int i = 0; i < 10; ++i) s.Update(0.2, 0.5, 4.0, 100.0);
  CHECK(s.in_use() == 1.0);  // one less each 300 s
  for (int i = 0; i < 30; ++i) s.Update(0.2, 1.5, 4.0, 100.0);
  CHECK(s.in_use() == 2.0);  // the water needs two
  for (int i = 0; i < 3; ++i) s.Update(0.95, 1.5, 4.0, 100.0);
  s.Update(0.95, 1.5, 4.0, 100.0);
  CHECK(s.in_use() == 3.0);
  CHECK(s.Update(0.5, 1.0, 1.0, 1.0) == 1.0);  // what is lost cannot run
  CHECK(s.Update(0.5, 3.4, 4.0, 1.0) == 4.0);  // water is followed at once
}

TEST_CASE("a steady site with staged towers is at rest, with less pumping", "[staging][network][control]") {
  for (const double watts : {200.0, 500.0, 1000.0})
    for (const Outdoors& outdoors : {kMild, kCold}) {
      CAPTURE(watts, outdoors.wet_bulb);
      HeatNetworkParams p = Site(0.0);
      HeatNetwork all(p);
      p.loop.staging = true;
      HeatNetwork staged(p);
      double pumps[2];
      for (HeatNetwork* n : {&all, &staged}) {
        n->Settle(Heat(watts), 0.0, outdoors);
        n->Advance(4 * 3600.0, Heat(watts), 0.0, outdoors);
        double low = 1e99, high = 0.0;
        const double towers = n->towers_in_use();
        for (int i = 0; i < 3600; ++i) {
          const CoolingMeans m = n->Advance(1.0, Heat(watts), 0.0, outdoors);
          low = std::min(low, m.power.total());
          high = std::max(high, m.power.total());
          pumps[n == &staged] = m.power.tower_pumps;
        }
        CHECK(n->towers_in_use() == towers);
        CHECK(high - low < 1e-3 * high);
      }
      CHECK(staged.rack_supply(0) == Approx(305.15).margin(0.05));
      CHECK(pumps[1] <= pumps[0] * (1.0 + 1e-9));
      if (watts < 300.0) CHECK(staged.towers_in_use() < 4.0);
    }
}

TEST_CASE("chillers start again when power has been back for their time", "[network][chiller]") {
  HeatNetworkParams p = Site(0.0);
  p.chiller_restart = 120.0;
  HeatNetwork n(p);
  n.Settle(Heat(500), 0.0, kMild);
  n.SetPowered(false);
  n.Advance(10.0, Heat(0), 0.0, kMild);
  n.SetPowered(true);
  CHECK(n.Advance(119.0, Heat(500), 0.0, kMild).air_heat == 0.0);
  n.Advance(1.0, Heat(500), 0.0, kMild);
  CHECK(n.Advance(10.0, Heat(500), 0.0, kMild).air_heat > 0.0);
}
