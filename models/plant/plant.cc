#include "models/plant/plant.h"

#include <algorithm>

#include "models/cooling/moist_air.h"
#include "models/plant/measured_power.h"
#include "sim/core/check.h"

namespace headroom::plant {
namespace {
constexpr double kSlack = 1e-6;  // relative, for accelerator-seconds that work adds up in parts
}

Plant::Plant(Engine& engine, const PlantParams& params)
    : engine_(engine),
      params_((Check(params), params)),
      site_(params_),
      path_(params_),
      network_(NetworkOf(params)),
      totals_(params, site_.tree.stage_names()),
      nodes_(params_),
      supply_(params_),
      shelves_(params_),
      mild_(cooling::Outdoors{}),
      heat_(params.groups.size()) {
  for (const auto& g : params_.groups)
    racks_.push_back({ThermalThrottle(params_.clock, g.throttle),
                      BoardSwitch(params_.clock, g.shutdown, g.throttle - params_.clock.hysteresis),
                      ClockSteps(params_.clock.quantum), PowerCap(params_.clock)});
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    const LoadGroupParams& g = params_.groups[i];
    if (g.port && g.node.accelerators > 0.0) g.port->clock.Set(engine_.now(), racks_[i].clock.Update(g.most_clock));
    if (g.port) g.port->pace.Set(engine_.now(), path_.Pace(i));
  }
  step_.groups.resize(params_.groups.size());
  step_.stage_losses.resize(site_.tree.stage_names().size());
  last_ = engine_.now();
  step_.seconds = params_.step;
  for (std::size_t i = 0; i < racks_.size(); ++i)
    HR_CHECK(!params_.groups[i].port || params_.groups[i].port->energy.total() == 0.0,
             params_.groups[i].name);
  fault_on_.assign(params_.faults.size(), 0);
  fault_lost_ = fault_on_;
  health_ = HealthOf(params_, {});
  TakeLoads();
  network_.Settle(heat_, site_.tree.indoor_loss(), weather().At(last_));
  step_.seconds = 0.0;
  SetFaults(last_);
}

void Plant::Announce(Recorder& recorder) {
  record_ = std::make_unique<PlantRecord>(recorder, params_, site_.tree.stage_names());
}

void Plant::Start() {
  running_ = true;
  Schedule();
}

void Plant::Schedule() {
  next_ = engine_.After(Duration::FromSeconds(params_.step), Phase::kCouple, [this] {
    Couple(engine_.now());
    if (running_) Schedule();
  });
}

void Plant::Finish() {
  if (running_) engine_.Cancel(next_);
  running_ = false;
  Couple(engine_.now());
  path_.Finish();
}

