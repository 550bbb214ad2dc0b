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

/// Factor from a node's mean net heat flow [W] to the rise of its mean temperature [K]; 0 mass:
/// quasi-steady is left to the caller.
double Rise(double weight, double h, double capacity) { return weight * h / capacity; }

}  // namespace

double HeatNetwork::PumpShare(double flow) const {
  return flow * (params_.loop.static_share + (1.0 - params_.loop.static_share) * flow * flow);
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
  if (!cdus_.empty()) StepLiquid(h, heat, outdoors, sum);
  double air_heat = room_heat;
  StepDies(h, heat, air_heat);
  StepAir(h, air_heat, outdoors, sum);
}

double HeatNetwork::StepLiquid(double h, const std::vector<GroupHeat>& heat,
                               const Outdoors& outdoors, CoolingMeans& sum) {
  for (auto& c : cdus_) {
    c.a = c.pump;
    c.b = 0.0;
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    Group& g = groups_[i];
    if (g.cdu < 0) continue;
    Cdu& c = cdus_[g.cdu];
    c.a += g.liquid * heat[i].other;
    if (g.capacity == 0.0) continue;
    g.free_die = (g.temperature + g.gain * heat[i].dies) * (1.0 - g.pull);
    c.a += g.liquid * g.conductance * g.free_die;
    c.b += g.liquid * g.conductance * (1.0 - g.pull);
  }
  double hot = 0.0, slope = 0.0, flow = 0.0, pumps = 0.0;
  for (std::size_t k = 0; k < cdus_.size(); ++k) {
    Cdu& c = cdus_[k];
    const double water = params_.loop.valve.FlowShare(c.opening) * params_.cdus[k].facility_flow;
    flow += water;
    pumps += c.pump;
    c.k = c.rack_rate > 0.0 ? c.exchanger.Conductance(c.rack_rate, water * water_heat_) : 0.0;
    c.share = c.rack_rate > 0.0 ? c.k / c.rack_rate : 0.0;
    c.weight = MeanWeight(h * (c.k + c.b * (1.0 - c.share)) / c.capacity);
    const double w = Rise(c.weight, h, c.capacity);
    const double own = 1.0 + w * (c.b * (1.0 - c.share) + c.k);
    c.alpha = (c.temperature + w * c.a) / own;
    c.beta = w * (c.k - c.b * c.share) / own;
    hot += c.k * c.alpha;
    slope += c.k * (1.0 - c.beta);
  }

  const double rate = flow * water_heat_;
  const double tower_flow = std::max(params_.loop.min_tower_flow, flow / facility_design_) *
                            params_.towers * tower_.design_water_flow();
  const double tower_rate = tower_flow * water_heat_;
  const double exchange = plate_.Conductance(rate, tower_rate);
  const double facility_pump = facility_pump_ * PumpShare(flow / facility_design_);
  const double tower_pump = params_.towers * params_.tower.pump_power *
                            PumpShare(tower_flow / (params_.towers * tower_.design_water_flow()));
  const double fan = fan_speed();
  const double entering =
      basin_ + (exchange * (facility_return_ - basin_) + tower_pump) / tower_rate;
  const double bypass = 1.0 + std::min(0.0, fan_.output());
  const double u = bypass * params_.towers *
                   tower_.Conductance(outdoors.wet_bulb, entering, tower_flow / params_.towers, fan,
                                      air_out_, 1);
  const double pass = 1.0 - u / tower_rate;

  const double z_return = MeanWeight(h * rate / return_mass_),
               z_supply = MeanWeight(h * rate / supply_mass_);
  const double z_basin = MeanWeight(h * (exchange * pass + u) / basin_mass_);
  const double wr = Rise(z_return, h, return_mass_), ws = Rise(z_supply, h, supply_mass_);
  const double wb = Rise(z_basin, h, basin_mass_);
  Eigen::Matrix3d m;
  m << 1.0 + wr * rate, -wr * (rate - slope), 0.0, -ws * (rate - exchange), 1.0 + ws * rate,
      -ws * exchange, -wb * exchange * pass, 0.0, 1.0 + wb * (exchange * pass + u);
  const Eigen::Vector3d rhs(facility_return_ + wr * hot, facility_supply_ + ws * facility_pump,
                            basin_ + wb * (tower_pump * pass + u * outdoors.wet_bulb));
  const Eigen::Vector3d mean = m.partialPivLu().solve(rhs);
  const double supply = mean[1];
  facility_return_ += (mean[0] - facility_return_) / z_return;
  facility_supply_ += (mean[1] - facility_supply_) / z_supply;
  basin_ += (mean[2] - basin_) / z_basin;

  for (auto& c : cdus_) {
    const double middle = c.alpha + c.beta * supply;
    c.heat = c.k * (middle - supply);
    c.supply = middle - c.share * (middle - supply);
    c.temperature += (middle - c.temperature) / c.weight;
    c.opening += (c.valve.Update(c.supply - params_.rack_supply, h) - c.opening) * valve_part_;
  }
  fan_.Update(facility_supply_ - facility_set_, h);

  const double passed = exchange * (mean[0] - mean[2]) + tower_pump;
  const double tower_heat = u * (mean[2] + passed / tower_rate - outdoors.wet_bulb);
  sum.power.cdu_pumps += pumps;
  sum.power.facility_pump += facility_pump;
  sum.power.tower_pumps += tower_pump;
  sum.power.tower_fans += params_.towers * tower_.FanPower(fan);
  sum.tower_heat += tower_heat;
  sum.water += MakeUpWater(params_.water, tower_heat, tower_flow);
  return supply;
}

