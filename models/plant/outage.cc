#include <algorithm>

#include "models/plant/plant.h"

namespace headroom::plant {
namespace {
constexpr double kSlack = 1e-9;
}

/// Begins and ends the faults that are due, and sets what is left of the site's units.
void Plant::SetFaults(Instant now) {
  const double t = now.seconds();
  bool changed = false, any = false;
  std::vector<const Fault*> active;
  for (std::size_t i = 0; i < params_.faults.size(); ++i) {
    const Fault& f = params_.faults[i];
    const bool on = t >= f.at - kSlack && t < f.at + f.lasts - kSlack;
    const double delay = LossDelay(params_, f);
    const bool lost = on && t >= f.at + delay - kSlack;
    any = any || on;
    if (lost) active.push_back(&f);
    if (lost != (fault_lost_[i] != 0)) {
      fault_lost_[i] = lost;
      changed = true;
      if (lost && delay > 0.0)
        events_.push_back({t, "trip", Where(f), "low level, its pumps stop"});
    }
    if (on == (fault_on_[i] != 0)) continue;
    fault_on_[i] = on;
    if (on) last_fault_ = t;
    if (on) ++faults_begun_;
    events_.push_back({t, on ? "fault" : "repair", Where(f),
                       on ? std::string(WordOf(f.kind).word) + ": " + WordOf(f.kind).text
                          : std::string(WordOf(f.kind).word) + " is over"});
  }
  if (changed) {
    health_ = HealthOf(params_, active);
    for (std::size_t k = 0; k < params_.cdus.size(); ++k) {
      network_.SetUnits(k, health_.cdu_units[k]);
      network_.SetValve(k, health_.valve_stuck[k] != 0, health_.bias[k]);
    }
    if (!params_.cdus.empty()) network_.SetTowers(health_.towers, health_.still);
    network_.SetChillers(health_.chillers);
    network_.SetPowered(!outage());
    bypass_ = false;
  }
  step_.faulty = any;
  const bool dark = outage() && (!site_.ups.valid() || bypass_ || ups_energy_ <= 0.0);
  if (outage() && changed && !dark)
    events_.push_back({t, "battery", "ups", "the UPS batteries carry the racks, cooling stands"});
  if (dark != dark_)
    events_.push_back({t, dark ? "dark" : "power", "racks",
                       dark ? "no feed and no battery" : "the racks have power again"});
  dark_ = dark;
}

double Plant::InService(power::BusId bus) const {
  if (dark_) return 0.0;
  if (outage()) return bus == site_.mechanical ? 0.0 : 1.0;
  if (bus == site_.ups) return bypass_ ? 0.0 : health_.ups;
  return health_.feeds;
}

/// Power from the loads as they stand. In an outage the stages above the UPS are dead and what the
/// UPS draws comes from its batteries; else these charge with what their charge time allows.
void Plant::SolvePower() {
  for (const power::BusId bus : site_.stages)
    site_.tree.SetInService(bus, InService(bus));
  double charge = 0.0;
  if (site_.ups.valid() && !outage() && ups_energy_ < params_.ups_energy && step_.seconds > 0.0)
    charge = std::min(params_.ups_energy / params_.ups_charge_time,
                      (params_.ups_energy - ups_energy_) / step_.seconds);
  if (site_.ups.valid()) site_.tree.SetLoad(site_.ups, charge);
  site_.tree.Solve();
  step_.ups_battery = outage() ? site_.tree.utility() : -charge;
  step_.site_load = outage() ? 0.0 : site_.tree.utility();
  step_.path_use = -1.0;
  const auto use = [&](power::BusId bus, double firm) {
    const power::StageParams& stage = site_.tree.stage(bus);
    const double able = stage.rating * stage.modules * std::min(firm, site_.tree.in_service(bus));
    return able > 0.0 ? site_.tree.output(bus) / able : site_.tree.output(bus) > 0.0 ? 1e9 : 0.0;
  };
  if (params_.feeds > 1 && site_.mechanical != site_.tree.root())
    step_.path_use = use(site_.mechanical, static_cast<double>(params_.feeds_needed) / params_.feeds);
  if (!site_.ups.valid()) return;
  const double spare = params_.ups_needed > 0
                           ? static_cast<double>(params_.ups_needed) / site_.tree.stage(site_.ups).modules
                           : 1.0;
  if (spare < 1.0) step_.path_use = std::max(step_.path_use, use(site_.ups, spare));
  if (health_.ups < 1.0 && !bypass_ && !dark_ && use(site_.ups, 1.0) > 1.0) {
    bypass_ = true;
    events_.push_back({step_.end, "bypass", "ups",
                       "the modules left cannot carry the load; it passes by the UPS"});
  }
}

void Plant::SetMetrics(MetricSet& metrics) const {
  totals_.SetMetrics(metrics);
  path_.SetMetrics(metrics);
  if (params_.faults.empty()) return;
  metrics.Set("site.faults", faults_begun_, "1");
  if (to_throttle_ >= 0.0) metrics.Set("site.ride_through.throttle", to_throttle_, "s");
  if (to_shutdown_ >= 0.0) metrics.Set("site.ride_through.shutdown", to_shutdown_, "s");
}

}  // namespace headroom::plant
