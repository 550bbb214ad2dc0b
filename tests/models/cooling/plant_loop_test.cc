#include <catch2/catch.hpp>
#include <cmath>

#include "models/cooling/heat_network.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cooling;

namespace {

/// Eight racks on one CDU and one tower; the hall's share on one chiller.
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

std::vector<GroupHeat> Heat(double watts) { return {{576 * watts, 250e3, watts}}; }

const Outdoors kMild{298.15, 291.15}, kCold{278.15, 275.15}, kHot{313.15, 304.15};

EirChillerParams York() {
  EirChillerParams e;
  e.capacity = 1023.3e3;
  e.cop = 5.81;
  e.plr_min = e.plr_min_unloading = 0.09;
  e.plr_max = 1.06;
  e.capacity_curve = {0.2571195, -0.01571421, -0.003041761, 0.08106512, -0.002568598, 0.004247073};
  e.eir_by_temperature = {0.5254964,  -0.01972389,  0.0003441072,
                          0.01651466, 0.0002005198, -0.0003193246};
  e.eir_by_load = {0.2368399, 0.3286421, 0.4344939};
  return e;
}

/// What is made less what is taken over one Advance(), over what was made [J].
double Unbalanced(HeatNetwork& n, double seconds, const std::vector<GroupHeat>& heat,
                  const Outdoors& outdoors, double* made) {
  const double before = n.StoredHeat();
  const CoolingMeans m = n.Advance(seconds, heat, 0.0, outdoors);
  const double in = seconds * (heat[0].dies + heat[0].other + m.power.cdu_pumps +
                               m.power.facility_pump + m.power.tower_pumps + m.power.crah_fans);
  const double out = seconds * (m.tower_heat + m.air_heat + m.trim_heat + m.reused);
  *made += in;
  return in - out - (n.StoredHeat() - before);
}

}  // namespace

// At 304.15 K of wet bulb no tower brings 302.15 K: without chillers the racks run warm.
TEST_CASE("trim chillers hold the supply where towers cannot", "[network][chiller]") {
  HeatNetworkParams p = Site(), bare = Site();
  p.trim.count = 2;
  p.trim.chiller.condenser = Condenser::kWater;
  p.trim.chiller.curves = true;
  p.trim.chiller.eir = York();
  HeatNetwork with(p), without(bare);
  with.Settle(Heat(1000), 0.0, kHot);
  without.Settle(Heat(1000), 0.0, kHot);
  const CoolingMeans m = with.Advance(600, Heat(1000), 0.0, kHot);
  CHECK(with.facility_supply() == Approx(302.15 + 0.5).margin(0.02));
  CHECK(without.facility_supply() > 305.15);
  CHECK(m.trim_heat > 1e5);
  CHECK(m.power.trim_chillers > m.trim_heat / 12.0);
  CHECK(m.power.trim_chillers < m.trim_heat / 3.0);
  const CoolingMeans mild = with.Advance(7200, Heat(1000), 0.0, kMild);
  const CoolingMeans after = with.Advance(600, Heat(1000), 0.0, kMild);
  CHECK(mild.trim_heat < m.trim_heat);
  CHECK(after.trim_heat == 0.0);
  CHECK(after.power.trim_chillers == 0.0);
}

TEST_CASE("no control of a steady site swings, whatever takes its heat", "[network][control]") {
  for (const Reject reject : {Reject::kTower, Reject::kYorkTower, Reject::kDryCooler})
    for (const double hold : {0.0, 300.15})
      for (const Outdoors& outdoors : {kMild, kCold, kHot}) {
        HeatNetworkParams p = Site();
        p.reject = reject;
        p.loop.tower_supply = hold;
        p.trim.count = 2;
        p.trim.chiller.curves = true;
        p.trim.chiller.eir = York();
        p.trim.chiller.condenser = Condenser::kWater;
        p.air.economizer = Economizer::kWater;
        HeatNetwork n(p);
        n.Settle(Heat(900), 0.0, outdoors);
        n.Advance(7200, Heat(900), 0.0, outdoors);
        double low = 1e99, high = 0.0;
        for (int i = 0; i < 600; ++i) {
          const double power = n.Advance(1.0, Heat(900), 0.0, outdoors).power.total();
          low = std::min(low, power);
          high = std::max(high, power);
        }
        CAPTURE(static_cast<int>(reject), hold, outdoors.wet_bulb);
        CHECK(high - low < 1e-4 * high);
      }
}

TEST_CASE("heat is conserved with chillers, economizer and users of heat", "[network][conservation]") {
  HeatNetworkParams p = Site();
  p.reject = Reject::kYorkTower;
  p.trim.count = 1;
  p.reuse = {300e3, 303.15};
  p.air.economizer = Economizer::kAir;
  HeatNetwork n(p);
  n.Settle(Heat(300), 0.0, kMild);
  double made = 0.0, left = 0.0;
  for (int i = 0; i < 2000; ++i)
    left += Unbalanced(n, 1.7, Heat(i % 300 < 150 ? 1200.0 : 200.0), i < 1000 ? kHot : kCold, &made);
  CHECK(std::abs(left) < 1e-10 * made);
}

// 9 K over 30 degC of return: rate x 9 K is more than 300 kW, which is then the demand.
TEST_CASE("users take heat only while the return water is warm enough", "[network][reuse]") {
  HeatNetworkParams p = Site();
  p.rack_supply = 318.15;
  p.reuse = {300e3, 303.15};
  HeatNetwork warm(p);
  warm.Settle(Heat(1000), 0.0, kMild);
  CHECK(warm.Advance(60, Heat(1000), 0.0, kMild).reused == Approx(300e3));
  p.reuse.least = 343.15;
  HeatNetwork cold(p);
  cold.Settle(Heat(1000), 0.0, kMild);
  CHECK(cold.Advance(60, Heat(1000), 0.0, kMild).reused == 0.0);
}

