#include "models/cooling/heat_network.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/cooling/cold_plate.h"
#include "sim/core/check.h"

namespace headroom::cooling {
namespace {

double WaterHeat(double kelvin) { return SpecificHeat(Coolant::kWater, kelvin); }

CounterFlowExchanger CduExchanger(const CduParams& cdu, double rack_supply, double facility) {
  const double hot = cdu.rack_flow * SpecificHeat(cdu.coolant, rack_supply);
  const double cold = cdu.facility_flow * WaterHeat(facility);
  return {hot, cold, DesignEffectiveness(cdu.capacity, cdu.approach, hot, cold),
          FilmRatio({cdu.coolant, rack_supply, cdu.rack_flow},
                    {Coolant::kWater, facility, cdu.facility_flow})};
}

CounterFlowExchanger Plate(const HeatNetworkParams& p, const HeatRejection& rejection) {
  double flow = 0.0, heat = 0.0;
  for (const auto& cdu : p.cdus) {
    flow += cdu.facility_flow;
    heat += cdu.capacity;
  }
  if (flow == 0.0) return {1.0, 1.0, 0.5};
  const double c = WaterHeat(FacilitySetPoint(p));
  const double hot = p.loop.exchanger_share * flow * c;
  const double cold = p.loop.exchanger_share * rejection.design_flow() * c;
  heat = p.loop.exchanger_share * std::min(heat, rejection.capacity());
  const double wanted = DesignEffectiveness(heat, p.loop.exchanger_approach, hot, cold);
  return {hot, cold, std::min(0.98, wanted), std::pow(hot / cold, 0.8)};
}

/// Largest flow of `units` on one loop over the rated flow of one: where their pumps at full speed
/// meet the loop's resistance, and no more than each is rated for.
double MostFlow(const CduParams& p, double units) {
  if (units <= 1.0) return units;
  const MoverCurve curve(p.pump_curve, "site.cooling.cdu." + p.name + ".pump_curve");
  return units * std::min(1.0, curve.FlowInto(units * units, 0.0, 1.0));
}

}  // namespace

HeatNetwork::HeatNetwork(const HeatNetworkParams& params)
    : params_((Check(params), params)),
      rejection_(MakeHeatRejection(params_)),
      fan_(params.loop.fan_gain, params.loop.fan_integral, -1.0, 1.0, 0.5),
      trim_(params.trim.gain, params.trim.integral, 0.0, 1.0, 0.0),
      plate_(Plate(params, *rejection_)),
      chiller_bank_(params.air.chiller, "site.cooling.air"),
      trim_bank_(params.trim.chiller, "site.cooling.liquid.chillers"),
      rack_set_(params.rack_supply),
      facility_set_(FacilitySetPoint(params)),
      water_heat_(WaterHeat(facility_set_ > 273.15 ? facility_set_ : 298.15)) {
  for (const auto& c : params_.cdus) {
    Cdu cdu{CduExchanger(c, params_.rack_supply, facility_set_),
            PiControl(params_.loop.valve_gain, params_.loop.valve_integral, params_.loop.min_valve,
                      1.0, 0.5)};
    cdu.capacity = c.volume * Density(c.coolant, params_.rack_supply) *
                   SpecificHeat(c.coolant, params_.rack_supply);
    cdu.temperature = cdu.supply = params_.rack_supply;
    cdu.units = c.units;
    cdus_.push_back(cdu);
    facility_design_ += c.facility_flow;
  }
  for (const auto& g : params_.groups) {
    Group group;
    group.capacity = g.dies * g.heat_capacity;
    group.conductance = g.dies / g.resistance;
    group.liquid = g.liquid_share;
    group.cdu = g.liquid_share > 0.0 ? g.cdu : -1;
    group.temperature = group.hot = group.cdu >= 0 ? params_.rack_supply : params_.air.supply;
    if (group.cdu >= 0) {
      cdus_[group.cdu].demand += g.flow;
      group.coolant_heat = SpecificHeat(params_.cdus[group.cdu].coolant, params_.rack_supply);
    }
    groups_.push_back(group);
  }
  for (std::size_t k = 0; k < cdus_.size(); ++k) SetFlows(k);
  const double rate = facility_design_ * water_heat_;
  return_mass_ = supply_mass_ = 0.5 * params_.loop.residence * rate;
  basin_mass_ = params_.loop.basin_residence * rejection_->design_flow() * water_heat_;
  facility_pump_ = params_.loop.pump_head * facility_design_ / 998.0 / params_.loop.pump_efficiency;
  facility_supply_ = facility_return_ = facility_set_;
  basin_ = tower_return_ = params_.loop.tower_supply > 0.0 ? params_.loop.tower_supply : facility_set_;
  chilled_ = params_.air.supply - params_.air.chilled_approach;
  air_design_rate_ = params_.air.design_heat / params_.air.rise;
  air_mass_ = air_design_rate_ * params_.air.residence;
  hall_ = air_supply_ = params_.air.supply;
  chillers_ = params_.air.chillers;
  towers_running_ = towers_in_use_ = params_.towers;
  staging_.Start(params_.towers);
  if (mains()) {
    const PipesParams& p = params_.loop.pipes;
    const double mass = Density(Coolant::kWater, facility_set_) * 0.25 * std::numbers::pi * p.diameter * p.diameter * p.length;
    supply_main_ = PipeMain(mass, facility_supply_);
    return_main_ = PipeMain(mass, facility_return_);
    arriving_ = facility_supply_;
  }
}

void HeatNetwork::SetFlows(std::size_t k) {
  Cdu& cdu = cdus_[k];
  const CduParams& p = params_.cdus[k];
  const double healthy = std::min(cdu.demand, p.rack_flow * MostFlow(p, cdu.units));
  cdu.flow = powered_ || cdu_pumps_ ? healthy * cdu.speed : 0.0;
  const double s = cdu.flow / p.rack_flow, y = cdu.units > 0.0 ? s / cdu.units : 0.0;
  cdu.pump = cdu.units * p.pump_power * y *
             ((1.0 - p.internal_share) * s * s + p.internal_share * y * y);
  cdu.rack_rate = cdu.flow * SpecificHeat(p.coolant, params_.rack_supply);
  const double share = cdu.demand > 0.0 ? std::max(0.02, cdu.flow / cdu.demand) : 1.0;
  const double density = Density(p.coolant, params_.rack_supply);
  const ColdPlate plate = ColdPlate::OcpPg25();
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const DieGroupParams& d = params_.groups[g];
    if (groups_[g].cdu != static_cast<int>(k) || d.dies == 0.0) continue;
    const double per_die = d.flow / density / d.dies * 60e3;  // L/min
    groups_[g].conductance = d.dies / (d.resistance * plate.FlowFactor(per_die, share));
    groups_[g].least = plate.FlowFactor(per_die, share * d.least_flow) / plate.FlowFactor(per_die, share);
  }
  prepared_ = -1.0;
}

