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
    if (!on) cooling_mended_ = true;
    if (on) ++faults_begun_;
    events_.push_back({t, on ? "fault" : "repair", Where(f),
                       on ? std::string(WordOf(f.kind).word) + ": " + WordOf(f.kind).text
                          : std::string(WordOf(f.kind).word) + " is over"});
  }
  if (nodes_.main_open() != main_open_) {
    main_open_ = nodes_.main_open();
    changed = true;
  }
  if (changed) {
    health_ = HealthOf(params_, active);
    nodes_.SetHealth(health_);
    for (std::size_t k = 0; k < params_.cdus.size(); ++k) {
      network_.SetUnits(k, health_.cdu_units[k]);
      network_.SetValve(k, health_.valve_stuck[k] != 0, health_.bias[k]);
    }
    if (!params_.cdus.empty()) network_.SetTowers(health_.towers, health_.still);
    network_.SetChillers(health_.chillers);
    if (on_fabric_) on_fabric_(health_.leaves, health_.spines, health_.cores);
    bypass_ = false;
  }
  step_.faulty = any;
  supply_.Choose(t, health_.utility && !nodes_.main_open(), site_.ups.valid() && !bypass_, health_.generators,
                 cooled_load_, path_.battery(), &events_);
  const bool pumps = params_.ups_pumps && supply_.source() == Source::kUps;
  if (supply_.cooled() != cooled_ || pumps != pumps_) {
    if (supply_.cooled()) cooling_mended_ = true;
    cooled_ = supply_.cooled();
    pumps_ = pumps;
    network_.SetPowered(cooled_, pumps_);
  }
  for (std::size_t i = 0; i < racks_.size(); ++i)
    shelves_.Choose(t, i, Fed(i), health_.lost[i] != 0, step_.groups[i], &events_);
  any_dark_ = AnyDark();
  if (any_dark_ && last_fault_ >= 0.0 && to_dark_ < 0.0) to_dark_ = t - last_fault_;
}

/// Whether racks are dark that are not lost themselves.
bool Plant::AnyDark() const {
  for (std::size_t i = 0; i < racks_.size(); ++i)
    if (dark(i) && health_.lost[i] == 0) return true;
  return false;
}

double Plant::InService(power::BusId bus) const {
  const Source source = supply_.source();
  if (source == Source::kNone) return 0.0;
  // Generators and UPS batteries stand behind the transformers.
  if (bus == site_.mechanical && source != Source::kUtility && source != Source::kBattery) return 0.0;
  if (bus == site_.ups) return bypass_ ? 0.0 : health_.ups;
  return health_.feeds;
}

/// Power from the loads as they stand, and which source gives it. UPS batteries give at the UPS's input and charge behind it,
/// with what their charge time and the source allow.
void Plant::SolvePower() {
  for (const power::BusId bus : site_.stages)
    site_.tree.SetInService(bus, InService(bus));
  const Source source = supply_.source();
  const bool ups = site_.ups.valid();
  const auto solve = [&](double charge) {
    if (ups) site_.tree.SetLoad(site_.ups, charge);
    site_.tree.Solve();
    return site_.tree.utility();
  };
  double charge = 0.0;
  step_.source = source;
  step_.generator = step_.supply_limit = 0.0;
  overloaded_ = false;
  if (source == Source::kUtility && ups && !bypass_) charge = supply_.Charge(step_.seconds, 1e300);
  step_.site_load = solve(charge);
  step_.ups_battery = -charge;
  if (source == Source::kUps) step_.ups_battery = step_.site_load;
  if (source == Source::kGenerators) {
    const double able = supply_.Available(step_.end - step_.seconds);
    const double lacks = std::max(0.0, step_.site_load - able);
    const double given = ups && !bypass_ && supply_.ups_energy() > 0.0 ? std::min(lacks, site_.tree.input(site_.ups)) : 0.0;
    overloaded_ = lacks > given * (1.0 + kSlack) + kSlack;
    // A tenth is kept for what charging loses on its way.
    if (lacks == 0.0 && ups && !bypass_) {
      charge = supply_.Charge(step_.seconds, 0.9 * (able - step_.site_load));
      if (charge > 0.0) step_.site_load = solve(charge);
    }
    step_.ups_battery = given > 0.0 ? given : -charge;
    step_.generator = step_.site_load - given;
    step_.supply_limit = supply_.Rated();
  }
  if (source == Source::kNone) step_.site_load = 0.0;
  ups_input_ = ups ? site_.tree.input(site_.ups) : 0.0;
  step_.path_use = -1.0;
  const auto use = [&](power::BusId bus, double firm) {
    const power::StageParams& stage = site_.tree.stage(bus);
    const double able = stage.rating * stage.modules * std::min(firm, site_.tree.in_service(bus));
    return able > 0.0 ? site_.tree.output(bus) / able : site_.tree.output(bus) > 0.0 ? 1e9 : 0.0;
  };
  const bool grid = source == Source::kUtility || source == Source::kBattery;
  if (params_.feeds > 1 && site_.mechanical != site_.tree.root() && grid)
    step_.path_use = use(site_.mechanical, static_cast<double>(params_.feeds_needed) / params_.feeds);
  if (!ups || source == Source::kNone) return;
  const double spare = params_.ups_needed > 0
                           ? static_cast<double>(params_.ups_needed) / site_.tree.stage(site_.ups).modules
                           : 1.0;
  if (spare < 1.0) step_.path_use = std::max(step_.path_use, use(site_.ups, spare));
  if (health_.ups < 1.0 && !bypass_ && use(site_.ups, 1.0) > 1.0) {
    bypass_ = true;
    events_.push_back({step_.end, "bypass", "ups",
                       "the modules left cannot carry the load; it passes by the UPS"});
  }
}

void Plant::LevelUps() {
  power::Bess* leveller = supply_.leveller();
  if (!leveller || supply_.source() != Source::kUtility || bypass_) return;
  leveller->Advance(ups_input_, step_.seconds);
  site_.tree.SetLoad(site_.mechanical, step_.cooling.power.total() + leveller->power());
  site_.tree.Solve();
  step_.site_load = site_.tree.utility();
  step_.ups_battery -= leveller->power();
}

void Plant::SetMetrics(MetricSet& metrics) const {
  totals_.SetMetrics(metrics);
  path_.SetMetrics(metrics);
  nodes_.SetMetrics(metrics);
  supply_.SetMetrics(metrics);
  shelves_.SetMetrics(metrics);
  if (params_.faults.empty()) return;
  metrics.Set("site.faults", faults_begun_, "1");
  if (to_throttle_ >= 0.0) metrics.Set("site.ride_through.throttle", to_throttle_, "s");
  if (to_shutdown_ >= 0.0) metrics.Set("site.ride_through.shutdown", to_shutdown_, "s");
  if (to_dark_ >= 0.0) metrics.Set("site.ride_through.dark", to_dark_, "s");
}

void Plant::WriteTables(Recorder& recorder) const {
  path_.WriteTables(recorder);
  nodes_.WriteTable(recorder);
}

}  // namespace headroom::plant
