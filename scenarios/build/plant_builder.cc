#include "scenarios/build/plant_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "scenarios/build/cooling_builder.h"
#include "scenarios/build/power_limits.h"
#include "scenarios/build/power_path_builder.h"
#include "scenarios/build/site_limits.h"
#include "scenarios/build/site_signals.h"
#include "scenarios/build/supply_builder.h"
#include "scenarios/read/series/series_reader.h"

namespace headroom::scenario {
namespace {

constexpr double kHoldUp = 300.0;  ///< s at nameplate, of UPS batteries whose energy is not given. Assumed

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

struct Paths {
  int all = 1, needed = 1;
};

/// Paths from the utility by the word of `feeds`; N+1 has a path for each block of the tree and one more.
Paths PathsOf(const std::string& redundancy, const topology::PowerTree& tree) {
  if (redundancy == "2N") return {2, 1};
  if (redundancy == "4N/3") return {4, 3};
  if (redundancy != "N+1") return {};
  int blocks = 0;
  for (const topology::PowerUnit& unit : tree.units) blocks += unit.kind == topology::PowerUnitKind::kTransformer;
  return {blocks + 1, blocks};
}

/// Modules of one path: what is needed in all, split evenly over the paths that are needed. Capacity is kept.
int Split(const Paths& paths, power::StageParams* stage) {
  const int each = (stage->modules + paths.needed - 1) / paths.needed;
  stage->rating *= static_cast<double>(stage->modules) / (paths.needed * each);
  stage->modules = each * paths.all;
  return each;
}

}  // namespace

std::vector<plant::Fault> FaultsOf(const BuildContext& context, const FaultList& faults, const std::string& list,
                                   const plant::PlantParams& params) {
  constexpr double kBias = 2.0;          // K
  constexpr double kLeak = 20e-3 / 60.0;  // m^3/s
  std::vector<plant::Fault> out;
  int i = 0;
  for (const schema::Fault& f : faults) {
    const std::string path = fmt::format("{}[{}]", list, i++);
    const auto& words = plant::FaultWords();
    const auto word = std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.word == f.what(); });
    if (word == words.end()) {
      context.Error(path + ".what", fmt::format("'{}' is unknown", f.what()));
      continue;
    }
    const std::string prefix = std::string(word->unit) + "-";
    const int units = plant::UnitsOf(params, word->kind);
    int number = 0;
    const char* const digits = f.where().c_str() + std::min(prefix.size(), f.where().size());
    const char* const end = f.where().c_str() + f.where().size();
    const auto read = std::from_chars(digits, end, number);
    if (f.where().rfind(prefix, 0) != 0 || read.ec != std::errc() || read.ptr != end || number < 1 || number > units) {
      context.Error(path + ".where",
                    units == 0 ? fmt::format("'{}' is not there; the site has no {}", f.where(), word->unit)
                               : fmt::format("'{}' is not there; {} befalls {}1 to {}{}", f.where(), f.what(), prefix,
                                             prefix, units));
      continue;
    }
    if (f.has_by() && word->kind != plant::FaultKind::kSensorBias)
      context.Error(path + ".by", fmt::format("{} has no size; only sensor-bias has", f.what()));
    plant::Fault fault;
    fault.kind = word->kind;
    fault.unit = number - 1;
    fault.at = f.at();
    if (f.has_lasts()) fault.lasts = f.lasts();
    if (word->kind == plant::FaultKind::kSensorBias) fault.bias = f.has_by() ? f.by() : kBias;
    if (f.has_leak() && word->kind != plant::FaultKind::kCduLeak)
      context.Error(path + ".leak", fmt::format("{} does not leak; only cdu-leak does", f.what()));
    if (word->kind == plant::FaultKind::kCduLeak) fault.leak = f.has_leak() ? f.leak() : kLeak;
    out.push_back(fault);
  }
  return out;
}