void HeatNetwork::SetRackSupply(double kelvin) {
  rack_set_ = kelvin;
  HeatNetworkParams changed = params_;
  changed.rack_supply = kelvin;
  facility_set_ = FacilitySetPoint(changed);
}

void HeatNetwork::SetPumpSpeed(std::size_t cdu, double share) {
  HR_CHECK(cdu < cdus_.size() && share >= 0.0 && share <= 1.0, cdu, share);
  cdus_[cdu].speed = share;
  SetFlows(cdu);
}

void HeatNetwork::SetUnits(std::size_t cdu, double units) {
  HR_CHECK(cdu < cdus_.size() && units >= 0.0 && units <= params_.cdus[cdu].units * (1.0 + 1e-12),
           cdu, units);
  cdus_[cdu].units = units;
  SetFlows(cdu);
}

void HeatNetwork::SetValve(std::size_t cdu, bool stuck, double bias) {
  HR_CHECK(cdu < cdus_.size(), cdu);
  cdus_[cdu].stuck = stuck;
  cdus_[cdu].bias = bias;
}

void HeatNetwork::SetTowers(double running, double still) {
  HR_CHECK(running >= 0.0 && still >= 0.0, running, still);
  towers_running_ = running;
  towers_still_ = still;
  StageTowers(0.0, 0.0);
  if (params_.towers == 0) return;
  tower_share_ = std::max(0.0, running - still) / params_.towers;
}