void Plant::TakeLoads() {
  const double dt = step_.seconds;
  double all_passes = 0.0;  // B/s, of bytes through switches
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    const LoadGroupParams& p = params_.groups[i];
    PlantStep::Group& g = step_.groups[i];
    double energy = 0.0, beyond = 0.0;
    g.held = g.busy = g.installed = g.metered = 0.0;
    g.off = Out(i) || racks_[i].boards.off();
    double load = 0.0, sent = 0.0;
    g.stopped = nodes_.stopped(i);
    if (p.port) {
      energy = p.port->energy.Take();
      g.installed = p.port->accelerators * dt;
      const double held = p.port->held.Take(), busy = p.port->busy.Take();
      HR_CHECK(held <= g.installed * (1.0 + kSlack) && busy <= held + g.installed * kSlack, p.name,
               held, busy, g.installed);
      g.held = std::min(held, g.installed);
      g.busy = std::min(busy, g.held);
      load = p.port->host.Take();
      const power::LinkMeters& links = p.port->links;
      const double passes = links.sent + 2.0 * (links.up + links.core);
      sent = std::max(links.sent - racks_[i].sent, links.received - racks_[i].received) / dt;
      all_passes += (passes - racks_[i].passes) / dt;
      racks_[i].sent = links.sent;
      racks_[i].received = links.received;
      racks_[i].passes = passes;
      g.metered = p.port->held.total() - racks_[i].metered;
      racks_[i].metered = p.port->held.total();
      beyond = path_.Take(i, last_.seconds(), dt, energy, g.held);
    }
    g.idle = g.installed - g.held;
    const double own = p.port ? p.port->clock.value() : 1.0;
    const double volts = power::ClockLaw().Voltage(own <= power::kStoppedClock ? 1.0 : own);
    const double leak =
        g.off ? 0.0 : p.node.accelerator_tdp * p.leakage.At(network_.hot_die(i)) * volts * volts;
    g.leakage = leak * g.held / dt;
    g.boards = g.off ? 0.0 : (energy + beyond + p.node.accelerator_idle * g.idle) / dt;
    if (g.stopped && !g.off) g.boards = p.node.accelerator_idle * g.installed / dt;
    g.boards += g.leakage;
    if (g.off || g.stopped) g.busy = load = sent = 0.0;
    const double share = g.installed > 0.0 ? g.busy / g.installed : 0.0;
    if (p.nodes > 0.0) {
      const power::NodeWork work{g.boards / p.nodes, share, g.installed > 0.0 ? load / g.installed : 0.0, sent / p.nodes};
      const auto draw = power::DrawOf(p.node, work, network_.air_supply());
      g.host = p.nodes * draw.host;
      g.processors = p.nodes * draw.processors;
      g.memory = p.nodes * draw.memory;
      g.nics = p.nodes * draw.nics;
      g.fans = p.nodes * draw.fans;
    }
    g.switches = p.racks * p.switch_power;
    if (static_cast<int>(i) == params_.fabric) {  // after all that send
      const double all = params_.leaves + params_.spines + params_.cores;
      const double lost = static_cast<double>(health_.leaves.size() + health_.spines.size() + health_.cores.size());
      g.switches *= all > 0.0 ? 1.0 - lost / all : 1.0;
      g.switches += params_.fabric_energy * all_passes;
    }
    if (p.measured) {
      const MeasuredSplit s =
          SplitMeasured(p.measured->Mean(last_.seconds(), last_.seconds() + dt), site_.tree.stage(site_.racks[i]), p.racks, p.node,
                        p.nodes, g.switches, network_.air_supply());
      g.boards = s.boards;
      g.host = s.host;
      g.fans = s.fans;
      g.switches = s.switches;
      g.processors = g.memory = g.nics = 0.0;
      g.leakage = 0.0;
    }
    if (Out(i)) g.boards = p.measured ? 0.0 : g.boards;
    if (Out(i)) g.host = g.processors = g.memory = g.nics = g.fans = g.switches = 0.0;
    const double nodes = g.boards + g.host + g.fans, wanted = nodes + g.switches;
    g.shelf = Fed(i) ? -shelves_.Charge(i, dt) : dark(i) ? 0.0 : wanted;
    site_.tree.SetInService(site_.nodes[i], Fed(i) ? 1.0 : 0.0);
    site_.tree.SetInService(site_.racks[i], Fed(i) ? health_.supplies[i] : 0.0);
    if (Fed(i)) {
      site_.SetRacks(i, nodes, g.switches - g.shelf);
    } else {
      site_.SetRacks(i, 0.0, 0.0);
    }
    heat_[i].hottest = p.node.accelerator_idle;
    if (g.held > kSlack * g.installed)
      heat_[i].hottest = energy / g.held + beyond / std::max(g.held, 0.5 * g.installed);
    if (g.stopped) heat_[i].hottest = p.node.accelerator_idle;
    heat_[i].hottest += leak;
    if (p.measured && p.port) heat_[i].hottest = g.boards / p.port->accelerators;
    if (g.off) heat_[i].hottest = 0.0;
  }
  site_.tree.SetLoad(site_.mechanical, 0.0);
  SolvePower();
  step_.it = step_.it_useful = 0.0;
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    PlantStep::Group& g = step_.groups[i];
    g.power = site_.tree.input(site_.racks[i]);
    step_.it += g.power;
    step_.it_useful += g.boards + g.host + g.switches;
    const bool dies = params_.groups[i].nodes * params_.groups[i].node.accelerators > 0.0;
    heat_[i].dies = dies ? g.boards : 0.0;
    heat_[i].other = g.power + g.shelf - heat_[i].dies;
  }
}

void Plant::Couple(Instant now) {
  if (now <= last_) return;
  for (Settler* s : settlers_) s->Settle(now);
  step_.seconds = (now - last_).seconds();
  step_.end = now.seconds();
  step_.whole = step_.seconds > params_.step * (1.0 - 1e-6);
  TakeLoads();
  const double room = step_.room_heat = site_.tree.indoor_loss();
  step_.cooling = network_.Advance(step_.seconds, heat_, room, weather().At(last_));
  site_.tree.SetLoad(site_.mechanical, step_.cooling.power.total());
  SolvePower();
  const std::optional<power::Bess> leveller = supply_.leveller_state();
  LevelUps();
  path_.Settle(step_, nodes_.Ceiling(step_));
  if (supply_.cooled()) cooled_load_ = step_.site_load;
  supply_.Settle(&step_, overloaded_, any_dark_, ups_input_, &events_);
  shelves_.Settle(step_);
  step_.losses = site_.tree.total_loss();
  WatchDewPoint();
  for (std::size_t i = 0; i < step_.stage_losses.size(); ++i)
    step_.stage_losses[i] = site_.tree.stage_loss(i);
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    PlantStep::Group& g = step_.groups[i];
    g.die = network_.die(i);
    g.hot = network_.hot_die(i);
    g.hbm = MemoryTemperature(i);
    g.clock = params_.groups[i].port ? params_.groups[i].port->clock.value() : 1.0;
    g.throttled = racks_[i].throttle.engaged() || (g.off && !dark(i));
  }
  nodes_.Update(step_, site_, supply_.source() != Source::kNone, &events_);
  step_.busway_use = nodes_.busway_use();
  totals_.Add(step_, network_, room);
  path_.Add(last_.seconds(), step_, leveller);
  if (record_) record_->Add(step_, network_);
  last_ = now;
  SetFaults(now);
  WatchHall(now.seconds());
  SetClocks(now);
  ApplyPending();
}

