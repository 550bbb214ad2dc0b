#include "scenarios/build/plant_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/cooling/coolant.h"
#include "scenarios/build/power_path_builder.h"

namespace headroom::scenario {
namespace {

constexpr double kSwitchesPerRack = 32.0;  ///< 1U switches in a network rack. Assumed

/// Design flow of one rack [kg/s]: the sheet's, else what carries the liquid heat at the sheet's rise.
double RackFlow(const SystemStock& s, cooling::Coolant coolant, double supply) {
  const double heat = RackNameplate(s) * s.liquid_share();
  if (heat <= 0.0) return 0.0;
  if (s.rack && s.rack->has_coolant_flow())
    return s.rack->coolant_flow() * cooling::Density(coolant, supply);
  const double rise = s.rack ? s.rack->coolant_rise() : 10.0;
  return heat / (cooling::SpecificHeat(coolant, supply) * rise);
}

power::StageParams Stage(const catalog::Conversion& sheet) {
  power::StageParams p;
  p.name = sheet.stage();
  p.fixed = sheet.fixed_loss();
  p.linear = sheet.linear_loss();
  p.square = sheet.square_loss();
  return p;
}

/// A stage of the site's chain: as many modules as the power tree has units of its kind, each of their mean rating.
power::StageParams Stage(const catalog::Conversion& sheet, const topology::PowerTree& tree, topology::PowerUnitKind kind) {
  power::StageParams p = Stage(sheet);
  p.modules = 0;
  for (const topology::PowerUnit& unit : tree.units) {
    if (unit.kind != kind) continue;
    ++p.modules;
    p.rating += unit.rating;
  }
  p.rating /= p.modules;
  return p;
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
  c.coolant = sheet.coolant() == "water" ? cooling::Coolant::kWater : cooling::Coolant::kPg25;
  return c;
}

power::NodeParams NodeOf(const SystemStock& s) {
  power::NodeParams n;
  n.accelerators = s.accelerators_per_node;
  if (s.accelerator) {
    n.accelerator_tdp = s.accelerator->tdp();
    n.accelerator_idle = s.accelerator->has_idle() ? s.accelerator->idle()
                                                   : s.accelerator->power().idle() * s.accelerator->tdp();
  }
  n.host_idle = s.node->host_idle();
  n.host_active = s.node->host_active();
  n.fan_power = s.node->fans().power();
  return n;
}

plant::LoadGroupParams GroupOf(const LoadGroup& group, const SystemStock& s, cooling::Coolant coolant, double supply,
                               const schema::Scenario& scenario) {
  plant::LoadGroupParams g;
  g.name = group.name;
  g.port = group.port.get();
  if (group.workload >= 0) g.workload = scenario.workloads(group.workload).name();
  g.racks = static_cast<int>(group.racks);
  g.nodes = group.nodes;
  g.node = NodeOf(s);
  g.switch_power = s.rack ? s.rack->switch_power() : 0.0;
  g.nameplate = RackNameplate(s);
  g.cdu = group.cdu;
  g.liquid_share = group.cdu < 0 ? 0.0 : s.liquid_share();
  g.coolant_flow = group.cdu < 0 ? 0.0 : RackFlow(s, coolant, supply);
  if (s.accelerator) {
    g.resistance = s.accelerator->thermal().resistance();
    g.heat_capacity = s.accelerator->thermal().heat_capacity();
    g.throttle = s.accelerator->thermal().throttle();
  }
  return g;
}

std::uint32_t Units(double due, double capacity) {
  return due <= 0.0 ? 0 : static_cast<std::uint32_t>(std::max(1.0, std::ceil(due / capacity)));
}

void SetCooling(const BuildContext& context, const std::vector<SystemStock>& systems, int cdus,
                plant::PlantParams* p) {
  const schema::Cooling& cooling = context.scenario.site().cooling();
  const catalog::Cdu& cdu = context.library.cdu(cooling.cdu().type());
  for (int i = 0; i < cdus; ++i) p->cdus.push_back(CduOf(cdu, i + 1));
  p->rack_supply = cooling.rack_supply();

  double liquid = 0.0, air = 0.0;
  for (const SystemStock& s : systems) {
    liquid += s.nameplate() * s.liquid_share();
    air += s.nameplate() * (1.0 - s.liquid_share());
  }
  const catalog::Tower& tower = context.library.tower(cooling.liquid().type());
  p->tower.capacity = tower.capacity();
  p->tower.design_wet_bulb = tower.design_wet_bulb();
  p->tower.approach = tower.approach();
  p->tower.range = tower.range();
  p->tower.fan_power = tower.fan_power();
  p->tower.pump_power = tower.pump_power();
  p->towers = cdus == 0                ? 0
              : cooling.liquid().has_count() ? static_cast<int>(cooling.liquid().count())
                                             : static_cast<int>(Units(liquid, tower.capacity()));

  const catalog::Chiller& chiller = context.library.chiller(cooling.air().type());
  p->air.supply = cooling.air().supply();
  p->air.chiller.capacity = chiller.capacity();
  p->air.chiller.cop = chiller.cop();
  p->air.chiller.reference_condenser = chiller.reference_condenser();
  p->air.chiller.cop_slope = chiller.cop_slope();
  p->air.chillers = cooling.air().has_count() ? static_cast<int>(cooling.air().count())
                                              : static_cast<int>(Units(1.1 * air, chiller.capacity()));
}

void SetPower(const BuildContext& context, const topology::PowerTree& tree, plant::PlantParams* p) {
  const schema::PowerChain& power = context.scenario.site().power();
  using Kind = topology::PowerUnitKind;
  p->stages.push_back(Stage(context.library.conversion(power.transformer()), tree, Kind::kTransformer));
  p->stages.back().indoors = false;
  if (power.ups().topology() != "none")
    p->stages.push_back(Stage(context.library.conversion("ups-" + power.ups().topology()), tree, Kind::kUps));
  p->stages.push_back(Stage(context.library.conversion(power.pdu()), tree, Kind::kPdu));
  p->rectifier = Stage(context.library.conversion(power.rectifier()));
  const schema::Utility& utility = power.utility();
  p->utility_limit = utility.limit();
  if (utility.at_limit() == "cap") {
    p->at_limit = plant::AtLimit::kCap;
    if (!utility.has_limit())
      context.Error("site.power.utility.at_limit", "cap needs site.power.utility.limit");
  } else if (utility.at_limit() != "report") {
    context.Error("site.power.utility.at_limit", fmt::format("{} is not modelled yet", utility.at_limit()));
  }
  p->tariff.energy = utility.price().energy();
  p->tariff.demand = utility.price().demand();
  p->tariff.carbon = utility.carbon();
}

}  // namespace

plant::PlantParams MakePlantParams(const BuildContext& context, const std::vector<SystemStock>& systems,
                                   const LoadGroups& groups, const BuiltFacility& facility,
                                   std::unique_ptr<cooling::Weather>& weather) {
  plant::PlantParams p;
  const schema::Cooling& cooling = context.scenario.site().cooling();
  const catalog::Cdu& cdu = context.library.cdu(cooling.cdu().type());
  const auto coolant = cdu.coolant() == "water" ? cooling::Coolant::kWater : cooling::Coolant::kPg25;
  for (const LoadGroup& g : groups.groups)
    p.groups.push_back(GroupOf(g, systems[g.system], coolant, cooling.rack_supply(), context.scenario));
  const FabricLoad& fabric = facility.fabric;
  if (fabric.switches > 0) {
    plant::LoadGroupParams g;
    g.name = "fabric/air";
    g.racks = static_cast<int>(std::ceil(fabric.switches / kSwitchesPerRack));
    g.switch_power = fabric.power / g.racks;
    g.nameplate = g.switch_power;
    p.groups.push_back(g);
  }
  SetCooling(context, systems, static_cast<int>(facility.site->cooling().cdus.size()), &p);
  SetPower(context, facility.site->power(), &p);
  p.path = MakePowerPath(context);

  if (cooling.weather().wet_bulb() > cooling.weather().dry_bulb()) {
    context.Error("site.cooling.weather.wet_bulb", "is above the dry bulb");
  } else {
    weather = std::make_unique<cooling::ConstantWeather>(
        cooling::Outdoors{cooling.weather().dry_bulb(), cooling.weather().wet_bulb()});
    p.weather = weather.get();
  }
  p.step = context.scenario.run().plant_step();
  p.thermal_step = std::min(1.0, p.step);
  return p;
}

cost::CapitalParams MakeCapital(const BuildContext& context, const std::vector<SystemStock>& systems) {
  const schema::Cost& cost = context.scenario.site().cost();
  cost::CapitalParams c;
  c.it_life = cost.accelerator_life();
  c.facility_life = cost.facility_life();
  c.facility_per_watt = cost.facility_capital();
  c.operation = cost.operation();
  for (const SystemStock& s : systems) {
    c.it_nameplate += s.nameplate();
    const bool priced = s.rack ? s.rack->has_price() : s.node->has_price();
    c.it_capital += !priced   ? std::numeric_limits<double>::quiet_NaN()
                    : s.rack ? s.racks * s.rack->price()
                             : s.nodes * s.node->price();
  }
  return c;
}

}  // namespace headroom::scenario