/// Towers whose fans stand are the last to be used.
void HeatNetwork::StageTowers(double flow_share, double h) {
  towers_in_use_ = towers_running_;
  if (params_.loop.staging && params_.towers > 0)
    towers_in_use_ = staging_.Update(fan_speed(), flow_share * params_.towers, towers_running_, h);
  rejection_->SetUnits(towers_in_use_, std::max(0.0, towers_in_use_ - (towers_running_ - towers_still_)));
  if (params_.towers > 0) tower_water_ = towers_in_use_ / params_.towers;
}

void HeatNetwork::SetChillers(double running) {
  HR_CHECK(running >= 0.0 && running <= params_.air.chillers, running);
  chillers_ = running;
}

void HeatNetwork::SetPowered(bool powered, bool cdu_pumps) {
  powered_ = powered;
  cdu_pumps_ = cdu_pumps;
  for (std::size_t k = 0; k < cdus_.size(); ++k) SetFlows(k);
}

double HeatNetwork::flow_share(std::size_t group) const {
  const int cdu = groups_[group].cdu;
  if (cdu < 0) return 1.0;
  const Cdu& c = cdus_[cdu];
  return c.demand > 0.0 ? c.flow / c.demand : 1.0;
}

double HeatNetwork::inlet(std::size_t group) const {
  const int cdu = groups_[group].cdu;
  return cdu >= 0 ? cdus_[cdu].supply : air_supply_;
}

double HeatNetwork::fan_speed() const { return std::max(0.0, fan_.output()); }

void HeatNetwork::Settle(const std::vector<GroupHeat>& heat, double room_heat,
                         const Outdoors& outdoors) {
  constexpr double kRest = 4.0 * 3600.0;  // s
  double flow = 0.0;
  for (const auto& c : params_.cdus) flow += c.facility_flow * c.units;
  const double longest = mains() ? std::min(6.0, supply_main_.mass() / flow) : 6.0;
  const int steps = static_cast<int>(std::ceil(kRest / longest));
  for (int i = 0; i < steps; ++i) {
    CoolingMeans unused;
    SubStep(kRest / steps, heat, room_heat, outdoors, unused);
  }
  stored_ = 0.0;
}

CoolingMeans HeatNetwork::Advance(double seconds, const std::vector<GroupHeat>& heat,
                                  double room_heat, const Outdoors& outdoors) {
  HR_CHECK(heat.size() == groups_.size() && seconds > 0.0, heat.size(), seconds);
  const int steps = std::max(1, static_cast<int>(std::ceil(seconds / params_.max_step - 1e-9)));
  const double h = seconds / steps;
  CoolingMeans sum;
  for (int i = 0; i < steps; ++i) SubStep(h, heat, room_heat, outdoors, sum);
  const double scale = 1.0 / steps;
  auto& p = sum.power;
  for (double* x : {&p.cdu_pumps, &p.facility_pump, &p.tower_pumps, &p.tower_fans, &p.crah_fans,
                    &p.chillers, &p.trim_chillers, &sum.tower_heat, &sum.air_heat, &sum.free_air,
                    &sum.trim_heat, &sum.reused, &sum.water})
    *x *= scale;
  return sum;
}

}  // namespace headroom::cooling