namespace {

/// Largest share of the full clock under a power profile. max-q is assumed: published profiles say what they save, not
/// how (docs/models/power.md).
double MostClock(const schema::System& system) {
  if (system.has_clock_limit()) return system.clock_limit();
  return system.profile() == "max-q" ? 0.8 : 1.0;
}

constexpr double kDpu = 75.0;  ///< W, a DPU as NIC; of a class of 75 to 150 W. Assumed

power::NodeParams NodeOf(const SystemStock& s, bool dpu) {
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
  const catalog::HostParts& parts = s.node->parts();
  n.processors_idle = parts.processors_idle();
  n.processors_active = parts.processors_active();
  n.memory_idle = parts.memory_idle();
  n.memory_active = parts.memory_active();
  n.nics_idle = parts.nics() * parts.nic_idle();
  n.nic_rate = s.node->has_nic() ? s.node->nic() : 0.0;
  if (n.nic_rate > 0.0) n.nic_energy = parts.nics() * std::max(0.0, parts.nic_active() - parts.nic_idle()) / n.nic_rate;
  // A DPU in each NIC's place draws its processors' power on top.
  const double more = dpu ? parts.nics() * (kDpu - parts.nic_idle()) : 0.0;
  n.nics_idle += more;
  n.host_idle += more;
  n.host_active += more;
  return n;
}

plant::LoadGroupParams GroupOf(const LoadGroup& group, const SystemStock& s, const schema::Scenario& scenario,
                               const catalog::Cdu& cdu) {
  plant::LoadGroupParams g;
  g.name = group.name;
  g.port = group.port.get();
  if (group.workload >= 0) g.workload = scenario.workloads(group.workload).name();
  for (const std::uint32_t w : group.users) {
    const int priority = scenario.workloads(static_cast<int>(w)).priority();
    g.priority = &w == &group.users.front() ? priority : std::max(g.priority, priority);
  }
  g.racks = static_cast<int>(group.racks);
  g.nodes = group.nodes;
  g.node = NodeOf(s, scenario.site().fabric().nic() == "dpu");
  g.switch_power = s.rack ? s.rack->switch_power() : 0.0;
  g.nameplate = RackNameplate(s);
  // Servers bring their supplies with them.
  if (!s.rack) g.supplies = group.nodes * s.node->nameplate() / group.racks;
  g.most_clock = MostClock(scenario.site().systems(static_cast<int>(group.system)));
  g.cdu = group.cdu;
  g.liquid_share = group.cdu < 0 ? 0.0 : s.liquid_share();
  g.coolant_flow = group.cdu < 0 ? 0.0 : RackFlow(s, cdu, scenario.site().cooling().rack_supply());
  if (s.rack) g.largest_rise = s.rack->largest_rise();
  if (s.accelerator) {
    g.resistance = s.accelerator->thermal().resistance();
    g.heat_capacity = s.accelerator->thermal().heat_capacity();
    g.throttle = s.accelerator->thermal().throttle();
    g.shutdown = s.accelerator->thermal().shutdown();
    g.hbm_rise = s.accelerator->thermal().hbm_rise();
    g.hbm_limit = s.accelerator->thermal().hbm_limit();
    g.leakage = {s.accelerator->thermal().leakage(), s.accelerator->thermal().leakage_reference(),
                 s.accelerator->thermal().leakage_doubling()};
  }
  return g;
}

/// Sheets of a chain where the scenario keeps the defaults of its keys.
struct ChainSheets {
  std::string ups, pdu, rectifier;
};

ChainSheets SheetsOf(const schema::PowerChain& power) {
  ChainSheets s{"ups-" + power.ups().topology(), power.pdu(), power.rectifier()};
  if (power.chain() == "ac") return s;
  const bool high = power.chain() == "dc-800";
  if (power.ups().topology() == "double-conversion") s.ups = high ? "rectifier-mv-800" : "rectifier-central";
  if (s.pdu == "pdu-busway") s.pdu = "busway-dc";
  if (s.rectifier == "rectifier-orv3") s.rectifier = high ? "dcdc-800-50" : "dcdc-400-50";
  return s;
}

/// Modules of the racks' rectifiers, and the stages behind them.
void SetRackStages(const BuildContext& context, const schema::PowerChain& power, plant::PlantParams* p) {
  const schema::Rectifiers& r = power.rectifiers();
  p->rectifier.modules = static_cast<int>(r.modules());
  if (r.staging() == "smart") {
    p->rectifier.staging = power::Staging::kSmart;
    p->rectifier.module_threshold = r.step();
    if (r.modules() < 2) context.Error("site.power.rectifiers.staging", "is smart, and a rack has one module");
  } else if (r.has_step() && r.step() != 1.0) {
    context.Error("site.power.rectifiers.step", "belongs to staging: smart");
  }
  if (!power.node_converter().empty())
    p->node_converter = Stage(context.library.conversion(power.node_converter()));
  for (const std::string* sheet : {&power.intermediate_bus(), &power.regulator()})
    if (!sheet->empty()) p->board_stages.push_back(Stage(context.library.conversion(*sheet)));
}

void SetPower(const BuildContext& context, const topology::PowerTree& tree, plant::PlantParams* p) {
  const schema::PowerChain& power = context.scenario.site().power();
  using Kind = topology::PowerUnitKind;
  p->stages.push_back(Stage(context.library.conversion(power.transformer()), tree, Kind::kTransformer));
  p->stages.back().indoors = false;
  const Paths paths = PathsOf(power.feeds().redundancy(), tree);
  p->feeds = paths.all;
  p->feeds_needed = paths.needed;
  Split(paths, &p->stages.back());
  const ChainSheets sheets = SheetsOf(power);
  if (power.chain() != "ac" && power.ups().topology() != "double-conversion")
    context.Error("site.power.ups.topology",
                  fmt::format("is {}; chain: {} has a central rectifier with batteries on its bus in its place", power.ups().topology(), power.chain()));
  if (power.ups().topology() != "none") {
    p->stages.push_back(Stage(context.library.conversion(sheets.ups), tree, Kind::kUps));
    power::StageParams& ups = p->stages.back();
    ups.name = "ups";
    const int each = Split(paths, &ups);
    p->ups_needed = paths.needed * each;
    const std::string& spares = power.ups().redundancy();
    ups.modules = paths.all * (spares == "N+1" ? each + 1 : spares == "2N" ? 2 * each : each);
    p->ups_energy = power.ups().has_energy() ? power.ups().energy() : kHoldUp * plant::Nameplate(*p);
  } else {
    for (const auto& [key, there] : {std::pair{"energy", power.ups().has_energy()},
                                     {"redundancy", power.ups().redundancy() != "N"},
                                     {"smoothing", power.ups().has_smoothing()}})
      if (there) context.Error(fmt::format("site.power.ups.{}", key), "belongs to a UPS, and topology is none");
  }
  p->stages.push_back(Stage(context.library.conversion(sheets.pdu), tree, Kind::kPdu));
  Split(paths, &p->stages.back());
  p->rectifier = Stage(context.library.conversion(sheets.rectifier));
  SetRackStages(context, power, p);
  const schema::Utility& utility = power.utility();
  p->tariff.energy = SignalOf(context, {"site.power.utility.price.series", utility.price().series(), utility.price().has_series(),
                                        utility.price().energy(), &PriceColumns()});
  p->tariff.demand = utility.price().demand();
  p->tariff.carbon = SignalOf(context, {"site.power.utility.carbon_series", utility.carbon_series(), utility.has_carbon_series(),
                                        utility.carbon(), &CarbonColumns()});
}

}  // namespace

