#include "models/plant/totals.h"

#include <algorithm>

namespace headroom::plant {
namespace {
constexpr double kTolerance = 1e-9;
constexpr double kLeast = 1.0;  // W; what has lost all its units passes no heat and is overdrawn
}

PlantTotals::PlantTotals(const PlantParams& params, const std::vector<std::string>& stages)
    : stages_(stages),
      limit_(params.utility_limit),
      chiller_capacity_(params.air.chillers * params.air.chiller.capacity),
      bill_(params.tariff),
      demand_price_(params.tariff.demand),
      moving_(!params.tariff.energy.constant() || !params.tariff.carbon.constant()),
      fuel_price_(params.generators ? params.generators->price : 0.0),
      fuel_carbon_(params.generators ? params.generators->carbon : 0.0),
      stage_energy_(stages.size(), 0.0),
      ramp_second_(params.step, 1.0),
      ramp_minute_(params.step, 60.0),
      ramp_quarter_(params.step, 900.0),
      fixed_(params.fixed_uses),
      busways_(params.busways),
      fabric_(params.fabric) {
  std::vector<std::string> workloads;
  for (const auto& g : params.groups) {
    racks_.push_back(g.racks);
    if (g.port) units_ += g.port->accelerators;
    if (g.port && g.node.accelerators > 0.0) accelerators_ += g.port->accelerators;
    const auto found = std::find(workloads.begin(), workloads.end(), g.workload);
    workload_.push_back(g.workload.empty() ? -1 : static_cast<int>(found - workloads.begin()));
    if (!g.workload.empty() && found == workloads.end()) workloads.push_back(g.workload);
  }
  for (const auto& stage : params.board_stages) {
    board_stages_.push_back({stage.name, {}, 0.0});
    for (const auto& g : params.groups) {
      power::StageParams own = stage;
      if (own.rating <= 0.0) own.rating = std::max(1.0, g.node.accelerator_tdp);
      board_stages_.back().of_group.emplace_back(own);
    }
  }
  for (const auto& g : params.groups) accelerators_of_.push_back(g.nodes * g.node.accelerators);
  now_.resize(workloads.size());
  own_peak_.resize(workloads.size());
}

void PlantTotals::Add(const PlantStep& s, const cooling::HeatNetwork& network, double room_heat) {
  const double dt = s.seconds;
  const auto& c = s.cooling;
  electrical_.In(s.utility * dt);
  electrical_.In(s.generator * dt);
  if (s.ups_battery > 0.0)
    electrical_.In(s.ups_battery * dt);
  else
    electrical_.Stored(-s.ups_battery * dt);
  accelerator_seconds_.In(units_ * dt);
  thermal_.In(room_heat * dt);
  for (std::size_t i = 0; i < s.groups.size(); ++i) AddParts(s.groups[i], static_cast<int>(i) == fabric_, dt);
  for (const auto& g : s.groups) {
    electrical_.Out(g.boards * dt);
    boards_ += g.boards * dt;
    leakage_ += g.leakage * dt;
    electrical_.Out((g.host + g.fans + g.switches) * dt);
    thermal_.In((g.power + g.shelf) * dt);
    if (g.shelf > 0.0)
      electrical_.In(g.shelf * dt);
    else
      electrical_.Stored(-g.shelf * dt);
    from_store_ += g.shelf * dt;
    accelerator_seconds_.Out(g.metered);
    accelerator_seconds_.Out(g.idle);
    busy_ += g.busy;
    installed_ += g.installed;
    if (g.throttled) throttled_ += g.held;
    if (g.installed > 0.0) hot_max_ = std::max(hot_max_, g.hot);
    if (g.installed > 0.0) hbm_max_ = std::max(hbm_max_, g.hbm);
  }
  electrical_.Out(s.losses * dt);
  electrical_.Out(c.power.total() * dt);
  electrical_.Out(s.battery_loss);
  electrical_.Stored(s.battery_stored);
  thermal_.In(
      (c.power.cdu_pumps + c.power.facility_pump + c.power.tower_pumps + c.power.crah_fans) * dt);
  thermal_.Out((c.tower_heat + c.air_heat + c.trim_heat + c.reused) * dt);
  reused_ += c.reused * dt;
  chilled_ += (c.air_heat - c.free_air + c.trim_heat) * dt;
  free_ += c.free_air * dt;
  chilling_ += (c.power.chillers + c.power.trim_chillers) * dt;
  const double stored = network.StoredHeat();
  thermal_.Stored(stored - stored_);
  stored_ = stored;
  electrical_.Assert(kTolerance);
  thermal_.Assert(kTolerance);
  accelerator_seconds_.Assert(kTolerance);

  seconds_ += dt;
  bill_.Add(s.utility * dt, dt);
  generated_ += s.generator * dt;
  fuel_ += s.fuel;
  it_ += s.it * dt;
  from_store_ += s.ups_battery * dt - s.battery_stored;
  useful_ += s.it_useful * dt;
  water_ += c.water * dt;
  for (std::size_t i = 0; i < stage_energy_.size(); ++i) stage_energy_[i] += s.stage_losses[i] * dt;
  if (s.whole) {
    peak_ = any_whole_ ? std::max(peak_, s.utility) : s.utility;
    min_ = any_whole_ ? std::min(min_, s.utility) : s.utility;
    any_whole_ = true;
    peak_since_ = std::max(peak_since_, s.utility);
    AddPeaks(s);
    ramp_second_.Add(s.utility);
    ramp_minute_.Add(s.utility);
    ramp_quarter_.Add(s.utility);
  } else {
    cut_power_ = s.utility;
  }
  AddHeadroom(s, network);
  if (!board_stages_.empty()) AddBoards(s);
  dew_margin_ = std::min(dew_margin_, s.dew_margin);
}

/// What the racks' power is made of, before their supplies.
void PlantTotals::AddParts(const PlantStep::Group& g, bool fabric, double dt) {
  parts_.accelerators += g.boards * dt;
  parts_.processors += g.processors * dt;
  parts_.memory += g.memory * dt;
  parts_.nics += g.nics * dt;
  parts_.host += (g.host - g.processors - g.memory - g.nics) * dt;
  parts_.fans += g.fans * dt;
  (fabric ? parts_.fabric : parts_.switches) += g.switches * dt;
}

/// Losses of the boards' own stages, from the board's inlet inwards.
void PlantTotals::AddBoards(const PlantStep& s) {
  for (std::size_t i = 0; i < s.groups.size(); ++i) {
    if (accelerators_of_[i] <= 0.0) continue;
    double power = s.groups[i].boards / accelerators_of_[i];
    for (BoardStage& stage : board_stages_) {
      const double out = stage.of_group[i].OutputOf(power);
      stage.loss += accelerators_of_[i] * (power - out) * s.seconds;
      power = out;
    }
  }
}

void PlantTotals::ChangeLimit(double limit) {
  if (limit_ > 0.0) feed_before_ = std::max(feed_before_, peak_since_ / limit_);
  peak_since_ = 0.0;
  limit_ = limit;
  limit_changed_ = true;
}

void PlantTotals::AddPeaks(const PlantStep& s) {
  std::fill(now_.begin(), now_.end(), 0.0);
  for (std::size_t i = 0; i < workload_.size(); ++i)
    if (workload_[i] >= 0) now_[workload_[i]] += s.groups[i].power;
  double sum = 0.0;
  for (std::size_t w = 0; w < now_.size(); ++w) {
    own_peak_[w] = std::max(own_peak_[w], now_[w]);
    sum += now_[w];
  }
  coincident_ = std::max(coincident_, sum);
}

/// Largest share of a busway; its racks draw their group's mean.
double PlantTotals::BuswayUse(const PlantStep& s) const {
  double use = busways_.empty() ? -1.0 : 0.0;
  for (const BuswayParams& b : busways_) {
    double power = 0.0;
    for (const auto& [group, racks] : b.racks) power += racks * s.groups[group].power / racks_[group];
    use = std::max(use, power / b.capacity);
  }
  return use;
}

void PlantTotals::AddHeadroom(const PlantStep& s, const cooling::HeatNetwork& network) {
  double liquid = -1.0, flow = -1.0, air = -1.0;
  const double busway = std::max(s.busway_use, BuswayUse(s));
  for (std::size_t k = 0; k < network.cdu_count(); ++k) {
    supply_max_ = std::max(supply_max_, network.rack_supply(k));
    return_max_ = std::max(return_max_, network.rack_return(k));
    liquid = std::max(liquid, network.cdu_use(k));
    flow = std::max(flow, network.flow_use(k));
  }
  if (network.cdu_count() > 0) {
    facility_max_ = std::max(facility_max_, network.cdu_supply());
    facility_ += network.cdu_supply() * s.seconds;
    head_max_ = std::max(head_max_, network.facility_head());
    tower_head_max_ = std::max(tower_head_max_, network.tower_head());
    towers_in_use_ += network.towers_in_use() * s.seconds;
  }
  if (network.cdu_count() > 0) {
    liquid = std::max(liquid, network.rejection_use(std::max(kLeast, s.cooling.tower_heat)));
  } else {
    supply_max_ = std::max(supply_max_, network.air_supply());
    return_max_ = std::max(return_max_, network.air_return());
  }
  if (chiller_capacity_ > 0.0) air = network.air_use(std::max(kLeast, s.cooling.air_heat));
  path_use_ = std::max(path_use_, s.path_use);
  busway_use_ = std::max(busway_use_, busway);
  liquid_use_ = std::max(liquid_use_, liquid);
  flow_use_ = std::max(flow_use_, flow);
  air_use_ = std::max(air_use_, air);
  if (s.faulty) return;
  healthy_peak_ = std::max(healthy_peak_, s.utility);
  healthy_most_ = std::max({healthy_most_, s.path_use, busway, liquid, flow, air});
}

double PlantTotals::EnergyBalanceError() const {
  return std::max(electrical_.RelativeError(), thermal_.RelativeError());
}

}  // namespace headroom::plant
