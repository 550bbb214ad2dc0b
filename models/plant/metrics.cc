#include <algorithm>
#include <utility>

#include "models/plant/totals.h"

namespace headroom::plant {
namespace {

/// ASHRAE class of facility water of `supply` [K] (TC 9.9: W17 to W45, W+).
const char* WaterClass(double supply) {
  constexpr double kSlack = 0.05;  // K, of a control at its set-point
  for (const auto& [limit, name] :
       {std::pair(17.0, "W17"), std::pair(27.0, "W27"), std::pair(32.0, "W32"),
        std::pair(40.0, "W40"), std::pair(45.0, "W45")})
    if (supply - 273.15 <= limit + kSlack) return name;
  return "W+";
}

}  // namespace

void PlantTotals::SetMetrics(MetricSet& m) const {
  m.Set("site.accelerators", accelerators_, "1");
  if (seconds_ <= 0.0) return;
  if (installed_ > 0.0) m.Set("site.utilisation", busy_ / installed_, "1");
  m.Set("site.power.mean", bill_.energy() / seconds_, "W");
  m.Set("site.power.peak", any_whole_ ? peak_ : cut_power_, "W");
  m.Set("site.power.min", any_whole_ ? min_ : cut_power_, "W");
  m.Set("site.power.it_mean", it_ / seconds_, "W");
  for (std::size_t i = 0; i < stages_.size(); ++i)
    m.Set("site.power.losses." + stages_[i], stage_energy_[i] / seconds_, "W");
  for (const auto& [part, joules] :
       {std::pair("accelerators", parts_.accelerators), std::pair("processors", parts_.processors), std::pair("memory", parts_.memory),
        std::pair("nics", parts_.nics), std::pair("host_other", parts_.host), std::pair("fans", parts_.fans),
        std::pair("rack_switches", parts_.switches), std::pair("fabric", parts_.fabric)})
    if (joules != 0.0) m.Set(std::string("site.power.parts.") + part, joules / seconds_, "W");
  for (const BoardStage& b : board_stages_)
    m.Set("site.power.board_losses." + b.name, b.loss / seconds_, "W");
  for (const auto& [ramp, window] :
       {std::pair(&ramp_second_, "1s"), std::pair(&ramp_minute_, "1min"),
        std::pair(&ramp_quarter_, "15min")}) {
    if (!ramp->valid()) continue;
    m.Set(std::string("site.power.ramp_up_max.") + window, ramp->up(), "W/s");
    m.Set(std::string("site.power.ramp_down_max.") + window, ramp->down(), "W/s");
  }
  if (coincident_ > 0.0) {
    double apart = 0.0;
    for (double peak : own_peak_) apart += peak;
    m.Set("site.power.coincident_peak", coincident_, "W");
    m.Set("site.power.noncoincident_peak", apart, "W");
  }
  m.Set("site.energy.total", bill_.energy(), "J");
  m.Set("site.energy.cost", energy_cost(), "USD");
  if (demand_price_ > 0.0) m.Set("site.energy.demand_charge", bill_.demand_cost(), "USD");
  m.Set("site.energy.carbon", carbon(), "kg");
  m.Set("site.energy.water", water(), "m^3");
  if (generated_ > 0.0) m.Set("site.energy.generated", generated_, "J");
  if (moving_ && bill_.energy() > 0.0) {
    m.Set("site.energy.price_mean", bill_.energy_cost() / (bill_.energy() / 3.6e9), "USD/MWh");
    m.Set("site.energy.carbon_mean", 1e3 * bill_.carbon() / (bill_.energy() / 3.6e6), "g/kWh");
  }
  const double used = energy() + from_store_;
  if (it_ > 0.0) {
    m.Set("site.pue", used / it_, "1");
    m.Set("site.wue", water_ / (it_ / 3.6e6), "L/kWh");
  }
  if (useful_ > 0.0) {
    m.Set("site.pue_end_to_end", used / useful_, "1");
    m.Set("site.itue", it_ / useful_, "1");
  }
  if (it_ > 0.0) m.Set("site.ere", (used - reused_) / it_, "1");
  if (reused_ > 0.0) m.Set("site.energy.reused", reused_, "J");
  m.Set("site.energy.chillers", chilling_, "J");
  if (free_ > 0.0) m.Set("site.cooling.economizer_share", free_ / (free_ + chilled_), "1");
  if (leakage_ != 0.0) m.Set("site.power.leakage", leakage_ / seconds_, "W");
  m.Set("site.cooling.supply_max", supply_max_ - 273.15, "degC");
  m.Set("site.cooling.return_max", return_max_ - 273.15, "degC");
  if (hot_max_ > 0.0) m.Set("site.cooling.case_max", hot_max_ - 273.15, "degC");
  if (hbm_max_ > 0.0) m.Set("site.cooling.hbm_max", hbm_max_ - 273.15, "degC");
  if (facility_max_ > 0.0) {
    m.Set("site.cooling.facility_supply_max", facility_max_ - 273.15, "degC");
    m.SetText("site.cooling.water_class", WaterClass(facility_ / seconds_));
    m.Set("site.cooling.facility_head_max", head_max_, "Pa");
    m.Set("site.cooling.tower_head_max", tower_head_max_, "Pa");
    m.Set("site.cooling.towers_mean", towers_in_use_ / seconds_, "1");
  }
  if (dew_margin_ < 1e3) m.Set("site.cooling.dew_margin", dew_margin_, "K");
  m.Set("site.cooling.throttled", throttled_, "s");
  SetHeadroom(m);
  m.Set("energy_balance_error", EnergyBalanceError(), "1");
}

void PlantTotals::SetHeadroom(MetricSet& m) const {
  const double peak = limit_changed_ ? peak_since_ : any_whole_ ? peak_ : cut_power_;
  const double feed_use = std::max({path_use_, feed_before_, limit_ > 0.0 ? peak / limit_ : -1.0});
  const std::string* binding = nullptr;
  double most = -1.0;
  double fixed = -1.0;
  std::vector<FixedUse> uses = {{"feed", feed_use}, {"busway", busway_use_}, {"liquid", liquid_use_},
                                {"flow", flow_use_}, {"air", air_use_}};
  for (const FixedUse& u : fixed_) {
    uses.push_back(u);
    fixed = std::max(fixed, u.use);
  }
  for (const auto& [name, use] : uses) {
    if (use < 0.0) continue;
    m.Set("site.headroom." + name, std::max(0.0, 1.0 - use), "1");
    if (use > most) {
      most = use;
      binding = &name;
    }
  }
  if (binding) m.SetText("site.binding", *binding);
  // Growing every load until the binding limit is met brings the feed to peak / most. Faults apart:
  // what they take away is not stranded.
  const double healthy = std::max({healthy_most_, fixed, limit_ > 0.0 ? healthy_peak_ / limit_ : -1.0});
  if (limit_ > 0.0 && healthy > 0.0 && !limit_changed_)
    m.Set("site.power.stranded", std::max(0.0, limit_ - healthy_peak_ / healthy), "W");
}

}  // namespace headroom::plant