// Chilled water goes out at 18 and comes back at 24 degC; the cells bring the wet bulb and 6 K.
TEST_CASE("an economizer takes what the outside allows", "[air]") {
  AirSideParams p;
  p.economizer = Economizer::kWater;
  CHECK(EconomizerShare(p, 310.15, {300.0, 273.15 + 12.0}) == Approx(1.0));
  CHECK(EconomizerShare(p, 310.15, {300.0, 273.15 + 15.0}) == Approx(0.5));
  CHECK(EconomizerShare(p, 310.15, {300.0, 273.15 + 18.0}) == Approx(0.0).margin(1e-9));
  p.economizer = Economizer::kAir;
  CHECK(EconomizerShare(p, 310.15, {298.15, 290.0}) == Approx(1.0));
  CHECK(EconomizerShare(p, 310.15, {304.15, 290.0}) == Approx(0.5));
  CHECK(EconomizerShare(p, 310.15, {311.0, 290.0}) == 0.0);
  HeatNetworkParams site = Site(), free = Site();
  free.air.economizer = Economizer::kWater;
  HeatNetwork a(site), b(free);
  a.Settle(Heat(800), 20e3, kCold);
  b.Settle(Heat(800), 20e3, kCold);
  const CoolingMeans plain = a.Advance(60, Heat(800), 20e3, kCold),
                     saved = b.Advance(60, Heat(800), 20e3, kCold);
  CHECK(saved.free_air == Approx(saved.air_heat));
  CHECK(saved.power.chillers == Approx(0.025 * saved.air_heat));
  CHECK(plain.power.chillers == Approx(plain.air_heat * (0.2 + 0.02)));
}

// Two of 31.48 kg/s behind one loop: pumps meet its resistance where head(v) = (2 v)^2.
TEST_CASE("two pumps on one loop give less than twice one", "[network][pump]") {
  HeatNetworkParams p = Site();
  p.groups[0].flow = 80.0;
  p.cdus[0].units = 2.0;
  HeatNetwork two(p);
  const double most = two.flow_share(0) * 80.0 / 31.48;
  CHECK(most > 1.4);
  CHECK(most < 1.7);
  const MoverCurve curve(p.cdus[0].pump_curve, "cdu");
  CHECK(curve.Head(0.5 * most, 1.0) == Approx(most * most).epsilon(1e-6));
  p.cdus[0].units = 1.0;
  HeatNetwork one(p);
  CHECK(one.flow_share(0) * 80.0 == Approx(31.48));
}

// s = 0.5: one unit takes P/8; two share the flow, their own heads fall to a quarter:
// 2 P 0.25 (0.775 x 0.25 + 0.225 x 0.0625).
TEST_CASE("pump power follows the loop's resistance, not the unit's flow alone", "[network][pump]") {
  HeatNetworkParams p = Site();
  p.groups[0].flow = 15.74;
  HeatNetwork one(p);
  CHECK(one.Advance(1.0, Heat(500), 0.0, kMild).power.cdu_pumps == Approx(74e3 / 8));
  p.cdus[0].units = 2.0;
  HeatNetwork two(p);
  CHECK(two.Advance(1.0, Heat(500), 0.0, kMild).power.cdu_pumps ==
        Approx(74e3 * 0.5 * (0.775 * 0.25 + 0.225 * 0.0625)));
}

// 0.87 x (576 + 250) kW at 12 K need 15 kg/s.
TEST_CASE("use of flow is what the racks' heat needs", "[network][pump]") {
  HeatNetwork n(Site());
  n.Settle(Heat(1000), 0.0, kMild);
  n.Advance(60, Heat(1000), 0.0, kMild);
  const double c = SpecificHeat(Coolant::kPg25, 305.15);
  CHECK(n.flow_use(0) == Approx(0.87 * 826e3 / (12.0 * c) / 31.48).epsilon(1e-3));
}

TEST_CASE("chillers of a bank share a load", "[chiller]") {
  ChillerParams p;
  p.curves = true;
  p.eir = York();
  p.condenser = Condenser::kWater;
  const ChillerBank bank(p, "bank");
  const Outdoors outdoors{303.15, 297.44};
  const double one = bank.Available(279.82, outdoors);
  CHECK(one == Approx(1023.3e3).epsilon(0.02));
  const auto a = bank.Run(one, 4, 279.82, outdoors), b = bank.Run(2 * one, 4, 279.82, outdoors);
  CHECK(b.power == Approx(2 * a.power));
  CHECK(a.rejected > one * 1.1);
  const auto compressors = a.power - 0.045 * one;
  CHECK(one / compressors == Approx(5.81).epsilon(0.03));
  CHECK(bank.Run(0.0, 4, 279.82, outdoors).power == 0.0);
}

TEST_CASE("heat cannot be reused from a site without liquid", "[network][errors]") {
  HeatNetworkParams p;
  p.groups.push_back({"a", 8, 0.05, 500, 0.0, 0.0, -1});
  p.air.design_heat = 20e3;
  p.air.chillers = 1;
  p.reuse.demand = 1e3;
  CHECK_THROWS_WITH(HeatNetwork(p),
                    Catch::Contains("site.cooling.reuse: heat is reused from facility water, and "
                                    "nothing is liquid-cooled"));
}