void HeatNetwork::StepDies(double h, const std::vector<GroupHeat>& heat, double& air_heat) {
  (void)h;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    Group& g = groups_[i];
    const double in = g.cdu >= 0 ? cdus_[g.cdu].supply : air_supply_;
    double out = heat[i].other;
    if (g.capacity > 0.0) {
      const double free_die = (g.temperature + g.gain * heat[i].dies) * (1.0 - g.pull);
      const double middle = free_die + g.pull * in;
      out += g.conductance * (middle - in);
      g.temperature += (middle - g.temperature) / g.weight;
      const double per_die = params_.groups[i].dies / g.conductance;
      const double target = in + per_die * heat[i].hottest;
      g.hot = target + (g.hot - target) * g.decay;
    }
    air_heat += (1.0 - (g.cdu >= 0 ? g.liquid : 0.0)) * out;
  }
}

void HeatNetwork::StepAir(double h, double air_heat, const Outdoors& outdoors, CoolingMeans& sum) {
  if (air_mass_ == 0.0) return;
  const auto& p = params_.air;
  const double fans = p.fan_power * p.design_heat * air_share_ * air_share_ * air_share_;
  const double rate = air_share_ * air_design_rate_;
  const double weight = MeanWeight(h * rate / air_mass_);
  const double w = Rise(weight, h, air_mass_);
  const double heat = air_heat + fans;
  const double capacity = p.chillers * p.chiller.capacity;
  double middle = (hall_ + w * (heat + rate * p.supply)) / (1.0 + w * rate);
  double taken = rate * (middle - p.supply);
  if (taken > capacity || taken < 0.0) {
    taken = taken > 0.0 ? capacity : 0.0;
    middle = hall_ + w * (heat - taken);
  }
  hall_ += (middle - hall_) / weight;
  air_supply_ = middle - taken / rate;
  air_share_ = std::clamp(heat / p.design_heat, p.min_flow, 1.0);
  sum.power.crah_fans += fans;
  sum.power.chillers +=
      taken / ChillerCop(p.chiller, outdoors.dry_bulb) + p.chiller.auxiliary * taken;
  sum.air_heat += taken;
}

}  // namespace headroom::cooling
