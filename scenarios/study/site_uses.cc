#include "scenarios/study/site_uses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/plant/plant.h"
#include "models/power/conversion.h"
#include "scenarios/build/plant_builder.h"
#include "scenarios/build/site_limits.h"

namespace headroom::study {
namespace {

using scenario::BuildContext;

constexpr LimitText kTexts[kLimits] = {
    {"feed", "utility feed", "W", "site.power.utility.limit"},
    {"feed", "transformers and UPS", "%", "site.power.distribution.block"},
    {"busway", "PDUs", "%", "site.power.distribution.busway"},
    {"busway", "busways", "1", "site.limits.busway.count"},
    {"liquid", "CDUs", "1", "site.limits.cdus"},
    {"liquid", "heat rejection", "W", "site.cooling.liquid.count"},
    {"air", "air cooling", "W", "site.cooling.air.count"},
    {"space", "floor space", "1", "site.limits.racks"},
    {"weight", "weight", "kg", "site.limits.mass"},
    {"ports", "switch ports", "1", "site.limits.ports"},
};

constexpr double kYear = 8760.0;    // h
constexpr double kSettle = 60.0;    // s of coupled plant after the network's own steady state
constexpr double kSwitchPorts = 64; // that one more switch brings

cooling::Outdoors WorstOf(const cooling::Weather& weather) {
  cooling::Outdoors worst = weather.At(Instant());
  for (double h = 1.0; h < kYear; h += 1.0) {
    const cooling::Outdoors now = weather.At(Instant::FromSeconds(h * 3600.0));
    worst.dry_bulb = std::max(worst.dry_bulb, now.dry_bulb);
    worst.wet_bulb = std::max(worst.wet_bulb, now.wet_bulb);
  }
  return worst;
}

/// Load behind the rack's rectifier that draws `inlet` in front of it.
double BehindRectifier(const power::StageParams& rectifier, double inlet) {
  power::StageParams stage = rectifier;
  if (stage.rating <= 0.0) stage.rating = inlet;
  const power::ConversionStage conversion(stage);
  double load = inlet;
  for (int i = 0; i < 50; ++i) load = std::max(0.0, inlet - conversion.Loss(load));
  return load;
}

/// The sheets of a system under a name of its own, with the draw of its rack as their nameplate.
void SetDraw(schema::System* system, double rack_draw, catalog::Library* library) {
  catalog::Sheet sheet;
  const std::string name = system->type() + "@" + system->name();
  if (library->Has("rack", system->type())) {
    *sheet.mutable_rack() = library->rack(system->type());
    sheet.mutable_rack()->set_name(name);
    sheet.mutable_rack()->set_nameplate(rack_draw);
  } else {
    *sheet.mutable_node() = library->node(system->type());
    const std::uint32_t per_rack = system->has_per_rack() ? system->per_rack() : sheet.node().per_rack();
    sheet.mutable_node()->set_name(name);
    sheet.mutable_node()->set_nameplate(rack_draw / per_rack);
  }
  library->Add(sheet);
  system->set_type(name);
}

std::uint32_t PerRack(const schema::System& system, const catalog::Library& library) {
  if (library.Has("rack", system.type())) return 1;
  return system.has_per_rack() ? system.per_rack() : library.node(system.type()).per_rack();
}

}  // namespace

const LimitText& TextOf(Limit limit) { return kTexts[static_cast<std::size_t>(limit)]; }

bool SiteUses::fits() const {
  return refused.empty() && std::none_of(limits.begin(), limits.end(), [](const LimitUse& l) { return l.exceeded(); });
}

SizedSite::SizedSite(const scenario::Prepared& prepared, std::vector<double> draw)
    : scenario_(prepared.loaded.scenario),
      library_(prepared.library),
      folder_(prepared.loaded.folder),
      draw_(std::move(draw)) {
  scenario_.clear_workloads();
  scenario_.mutable_site()->clear_faults();
  scenario_.mutable_site()->clear_failures();
  scenario_.mutable_site()->mutable_power()->clear_bess();
  scenario_.mutable_site()->mutable_power()->clear_smoothing();
  scenario_.mutable_site()->mutable_power()->clear_shelf_storage();
  scenario_.mutable_site()->mutable_power()->clear_grid();
  scenario_.mutable_record()->clear_windows();
  Diagnostics diagnostics;
  const BuildContext context{scenario_, library_, prepared.loaded.places, diagnostics, folder_};
  const auto systems = scenario::TakeStock(context);
  const auto facility = scenario::BuildFacility(context, systems);
  diagnostics.ThrowIfErrors();
  const auto groups = scenario::MakeLoadGroups(systems, {}, facility.cdu_of_rack);
  std::unique_ptr<cooling::Weather> weather;
  scenario::MakePlantParams(context, systems, groups, facility, weather);
  diagnostics.ThrowIfErrors();
  design_ = WorstOf(*weather);
  schema::Weather* held = scenario_.mutable_site()->mutable_cooling()->mutable_weather();
  held->clear_file();
  held->clear_start();
  held->clear_offset();
  held->set_dry_bulb(design_.dry_bulb);
  held->set_wet_bulb(design_.wet_bulb);
  for (int i = 0; i < scenario_.site().systems_size(); ++i)
    SetDraw(scenario_.mutable_site()->mutable_systems(i), draw_[i], &library_);
}

SiteUses SizedSite::With(const std::vector<std::uint32_t>& racks) const {
  schema::Scenario sized = scenario_;
  auto& list = *sized.mutable_site()->mutable_systems();
  std::vector<double> draw;
  for (int i = 0, kept = 0; i < static_cast<int>(racks.size()); ++i) {
    if (racks[i] == 0) {
      list.DeleteSubrange(kept, 1);
      continue;
    }
    list[kept].set_count(racks[i] * PerRack(list[kept], library_));
    draw.push_back(draw_[i]);
    ++kept;
  }
  SiteUses out;
  const schema::Limits& limits = sized.site().limits();
  out[Limit::kFeed].has = sized.site().power().utility().limit();
  out[Limit::kBusway].has = limits.busway().count();
  out[Limit::kCdus].has = limits.cdus();
  out[Limit::kSpace].has = limits.racks();
  out[Limit::kWeight].has = limits.mass();
  out[Limit::kPorts].has = limits.ports();
  const schema::Cooling& cooling = sized.site().cooling();
  if (cooling.air().has_count())
    out[Limit::kAir].has = cooling.air().count() * library_.chiller(cooling.air().type()).capacity();
  if (list.empty()) return out;

  const config::SourceMap nowhere;
  Diagnostics diagnostics;
  const BuildContext context{sized, library_, nowhere, diagnostics, folder_};
  const auto systems = scenario::TakeStock(context);
  const auto facility = scenario::BuildFacility(context, systems);
  if (!diagnostics.ok()) {
    const Finding& first = diagnostics.errors().front();
    out.refused = first.path + ": " + first.message;
    return out;
  }
  const auto groups = scenario::MakeLoadGroups(systems, {}, facility.cdu_of_rack);
  std::unique_ptr<cooling::Weather> weather;
  plant::PlantParams params = scenario::MakePlantParams(context, systems, groups, facility, weather);
  diagnostics.ThrowIfErrors();
  for (std::size_t g = 0; g < groups.groups.size(); ++g) {
    const scenario::LoadGroup& group = groups.groups[g];
    const scenario::SystemStock& s = systems[group.system];
    plant::LoadGroupParams& load = params.groups[g];
    const double filled = static_cast<double>(group.nodes) / (group.racks * s.nodes_per_rack);
    load.port = nullptr;
    load.nodes = 0.0;
    load.node = {};
    load.switch_power = BehindRectifier(params.rectifier, draw[group.system] * filled);
  }
  if (cooling.liquid().has_count())
    out[Limit::kTowers].has =
        params.towers * (out.rejection_unit = params.reject == cooling::Reject::kTower ? params.tower.capacity : params.dry_cooler.capacity);
  // At the limit nothing may cap: the question is what the racks would draw.
  params.at_limit = plant::AtLimit::kReport;
  params.inlet_limit = std::numeric_limits<double>::infinity();  // the limit of air cooling says what is too much
  Engine engine;
  plant::Plant plant(engine, params);
  plant.Start();
  engine.Run(Instant::FromSeconds(kSettle));
  const plant::PlantStep& step = plant.last();

  const scenario::SiteTake take = scenario::TakeOf(facility);
  out[Limit::kFeed].used = step.utility;
  // Spare paths and modules carry nothing here: what is left must do.
  for (const auto& [limit, use] : {std::pair(Limit::kUnits, step.path_use), {Limit::kPdus, step.busway_use}})
    if (use >= 0.0) out[limit] = {1.0, use};
  out[Limit::kBusway].used = take.busways;
  out[Limit::kCdus].used = take.cdus;
  out[Limit::kTowers].used = step.cooling.tower_heat;
  // What asks for cooling: the chillers themselves never take more than they can.
  double to_air = step.room_heat + step.cooling.power.crah_fans;
  out[Limit::kSpace].used = take.racks;
  out[Limit::kWeight].used = take.mass;
  out[Limit::kPorts].used = take.ports;
  for (std::size_t g = 0; g < params.groups.size(); ++g) {
    const plant::LoadGroupParams& group = params.groups[g];
    const double power = step.groups[g].power;
    (g < groups.groups.size() ? out.racks : out.network) += power;
    to_air += power * (1.0 - (group.cdu >= 0 ? group.liquid_share : 0.0));
  }
  out[Limit::kAir].used = to_air;
  out.cooling = step.cooling.power.total();
  out.losses = step.utility - out.racks - out.network - out.cooling;
  out.heaviest = take.rack_mass;
  for (const scenario::SystemStock& s : systems) out.accelerators += s.accelerators();
  for (std::size_t k = 0; k < plant.network().cdu_count(); ++k)
    out.supply_over = std::max(out.supply_over, plant.network().rack_supply(k) - params.rack_supply);
  for (const topology::System& s : facility.site->systems()) {
    const catalog::Cdu& cdu = library_.cdu(cooling.cdu().type());
    const double heat = s.spec.rack_nameplate * s.spec.liquid_share;
    if (heat > 0.0 && s.spec.rack_coolant / cdu.rack_flow() > heat / cdu.capacity()) out.flow_binds = true;
  }
  return out;
}

SizedSite SizedSite::OneMore(Limit limit, double* unit) const {
  SizedSite more = *this;
  schema::Site& site = *more.scenario_.mutable_site();
  schema::Limits& limits = *site.mutable_limits();
  const auto add = [&](auto set, double now, double by) {
    *unit = by;
    set(now + by);
  };
  switch (limit) {
    case Limit::kFeed: {
      const double now = site.power().utility().limit();
      *unit = now >= 5e6 ? 1e6 : 1e5;
      site.mutable_power()->mutable_utility()->set_limit(now + *unit);
      break;
    }
    case Limit::kUnits:
    case Limit::kPdus:
      *unit = 0.0;
      break;
    case Limit::kBusway:
      add([&](double n) { limits.mutable_busway()->set_count(n); }, limits.busway().count(), 1);
      break;
    case Limit::kCdus: add([&](double n) { limits.set_cdus(n); }, limits.cdus(), 1); break;
    case Limit::kTowers:
      site.mutable_cooling()->mutable_liquid()->set_count(site.cooling().liquid().count() + 1);
      *unit = 0.0;
      break;
    case Limit::kAir:
      site.mutable_cooling()->mutable_air()->set_count(site.cooling().air().count() + 1);
      *unit = library_.chiller(site.cooling().air().type()).capacity();
      break;
    case Limit::kSpace: add([&](double n) { limits.set_racks(n); }, limits.racks(), 1); break;
    case Limit::kWeight: add([&](double n) { limits.set_mass(n); }, limits.mass(), 1000.0); break;
    case Limit::kPorts: add([&](double n) { limits.set_ports(n); }, limits.ports(), kSwitchPorts); break;
  }
  return more;
}

}  // namespace headroom::study