plant::PlantParams MakePlantParams(const BuildContext& context, const std::vector<SystemStock>& systems,
                                   const LoadGroups& groups, const BuiltFacility& facility,
                                   std::unique_ptr<cooling::Weather>& weather) {
  plant::PlantParams p;
  const catalog::Cdu& cdu = context.library.cdu(context.scenario.site().cooling().cdu().type());
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const schema::System& system = context.scenario.site().systems(static_cast<int>(i));
    if (!systems[i].accelerator && (system.profile() != "max-p" || system.has_clock_limit()))
      context.Error(fmt::format("site.systems[{}].{}", i, system.has_clock_limit() ? "clock_limit" : "profile"),
                    fmt::format("belongs to accelerators; {} has none", systems[i].type));
  }
  for (const LoadGroup& g : groups.groups) p.groups.push_back(GroupOf(g, systems[g.system], context.scenario, cdu));
  const FabricLoad& fabric = facility.fabric;
  if (fabric.switches > 0) {
    plant::LoadGroupParams g;
    g.name = "fabric/air";
    g.racks = static_cast<int>(std::ceil(fabric.switches / kSwitchesPerRack));
    g.switch_power = fabric.power / g.racks;
    g.nameplate = fabric.power_full / g.racks;
    p.fabric = static_cast<int>(p.groups.size());
    p.fabric_energy = fabric.energy;
    p.groups.push_back(g);
    for (const topology::System& system : facility.site->systems()) {
      if (system.accelerators == 0) continue;
      p.leaves += static_cast<int>(system.fabric.leaves);
      p.spines += static_cast<int>(system.fabric.spines);
      p.cores += static_cast<int>(system.fabric.cores);
    }
  }
  SetCooling(context, systems, static_cast<int>(facility.site->cooling().cdus.size()), &p);
  SetPower(context, facility.site->power(), &p);
  SetLimits(context, *facility.site, groups, &p);
  SetSupply(context, &p);
  p.path = MakePowerPath(context);
  SetLimits(context, facility, groups, &p);

  p.faults = FaultsOf(context, context.scenario.site().faults(), "site.faults", p);
  weather = WeatherOf(context);
  p.weather = weather.get();
  p.step = context.scenario.run().plant_step();
  p.thermal_step = std::min(context.scenario.run().thermal_step(), p.step);
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
  c.discount_rate = cost.discount_rate();
  const schema::PowerChain& power = context.scenario.site().power();
  if (power.has_bess())
    c.items.push_back({"battery", power.bess().energy() * cost.battery_capital(), cost.battery_life()});
  for (const schema::CapitalItem& item : cost.items()) c.items.push_back({item.name(), item.capital(), item.life()});
  return c;
}

}  // namespace headroom::scenario
