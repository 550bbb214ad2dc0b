#include "models/plant/record.h"

#include <algorithm>

namespace headroom::plant {
namespace {

std::vector<std::string> GroupNames(const PlantParams& params) {
  std::vector<std::string> names;
  for (const auto& g : params.groups) names.push_back(g.name);
  return names;
}

std::vector<std::string> CduNames(const PlantParams& params) {
  std::vector<std::string> names;
  for (const auto& c : params.cdus) names.push_back(c.name);
  return names;
}

const std::vector<std::string> kCooling = {"cdu-pumps",  "facility-pump", "tower-pumps",
                                           "tower-fans", "crah-fans",     "chillers",
                                           "trim-chillers"};
const std::vector<std::string> kLoop = {"facility-supply", "facility-return", "tower-water",
                                        "air-supply", "air-return"};

}  // namespace

PlantRecord::Series PlantRecord::Announce(const char* name, const char* units, const char* text,
                                          const char* dimension,
                                          const std::vector<std::string>& entities) {
  Series s;
  s.id = recorder_.AddSeries({name, units, text, "time: mean", dimension, entities});
  s.sums.assign(entities.empty() ? 1 : entities.size(), 0.0);
  return s;
}

PlantRecord::PlantRecord(Recorder& recorder, const PlantParams& params,
                         const std::vector<std::string>& stages)
    : recorder_(recorder), params_(params), installed_(params.groups.size(), 0.0) {
  const auto groups = GroupNames(params);
  utility_ = Announce("site_power", "W", "Power at the utility", "", {});
  it_ = Announce("it_power", "W", "Power at the racks' inlets", "", {});
  losses_ = Announce("conversion_loss", "W", "Loss of each conversion stage", "stage", stages);
  cooling_ = Announce("cooling_power", "W", "Electric power of the cooling plant", "cooling_part",
                      kCooling);
  group_ = Announce("rack_group_power", "W", "Power at the inlets of a group of racks",
                    "rack_group", groups);
  die_ = Announce("die_temperature", "degC", "Die temperature of the accelerators under work",
                  "rack_group", groups);
  clock_ =
      Announce("clock", "1", "Share of the full clock that the plant allows", "rack_group", groups);
  utilisation_ = Announce("utilisation", "1", "Busy share of the installed accelerators",
                          "rack_group", groups);
  if (!params.cdus.empty()) {
    supply_ = Announce("rack_supply_temperature", "degC", "Coolant entering the racks", "cdu",
                       CduNames(params));
    return_ = Announce("rack_return_temperature", "degC", "Coolant leaving the racks", "cdu",
                       CduNames(params));
  }
  loop_ = Announce("loop_temperature", "degC", "Water and air of the facility", "loop", kLoop);
  if (params.path.bess) {
    battery_ = Announce("battery_power", "W", "Power into the site's battery", "", {});
    charge_ = Announce("battery_charge", "1", "Share of the battery's energy", "", {});
  }
  const bool lost = std::any_of(params.faults.begin(), params.faults.end(), [](const Fault& f) {
    return f.kind == FaultKind::kUtilityLoss || f.kind == FaultKind::kFeedLoss;
  });
  if (params.generators || params.shelf_batteries || params.ups_smoothing || lost)
    sources_ = Announce("supply_power", "W", "Power from each source; below 0: into its batteries", "source",
                       {"utility", "generators", "bess", "ups", "shelves"});
  if (!params.tariff.energy.constant())
    price_ = Announce("energy_price", "USD/MWh", "Price of energy at the utility", "", {});
  if (!params.tariff.carbon.constant())
    carbon_ = Announce("carbon_intensity", "g/kWh", "CO2e of energy at the utility", "", {});
  pue_ = recorder_.AddSeries(
      {"pue", "1", "Power at the utility over power at the racks", "time: mean", "", {}});
}

void PlantRecord::Add(const PlantStep& s, const cooling::HeatNetwork& n) {
  const double dt = s.seconds;
  seconds_ += dt;
  utility_.sums[0] += s.utility * dt;
  it_.sums[0] += s.it * dt;
  if (!battery_.sums.empty()) {
    battery_.sums[0] += s.battery * dt;
    charge_.sums[0] += s.charge * dt;
  }
  if (!sources_.sums.empty()) {
    double shelves = 0.0;
    for (const auto& g : s.groups) shelves += g.shelf;
    std::size_t source = 0;
    for (const double x : {s.utility, s.generator, -s.battery, s.ups_battery, shelves}) sources_.sums[source++] += x * dt;
  }
  const double from = s.end - dt;
  if (!price_.sums.empty()) price_.sums[0] += params_.tariff.energy.Mean(from, s.end) * 3.6e9 * dt;
  if (!carbon_.sums.empty()) carbon_.sums[0] += params_.tariff.carbon.Mean(from, s.end) * 3.6e9 * dt;
  for (std::size_t i = 0; i < losses_.sums.size(); ++i) losses_.sums[i] += s.stage_losses[i] * dt;
  const auto& p = s.cooling.power;
  std::size_t part = 0;
  for (double x :
       {p.cdu_pumps, p.facility_pump, p.tower_pumps, p.tower_fans, p.crah_fans, p.chillers,
        p.trim_chillers})
    cooling_.sums[part++] += x * dt;
  for (std::size_t i = 0; i < s.groups.size(); ++i) {
    const auto& g = s.groups[i];
    group_.sums[i] += g.power * dt;
    die_.sums[i] += (g.hot - 273.15) * dt;
    clock_.sums[i] += g.clock * dt;
    utilisation_.sums[i] += g.busy;
    installed_[i] += g.installed;
  }
  for (std::size_t k = 0; k < supply_.sums.size(); ++k) {
    supply_.sums[k] += (n.rack_supply(k) - 273.15) * dt;
    return_.sums[k] += (n.rack_return(k) - 273.15) * dt;
  }
  part = 0;
  for (double t :
       {n.cdu_supply(), n.facility_return(), n.tower_water(), n.air_supply(), n.air_return()})
    loop_.sums[part++] += (t - 273.15) * dt;
}

void PlantRecord::Put() {
  if (seconds_ == 0.0) return;
  if (it_.sums[0] > 0.0) recorder_.Put(pue_, 0, utility_.sums[0] / it_.sums[0]);
  for (std::size_t i = 0; i < installed_.size(); ++i) {
    if (installed_[i] > 0.0)
      recorder_.Put(utilisation_.id, i, utilisation_.sums[i] / installed_[i]);
    installed_[i] = utilisation_.sums[i] = 0.0;
  }
  for (Series* s : {&utility_, &it_, &losses_, &cooling_, &group_, &die_, &clock_, &supply_,
                    &return_, &loop_, &battery_, &charge_, &sources_, &price_, &carbon_}) {
    for (std::size_t i = 0; i < s->sums.size(); ++i) {
      const bool no_dies = s == &die_ && !params_.groups[i].port;
      if (!no_dies) recorder_.Put(s->id, i, s->sums[i] / seconds_);
      s->sums[i] = 0.0;
    }
  }
  seconds_ = 0.0;
}

}  // namespace headroom::plant