void Plant::WatchHall(double t) {
  const double air = network_.air_supply();
  // What was measured stands.
  for (const LoadGroupParams& g : params_.groups)
    if (g.measured) return;
  if (!hall_hot_) {
    hall_hot_ = air >= params_.inlet_limit;
    if (!hall_hot_) return;
    cooling_mended_ = false;
    events_.push_back({t, "overheat", "hall", "air at the racks' inlets at its limit, racks go off until a fault ends"});
    return;
  }
  if (!cooling_mended_ || air > params_.air.supply + params_.clock.warm) return;
  hall_hot_ = false;
  events_.push_back({t, "cool", "hall", "air at the racks' inlets is cool again, racks start"});
}

/// The hall holds the outside's moisture, dried to `hall_dew_point` at most. A kelvin of hysteresis.
void Plant::WatchDewPoint() {
  if (params_.cdus.empty()) return;
  const cooling::Outdoors outdoors = weather().At(last_);
  double coldest = network_.rack_supply(0);
  for (std::size_t k = 1; k < params_.cdus.size(); ++k) coldest = std::min(coldest, network_.rack_supply(k));
  step_.dew_margin =
      coldest - std::min(params_.hall_dew_point, cooling::DewPoint(outdoors.dry_bulb, outdoors.wet_bulb));
  if (step_.dew_margin < 0.0 && !condensing_)
    events_.push_back({step_.end, "condensation", "racks", "coolant is below the dew point of the hall"});
  if (step_.dew_margin > 1.0 && condensing_)
    events_.push_back({step_.end, "dry", "racks", "coolant is above the dew point of the hall again"});
  condensing_ = step_.dew_margin < 0.0 || (condensing_ && step_.dew_margin <= 1.0);
}

double Plant::MemoryTemperature(std::size_t group) const {
  const double inlet = network_.inlet(group);
  return inlet + params_.groups[group].hbm_rise * (network_.hot_die(group) - inlet);
}

/// The clock that the power supplies left in a rack can carry.
double Plant::SupplyCap(std::size_t i) {
  const double left = health_.supplies[i];
  if (left >= 1.0) return 1.0;
  const LoadGroupParams& p = params_.groups[i];
  const double able = p.racks * p.nameplate * left * params_.supplies / params_.supplies_needed;
  const PlantStep::Group& g = step_.groups[i];
  return racks_[i].supplies.Update(g.boards + g.host + g.fans + g.switches, able, g.boards, step_.seconds);
}

void Plant::SetClocks(Instant now) {
  for (std::size_t i = 0; i < racks_.size(); ++i) {
    const LoadGroupParams& p = params_.groups[i];
    if (!p.port) continue;
    if (p.node.accelerators == 0.0) {
      p.port->clock.Set(now, Out(i) || nodes_.stopped(i) ? power::kStoppedClock : 1.0);
      continue;
    }
    Rack& rack = racks_[i];
    const double t = now.seconds(), hot = network_.hot_die(i);
    const bool before = rack.throttle.engaged(), off_before = rack.boards.off();
    // Memory counts as a die whose throttle lies at the memory's limit.
    const double memory = MemoryTemperature(i) - p.hbm_limit + p.throttle;
    const double thermal = rack.throttle.Update(std::max(hot, memory));
    const bool cooled = network_.flow_share(i) > 0.5 &&
                        network_.inlet(i) <= (p.cdu < 0 ? params_.air.supply : params_.rack_supply) +
                                                 params_.clock.warm;
    const bool off = rack.boards.Update(t, hot, !Out(i), cooled);
    if (rack.throttle.engaged() != before) {
      events_.push_back({t, before ? "release" : "throttle", p.name,
                         before ? "clock is free again"
                         : memory > hot ? "memory temperature at its limit, clock falls"
                                        : "die temperature at its limit, clock falls"});
      if (!before && last_fault_ >= 0.0 && to_throttle_ < 0.0) to_throttle_ = t - last_fault_;
    }
    if (off != off_before) {
      events_.push_back({t, off ? "shutdown" : "restart", p.name,
                         off_before ? "boards are on again"
                         : dark(i)  ? "no power"
                         : hall_hot_ ? "air at its inlets at its limit"
                                    : "die temperature at its shutdown limit, boards off"});
      if (off && last_fault_ >= 0.0 && to_shutdown_ < 0.0) to_shutdown_ = t - last_fault_;
    }
    const double clock = rack.clock.Update(std::min({thermal, nodes_.clock(i), SupplyCap(i), p.most_clock}));
    p.port->pace.Set(now, path_.Pace(i));
    p.port->clock.Set(now, off || nodes_.stopped(i) ? power::kStoppedClock : clock);
  }
}

}  // namespace headroom::plant
