#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "models/cooling/heat_network.h"

namespace headroom::cooling {
namespace {

/// Weight of a step's end in the node's mean such that a node alone is exact: 1/(1 - e^-z) - 1/z.
double MeanWeight(double z) {
  if (z < 0.02) return 0.5 + z / 12.0 - z * z * z / 720.0;
  return 1.0 / -std::expm1(-z) - 1.0 / z;
}

constexpr double kStanding = 1e-3;   ///< share of design flow of water that nothing moves. Assumed
constexpr double kConvection = 0.1;  ///< share of the least air flow without fans. Assumed

/// Factor from a node's mean net heat flow [W] to the rise of its mean temperature [K]; 0 mass:
/// quasi-steady is left to the caller.
double Rise(double weight, double h, double capacity) { return weight * h / capacity; }

}  // namespace

void HeatNetwork::Move(double& temperature, double change, double capacity) {
  temperature += change;
  stored_ += capacity * change;
}

double HeatNetwork::HeadShare(double flow) const {
  return flow > 0.0 ? params_.loop.static_share + (1.0 - params_.loop.static_share) * flow * flow : 0.0;
}

void HeatNetwork::Prepare(double h) {
  if (h == prepared_) return;
  prepared_ = h;
  valve_part_ = -std::expm1(-h / params_.loop.valve_lag);
  for (auto& g : groups_) {
    if (g.capacity == 0.0) continue;
    const double z = h * g.conductance / g.capacity;
    g.weight = MeanWeight(z);
    g.gain = Rise(g.weight, h, g.capacity);
    g.pull = g.gain * g.conductance / (1.0 + g.gain * g.conductance);
    g.decay = std::exp(-z);
  }
}

void HeatNetwork::SubStep(double h, const std::vector<GroupHeat>& heat, double room_heat,
                          const Outdoors& outdoors, CoolingMeans& sum) {
  Prepare(h);
  chillers_wait_ = powered_ ? std::max(0.0, chillers_wait_ - h) : params_.chiller_restart;
  if (!cdus_.empty()) StepLiquid(h, heat, outdoors, sum);
  double air_heat = room_heat;
  StepDies(heat, air_heat);
  StepAir(h, air_heat, outdoors, sum);
}

/// Solves for the rise of every node's mean over its state. A die's rise is linear in its coolant's,
/// a CDU's in the facility supply's (rise = alpha + beta * supply rise), so both are eliminated and
/// three unknowns are left: facility return, facility supply, tower water.
void HeatNetwork::StepLiquid(double h, const std::vector<GroupHeat>& heat, const Outdoors& outdoors,
                             CoolingMeans& sum) {
  double flow = 0.0;
  for (std::size_t k = 0; k < cdus_.size(); ++k) {
    Cdu& c = cdus_[k];
    // Coolant, water and heat are shared equally by the loop's units.
    c.water = powered_ ? c.units * params_.loop.valve.FlowShare(c.opening) * params_.cdus[k].facility_flow : 0.0;
    c.k = c.rack_rate > 0.0 && c.water > 0.0
              ? c.units * c.exchanger.Conductance(c.rack_rate / c.units, c.water * water_heat_ / c.units)
              : 0.0;
    c.share = c.rack_rate > 0.0 ? c.k / c.rack_rate : 0.0;
    flow += c.water;
  }
  // Water moved in the step, through either main.
  const double plug = mains() ? std::min(flow * h, supply_main_.mass()) : 0.0;
  if (mains()) arriving_ = supply_main_.Take(plug);
  const double inlet = cdu_supply();
  for (auto& c : cdus_) {
    c.supply = c.temperature - c.share * (c.temperature - inlet);
    c.a = c.pump;
    c.b = 0.0;
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    Group& g = groups_[i];
    if (g.cdu < 0) continue;
    Cdu& c = cdus_[g.cdu];
    c.a += g.liquid * heat[i].other;
    if (g.capacity == 0.0) continue;
    const double conductance = g.conductance * (1.0 - g.pull);
    c.a += g.liquid * conductance * (g.temperature - c.supply + g.gain * heat[i].dies);
    c.b += g.liquid * conductance;
  }
  double hot = 0.0, slope = 0.0, pumps = 0.0;
  for (auto& c : cdus_) {
    pumps += c.pump;
    c.weight = MeanWeight(h * (c.k + c.b * (1.0 - c.share)) / c.capacity);
    const double w = Rise(c.weight, h, c.capacity);
    const double own = 1.0 + w * (c.b * (1.0 - c.share) + c.k);
    const double passed = c.k * (c.temperature - inlet);
    c.alpha = w * (c.a - passed) / own;
    c.beta = mains() ? 0.0 : w * (c.k - c.b * c.share) / own;
    hot += passed + c.k * c.alpha;
    slope += c.k * (1.0 - c.beta);
  }

  const double rate = flow * water_heat_;
  StageTowers(flow / facility_design_, h);
  double back = facility_supply_;  // what enters the return volume, where `hot` heats it
  if (mains()) {
    const double leaves = rate > 0.0 ? inlet + hot / rate : inlet;
    back = return_main_.Take(plug);
    return_main_.Push(plug, leaves);
    stored_ += plug * water_heat_ * (leaves - back);
    hot = 0.0;
    slope = rate;
  }
  const double reused =
      std::min(params_.reuse.demand, rate * std::max(0.0, facility_return_ - params_.reuse.least));
  const double trim = chilling() ? trim_.output() * params_.trim.count *
                                     trim_bank_.Available(facility_set_, outdoors)
                               : 0.0;
  // Towers that run take their design flow at most; without any, or without power, the water stands.
  const double wetting = params_.loop.min_tower_flow * (params_.loop.staging ? tower_water_ : 1.0);
  const double asked = std::max(wetting, flow / facility_design_);
  const double tower_share =
      powered_ ? std::max(kStanding, std::min(asked, tower_water_)) : kStanding;
  const double tower_flow = tower_share * rejection_->design_flow();
  const double tower_rate = tower_flow * water_heat_;
  const double held = params_.loop.exchanger_effectiveness;
  const double exchange =
      held > 0.0 ? held * std::min(rate, tower_rate) : plate_.Conductance(rate, tower_rate);
  const double facility_pump = facility_pump_ * (flow / facility_design_) * HeadShare(flow / facility_design_);
  const double tower_pump =
      powered_ && tower_water_ > 0.0 ? rejection_->pump_power() * tower_share * HeadShare(tower_share) : 0.0;
  facility_head_ = params_.loop.pump_head * HeadShare(flow / facility_design_);
  tower_head_ = tower_pump / tower_flow * Density(Coolant::kWater, basin_) * params_.loop.pump_efficiency;
  const double fan = powered_ ? fan_speed() : 0.0;
  const double entering =
      basin_ + (exchange * (facility_return_ - basin_) + tower_pump) / tower_rate;
  const double bypass = 1.0 + std::min(0.0, fan_.output());
  const double sink = rejection_->SinkTemperature(outdoors);
  const double u = bypass * rejection_->Conductance(outdoors, entering, tower_flow, fan);
  const double pass = 1.0 - u / tower_rate;

  const double z_return = MeanWeight(h * rate / return_mass_),
               z_supply = MeanWeight(h * rate / supply_mass_);
  const double z_basin = MeanWeight(h * (exchange * pass + u) / basin_mass_);
  const double wr = Rise(z_return, h, return_mass_), ws = Rise(z_supply, h, supply_mass_);
  const double wb = Rise(z_basin, h, basin_mass_);
  Eigen::Matrix3d m;
  m << 1.0 + wr * rate, -wr * (rate - slope), 0.0, -ws * (rate - exchange), 1.0 + ws * rate,
      -ws * exchange, -wb * exchange * pass, 0.0, 1.0 + wb * (exchange * pass + u);
  const double over = exchange * (facility_return_ - basin_);
  const double round = rate * (facility_return_ - facility_supply_);
  const Eigen::Vector3d rhs(wr * (hot - rate * (facility_return_ - back) - reused),
                            ws * (round - over + facility_pump - trim),
                            wb * (pass * (over + tower_pump) - u * (basin_ - sink)));
  const Eigen::Vector3d rise = m.partialPivLu().solve(rhs);  // of the means over the state
  const double passed = over + exchange * (rise[0] - rise[2]) + tower_pump;
  tower_return_ = basin_ + rise[2] + passed / tower_rate;
  const double tower_heat = u * (tower_return_ - sink);

  for (auto& c : cdus_) {
    const double own = c.alpha + c.beta * rise[1];
    const double gap = c.temperature - inlet + (own - (mains() ? 0.0 : rise[1]));
    c.heat = c.k * gap;
    c.supply = c.temperature + own - c.share * gap;
    Move(c.temperature, own / c.weight, c.capacity);
    if (c.stuck || !powered_) continue;
    const double read = c.supply + c.bias;
    c.opening += (c.valve.Update(read - rack_set_, h) - c.opening) * valve_part_;
  }
  if (mains()) {
    supply_main_.Push(plug, facility_supply_ + rise[1]);
    stored_ += plug * water_heat_ * (facility_supply_ + rise[1] - inlet);
  }
  Move(facility_return_, rise[0] / z_return, return_mass_);
  Move(facility_supply_, rise[1] / z_supply, supply_mass_);
  Move(basin_, rise[2] / z_basin, basin_mass_);
  if (powered_) {
    const double hold = params_.loop.tower_supply;
    fan_.Update(hold > 0.0 ? basin_ - hold : facility_supply_ - facility_set_, h);
    if (params_.trim.count > 0 && chilling())
      trim_.Update(facility_supply_ - facility_set_ - params_.trim.offset, h);
  }
  const ChillerBank::Draw chillers =
      trim_bank_.Run(trim, params_.trim.count, facility_set_, outdoors);

  sum.power.cdu_pumps += pumps;
  sum.power.facility_pump += facility_pump;
  sum.power.tower_pumps += tower_pump;
  sum.power.tower_fans += rejection_->FanPower(fan);
  sum.power.trim_chillers += chillers.power;
  sum.tower_heat += tower_heat;
  sum.trim_heat += trim;
  sum.reused += reused;
  sum.water +=
      rejection_->MakeUp(tower_heat, tower_flow) + MakeUpWater(params_.water, chillers.rejected, 0.0);
}

void HeatNetwork::StepDies(const std::vector<GroupHeat>& heat, double& air_heat) {
  for (auto& c : cdus_) c.needed = 0.0;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    Group& g = groups_[i];
    const double in = g.cdu >= 0 ? cdus_[g.cdu].supply : air_supply_;
    double out = heat[i].other;
    if (g.capacity > 0.0) {
      const double rise = g.gain * heat[i].dies * (1.0 - g.pull) + g.pull * (in - g.temperature);
      out += g.conductance * (g.temperature - in + rise);
      Move(g.temperature, rise / g.weight, g.capacity);
      const double per_die = g.least * params_.groups[i].dies / g.conductance;
      const double target = in + per_die * heat[i].hottest;
      g.hot = target + (g.hot - target) * g.decay;
    }
    air_heat += (1.0 - (g.cdu >= 0 ? g.liquid : 0.0)) * out;
    if (g.cdu >= 0)
      cdus_[g.cdu].needed +=
          std::max(0.0, g.liquid * out) / (g.coolant_heat * params_.groups[i].largest_rise);
  }
}

