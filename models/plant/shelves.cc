#include "models/plant/shelves.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom::plant {

Shelves::Shelves(const PlantParams& params) : params_(params) {
  if (!params.shelf_batteries) return;
  for (const LoadGroupParams& g : params.groups) {
    const double nameplate = g.racks * g.nameplate;
    const double full = params.shelf_batteries->runtime * nameplate;
    groups_.push_back({full, full, nameplate});
  }
}

double Shelves::Charge(std::size_t group, double seconds) const {
  if (groups_.empty() || seconds <= 0.0) return 0.0;
  const Group& g = groups_[group];
  return std::max(0.0, std::min(g.full / params_.shelf_batteries->charge_time, (g.full - g.energy) / seconds));
}

void Shelves::Choose(double now, std::size_t group, bool fed, bool lost, const PlantStep::Group& last,
                     std::vector<PlantEvent>* events) {
  if (groups_.empty()) return;
  Group& g = groups_[group];
  const std::string& name = params_.groups[group].name;
  const bool were_fed = g.fed;
  g.fed = fed;
  if (fed || lost) {
    g.carries = false;
    return;
  }
  const double watts = last.boards + last.host + last.fans + last.switches;
  const double load = watts / g.nameplate;
  if (were_fed && load > 0.0) {
    const power::HandOver h = power::HandOverAt(*params_.shelf_batteries, load);
    margin_ = hand_overs_ == 0 ? h.margin() : std::min(margin_, h.margin());
    ++hand_overs_;
    g.carries = h.margin() >= 0.0 && load <= params_.shelf_batteries->pulse && g.energy > 0.0;
    failed_ += g.carries ? 0 : 1;
    events->push_back({now, g.carries ? "battery" : "dark", name,
                       g.carries ? fmt::format("its shelf batteries carry it from {:.1f} ms on; the supplies would have held {:.1f} ms",
                                               1e3 * h.takes, 1e3 * h.lasts)
                                 : "its shelf batteries do not take it"});
  } else if (g.carries && g.energy <= 0.0) {
    g.carries = false;
    events->push_back({now, "dark", name, "its shelf batteries are empty"});
  }
}

void Shelves::Settle(const PlantStep& step) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    groups_[i].energy -= step.groups[i].shelf * step.seconds;
    least_ = std::min(least_, groups_[i].energy / groups_[i].full);
  }
}

void Shelves::SetMetrics(MetricSet& m) const {
  if (hand_overs_ == 0) return;
  m.Set("site.shelf_battery.hand_overs", hand_overs_, "1");
  m.Set("site.shelf_battery.failed", failed_, "1");
  m.Set("site.shelf_battery.margin", margin_, "s");
  m.Set("site.shelf_battery.charge_min", std::max(0.0, least_), "1");
}

}  // namespace headroom::plant
