#include "scenarios/build/cooling_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "models/cooling/coolant.h"
#include "scenarios/build/facility_builder.h"
#include "scenarios/read/weather/weather_reader.h"

namespace headroom::scenario {
namespace {

cooling::Coolant CoolantOf(const catalog::Cdu& sheet) {
  return sheet.coolant() == "water" ? cooling::Coolant::kWater : cooling::Coolant::kPg25;
}

cooling::CduParams CduOf(const catalog::Cdu& sheet, int number) {
  cooling::CduParams c;
  c.name = fmt::format("cdu-{}", number);
  c.capacity = sheet.capacity();
  c.approach = sheet.approach();
  c.rack_flow = sheet.rack_flow();
  c.facility_flow = sheet.facility_flow();
  c.pump_power = sheet.pump_power();
  c.volume = sheet.volume();
  c.coolant = CoolantOf(sheet);
  c.internal_share = sheet.internal_head();
  if (sheet.pump_head_size() > 0) c.pump_curve.clear();
  for (int i = 0; i < sheet.pump_head_size(); ++i) c.pump_curve.push_back({0.25 * i, sheet.pump_head(i)});
  return c;
}

/// The chiller of a sheet, by its curves where it has them.
cooling::ChillerParams ChillerOf(const BuildContext& context, const std::string& path, const catalog::Chiller& sheet) {
  cooling::ChillerParams c;
  c.capacity = sheet.capacity();
  c.cop = sheet.cop();
  c.reference_condenser = sheet.reference_condenser();
  c.cop_slope = sheet.cop_slope();
  c.condenser = sheet.condenser() == "water" ? cooling::Condenser::kWater : cooling::Condenser::kAir;
  const int curves = sheet.capacity_curve_size() + sheet.eir_curve_size() + sheet.load_curve_size();
  if (curves == 0) return c;
  if (sheet.capacity_curve_size() != 6 || sheet.eir_curve_size() != 6 || sheet.load_curve_size() != 3) {
    context.Error(path, fmt::format("{} has {}, {} and {} coefficients in capacity_curve, eir_curve and load_curve; they "
                                    "are 6, 6 and 3",
                                    sheet.name(), sheet.capacity_curve_size(), sheet.eir_curve_size(),
                                    sheet.load_curve_size()));
    return c;
  }
  c.curves = true;
  c.eir.capacity = sheet.capacity();
  c.eir.cop = sheet.cop();
  std::copy_n(sheet.capacity_curve().begin(), 6, c.eir.capacity_curve.begin());
  std::copy_n(sheet.eir_curve().begin(), 6, c.eir.eir_by_temperature.begin());
  std::copy_n(sheet.load_curve().begin(), 3, c.eir.eir_by_load.begin());
  c.eir.plr_min = c.eir.plr_min_unloading = sheet.least_load();
  c.eir.plr_max = sheet.most_load();
  return c;
}

int Units(double due, double capacity) {
  return due <= 0.0 ? 0 : static_cast<int>(std::max(1.0, std::ceil(due / capacity)));
}

/// Towers or dry coolers for `liquid` W.
void SetRejection(const BuildContext& context, double liquid, plant::PlantParams* p) {
  const schema::Rejection& written = context.scenario.site().cooling().liquid();
  const bool dry = written.reject() == "dry-cooler";
  const char* const kind = dry ? "dry_cooler" : "tower";
  const std::string type = !written.type().empty() ? written.type() : dry ? "dry-cooler-1mw" : "tower-2mw";
  if (!context.library.Has(kind, type)) {
    context.Error("site.cooling.liquid.type", fmt::format("{} is no {}; reject is {}", type, kind, written.reject()));
    return;
  }
  double capacity = 0.0;
  if (dry) {
    const catalog::DryCooler& sheet = context.library.dry_cooler(type);
    p->reject = cooling::Reject::kDryCooler;
    p->dry_cooler.capacity = capacity = sheet.capacity();
    p->dry_cooler.entering = sheet.entering();
    p->dry_cooler.leaving = sheet.leaving();
    p->dry_cooler.air = sheet.air();
    p->dry_cooler.air_rise = sheet.air_rise();
    p->dry_cooler.fan_share = sheet.fan_power() / sheet.capacity();
    p->dry_cooler.pump_power = sheet.pump_power();
  } else {
    const catalog::Tower& sheet = context.library.tower(type);
    p->reject = written.law() == "york-calc" ? cooling::Reject::kYorkTower : cooling::Reject::kTower;
    p->tower.capacity = capacity = sheet.capacity();
    p->tower.design_wet_bulb = sheet.design_wet_bulb();
    p->tower.approach = sheet.approach();
    p->tower.range = sheet.range();
    p->tower.fan_power = sheet.fan_power();
    p->tower.pump_power = sheet.pump_power();
  }
  p->towers = p->cdus.empty() ? 0 : written.has_count() ? static_cast<int>(written.count()) : Units(liquid, capacity);
  p->loop.staging = written.staging() == "load";
  if (written.has_supply()) p->loop.supply = written.supply();
  if (written.has_tower_supply()) p->loop.tower_supply = written.tower_supply();
  if (written.has_chillers()) {
    p->trim.count = static_cast<int>(written.chillers().count());
    p->trim.chiller = ChillerOf(context, "site.cooling.liquid.chillers.type",
                                context.library.chiller(written.chillers().type()));
  }
}

/// Whether the racks' coolant stays within what they are made for at nameplate.
void CheckRise(const BuildContext& context, const plant::PlantParams& p) {
  constexpr double kBoiling = 368.15;  // K
  for (std::size_t k = 0; k < p.cdus.size(); ++k) {
    const cooling::CduParams& cdu = p.cdus[k];
    double asked = 0.0, heat = 0.0, needed = 0.0;
    int racks = 0;
    const double c = cooling::SpecificHeat(cdu.coolant, p.rack_supply);
    for (const plant::LoadGroupParams& g : p.groups) {
      if (g.cdu != static_cast<int>(k)) continue;
      const double own = g.racks * g.nameplate * g.liquid_share;
      racks += g.racks;
      asked += g.racks * g.coolant_flow;
      heat += own;
      needed += own / (c * g.largest_rise);
    }
    const double given = std::min(asked, cdu.rack_flow);
    if (given <= 0.0) continue;
    const double rise = heat / (c * given);
    const std::string what = fmt::format(
        "{} serves {} racks that ask for {:.1f} kg/s of coolant and is rated for {:.1f}; at nameplate it would warm by "
        "{:.1f} K",
        cdu.name, racks, asked, cdu.rack_flow, rise);
    if (p.rack_supply + rise > kBoiling) {
      context.Error("site.cooling.cdu.per_racks", what + " and boil");
    } else if (needed > cdu.rack_flow * (1.0 + 1e-9)) {
      context.Warning("site.cooling.cdu.per_racks",
                      what + fmt::format(", more than the {:.0f} K that the racks are made for", heat / (c * needed)));
    }
  }
}

}  // namespace

double RackFlow(const SystemStock& s, const catalog::Cdu& cdu, double supply) {
  const double heat = RackNameplate(s) * s.liquid_share();
  if (heat <= 0.0) return 0.0;
  const cooling::Coolant coolant = CoolantOf(cdu);
  if (s.rack && s.rack->has_coolant_flow()) return s.rack->coolant_flow() * cooling::Density(coolant, supply);
  const double rise = s.rack ? s.rack->coolant_rise() : 10.0;
  return heat / (cooling::SpecificHeat(coolant, supply) * rise);
}

void SetCooling(const BuildContext& context, const std::vector<SystemStock>& systems, int cdus,
                plant::PlantParams* p) {
  const schema::Cooling& cooling = context.scenario.site().cooling();
  const catalog::Cdu& cdu = context.library.cdu(cooling.cdu().type());
  if (cdu.pump_head_size() != 0 && cdu.pump_head_size() != 5)
    context.Error("site.cooling.cdu.type",
                  fmt::format("{} has {} values in pump_head; they are 5", cdu.name(), cdu.pump_head_size()));
  for (int i = 0; i < cdus; ++i) p->cdus.push_back(CduOf(cdu, i + 1));
  const std::string& spares = cooling.cdu().redundancy();
  p->cdus_shared = spares == "N+1";
  p->cdu_units = cdus == 0 ? 0 : spares == "N+1" ? cdus + 1 : spares == "2N" ? 2 * cdus : cdus;
  for (cooling::CduParams& c : p->cdus) c.units = static_cast<double>(p->cdu_units) / cdus;
  p->rack_supply = cooling.rack_supply();

  double liquid = 0.0, air = 0.0;
  for (const SystemStock& s : systems) {
    liquid += s.nameplate() * s.liquid_share();
    air += s.nameplate() * (1.0 - s.liquid_share());
  }
  SetRejection(context, liquid, p);
  if (cooling.has_pipes() && p->cdus.empty()) context.Error("site.cooling.pipes", "carry water to CDUs, and nothing is liquid-cooled");
  if (cooling.has_pipes()) {
    double flow = 0.0;
    for (const cooling::CduParams& c : p->cdus) flow += c.facility_flow;
    const schema::Pipes& pipes = cooling.pipes();
    p->loop = cooling::WithPipes(p->loop, {pipes.length(), pipes.has_diameter() ? pipes.diameter() : 0.0, pipes.fittings()}, flow);
  }
  for (plant::LoadGroupParams& g : p->groups)
    if (g.cdu >= 0) g.least_flow = cooling::LeastFlow(cooling.cdu().header_drop());
  if (cooling.has_reuse()) p->reuse = {cooling.reuse().demand(), cooling.reuse().least()};

  const catalog::Chiller& chiller = context.library.chiller(cooling.air().type());
  p->air.supply = cooling.air().supply();
  p->hall_dew_point = cooling.air().dew_point();
  p->inlet_limit = cooling.air().inlet_limit();
  p->chiller_restart = cooling.air().restart();
  p->air.chiller = ChillerOf(context, "site.cooling.air.type", chiller);
  const std::string& economizer = cooling.air().economizer();
  if (economizer == "water") p->air.economizer = cooling::Economizer::kWater;
  if (economizer == "air") p->air.economizer = cooling::Economizer::kAir;
  p->air.chillers = cooling.air().has_count() ? static_cast<int>(cooling.air().count())
                                              : Units(1.1 * air, chiller.capacity());
  CheckRise(context, *p);
}

std::unique_ptr<cooling::Weather> WeatherOf(const BuildContext& context) {
  const std::string path = "site.cooling.weather";
  const schema::Weather& weather = context.scenario.site().cooling().weather();
  if (weather.file().empty()) {
    for (const auto& [key, there] : {std::pair{".start", !weather.start().empty() && !weather.has_swing()}, {".offset", weather.has_offset()}})
      if (there) context.Error(path + key, "belongs to a weather file, and there is none");
    if (weather.wet_bulb() > weather.dry_bulb()) {
      context.Error(path + ".wet_bulb", "is above the dry bulb");
      return nullptr;
    }
    const cooling::Outdoors mean{weather.dry_bulb(), weather.wet_bulb()};
    if (!weather.has_swing()) return std::make_unique<cooling::ConstantWeather>(mean);
    const schema::WeatherSwing& s = weather.swing();
    const auto start = weather.start().empty() ? std::optional(0.0) : HourOfYear(weather.start(), 8760);
    if (!start) {
      context.Error(path + ".start", fmt::format("'{}' is no date and time such as 2026-07-15T00:00:00", weather.start()));
      return nullptr;
    }
    return std::make_unique<cooling::SwingWeather>(
        cooling::WeatherSwing{mean, s.daily(), s.hottest(), s.seasonal(), s.hottest_day(), s.wet_share(), *start * 3600.0});
  }
  if (weather.has_swing()) context.Error(path + ".swing", "belongs to constant bulbs, and there is a weather file");
  const std::filesystem::path file = std::filesystem::path(context.folder) / weather.file();
  const std::size_t errors = context.diagnostics.errors().size();
  auto hours = ReadWeather(file.lexically_normal().string(), context.diagnostics);
  if (context.diagnostics.errors().size() > errors) return nullptr;
  const auto start = weather.start().empty() ? std::optional(0.0) : HourOfYear(weather.start(), hours.size());
  if (!start) {
    context.Error(path + ".start", fmt::format("'{}' is no date and time such as 2026-07-15T00:00:00", weather.start()));
    return nullptr;
  }
  return std::make_unique<cooling::HourlyWeather>(std::move(hours), *start, weather.offset());
}

}  // namespace headroom::scenario