void HeatNetwork::StepAir(double h, double air_heat, const Outdoors& outdoors, CoolingMeans& sum) {
  if (air_mass_ == 0.0) return;
  const auto& p = params_.air;
  if (!powered_) air_share_ = kConvection * p.min_flow;
  const double fans =
      powered_ ? p.fan_power * p.design_heat * air_share_ * air_share_ * air_share_ : 0.0;
  const double rate = air_share_ * air_design_rate_;
  const double weight = MeanWeight(h * rate / air_mass_);
  const double w = Rise(weight, h, air_mass_);
  const double heat = air_heat + fans;
  const double free = powered_ ? EconomizerShare(p, hall_, outdoors) : 0.0;
  const double able = chilling() ? chillers_ * chiller_bank_.Available(chilled_, outdoors) : 0.0;
  const double capacity = free < 1.0 ? able / (1.0 - free) : 1e300;
  double rise = w * (heat - rate * (hall_ - p.supply)) / (1.0 + w * rate);
  double taken = rate * (hall_ - p.supply + rise);
  if (taken > capacity || taken < 0.0) {
    taken = taken > 0.0 ? capacity : 0.0;
    rise = w * (heat - taken);
  }
  air_supply_ = hall_ + rise - taken / rate;
  Move(hall_, rise / weight, air_mass_);
  air_share_ = std::clamp(heat / p.design_heat, p.min_flow, 1.0);
  sum.power.crah_fans += fans;
  const ChillerBank::Draw draw = chiller_bank_.Run((1.0 - free) * taken, chillers_, chilled_, outdoors);
  const bool wet = p.economizer == Economizer::kWater;
  sum.power.chillers += draw.power + (wet ? p.economizer_auxiliary * free * taken : 0.0);
  sum.air_heat += taken;
  sum.free_air += free * taken;
  sum.water += MakeUpWater(params_.water, draw.rejected + (wet ? free * taken : 0.0), 0.0);
}

}  // namespace headroom::cooling
