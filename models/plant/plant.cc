#include "models/plant/plant.h"

#include <algorithm>

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
      cap_(params.clock, params.utility_limit),
      mild_(cooling::Outdoors{}),
      heat_(params.groups.size()) {
  for (const auto& g : params_.groups) throttles_.emplace_back(params_.clock, g.throttle);
  step_.groups.resize(params_.groups.size());
  step_.stage_losses.resize(site_.tree.stage_names().size());
  last_ = engine_.now();
  step_.seconds = params_.step;
  for (std::size_t i = 0; i < throttles_.size(); ++i)
    HR_CHECK(!params_.groups[i].port || params_.groups[i].port->energy.total() == 0.0,
             params_.groups[i].name);
  TakeLoads();
  const auto& weather = params_.weather ? *params_.weather : mild_;
  network_.Settle(heat_, site_.tree.indoor_loss(), weather.At(last_));
  step_.seconds = 0.0;
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
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    const LoadGroupParams& p = params_.groups[i];
    PlantStep::Group& g = step_.groups[i];
    double energy = 0.0, beyond = 0.0;
    g.held = g.busy = g.installed = 0.0;
    if (p.port) {
      energy = p.port->energy.Take();
      g.installed = p.port->accelerators * dt;
      const double held = p.port->held.Take(), busy = p.port->busy.Take();
      HR_CHECK(held <= g.installed * (1.0 + kSlack) && busy <= held + g.installed * kSlack, p.name,
               held, busy, g.installed);
      g.held = std::min(held, g.installed);
      g.busy = std::min(busy, g.held);
      beyond = path_.Take(i, last_.seconds(), dt, energy, g.held);
    }
    const double idle = p.node.accelerator_idle * (g.installed - g.held);
    g.boards = (energy + beyond + idle) / dt;
    const double share = g.installed > 0.0 ? g.busy / g.installed : 0.0;
    if (p.nodes > 0.0) {
      const auto draw = power::DrawOf(p.node, g.boards / p.nodes, share, network_.air_supply());
      g.host = p.nodes * draw.host;
      g.fans = p.nodes * draw.fans;
    }
    g.switches = p.racks * p.switch_power;
    site_.tree.SetLoad(site_.racks[i], g.boards + g.host + g.fans + g.switches);
    heat_[i].hottest = p.node.accelerator_idle;
    if (g.held > kSlack * g.installed)
      heat_[i].hottest = energy / g.held + beyond / std::max(g.held, 0.5 * g.installed);
  }
  site_.tree.SetLoad(site_.mechanical, 0.0);
  site_.tree.Solve();
  step_.it = step_.it_useful = 0.0;
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    PlantStep::Group& g = step_.groups[i];
    g.power = site_.tree.input(site_.racks[i]);
    step_.it += g.power;
    step_.it_useful += g.boards + g.host + g.switches;
    const bool dies = params_.groups[i].nodes * params_.groups[i].node.accelerators > 0.0;
    heat_[i].dies = dies ? g.boards : 0.0;
    heat_[i].other = g.power - heat_[i].dies;
  }
}

void Plant::Couple(Instant now) {
  if (now <= last_) return;
  for (Settler* s : settlers_) s->Settle(now);
  step_.seconds = (now - last_).seconds();
  step_.end = now.seconds();
  step_.whole = step_.seconds > params_.step * (1.0 - 1e-6);
  TakeLoads();
  const double room = site_.tree.indoor_loss();
  const auto& weather = params_.weather ? *params_.weather : mild_;
  step_.cooling = network_.Advance(step_.seconds, heat_, room, weather.At(last_));
  site_.tree.SetLoad(site_.mechanical, step_.cooling.power.total());
  site_.tree.Solve();
  step_.site_load = site_.tree.utility();
  path_.Settle(step_);
  step_.losses = site_.tree.total_loss();
  for (std::size_t i = 0; i < step_.stage_losses.size(); ++i)
    step_.stage_losses[i] = site_.tree.stage_loss(i);
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    PlantStep::Group& g = step_.groups[i];
    g.die = network_.die(i);
    g.hot = network_.hot_die(i);
    g.clock = params_.groups[i].port ? params_.groups[i].port->clock.value() : 1.0;
    g.throttled = throttles_[i].engaged();
  }
  totals_.Add(step_, network_, room);
  path_.Add(last_.seconds(), step_);
  if (record_) record_->Add(step_, network_);
  last_ = now;
  SetClocks(now);
}

void Plant::SetClocks(Instant now) {
  if (params_.at_limit == AtLimit::kCap) {
    double boards = 0.0;
    for (const auto& g : step_.groups) boards += g.boards;
    cap_share_ = cap_.Update(step_.utility, boards, step_.seconds);
  }
  for (std::size_t i = 0; i < throttles_.size(); ++i) {
    const LoadGroupParams& p = params_.groups[i];
    if (!p.port || p.node.accelerators == 0.0) continue;
    const bool before = throttles_[i].engaged();
    const double thermal = throttles_[i].Update(network_.hot_die(i));
    if (throttles_[i].engaged() != before)
      events_.push_back({now.seconds(), before ? "release" : "throttle", p.name});
    p.port->clock.Set(now, Quantised(std::min(thermal, cap_share_), params_.clock.quantum));
  }
}

}  // namespace headroom::plant
