#include "scenarios/build/site_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace headroom::scenario {
namespace {

constexpr double kContinuous = 0.8;  ///< share of a rating for load that goes on for hours, NEC 210.20

std::vector<plant::BuswayParams> BuswaysOf(const topology::Facility& site, const LoadGroups& groups) {
  std::vector<plant::BuswayParams> out;
  for (const topology::PowerUnit& unit : site.power().units) {
    if (unit.kind != topology::PowerUnitKind::kPdu) continue;
    std::map<std::size_t, double> racks;
    for (const topology::RackId rack : unit.racks) {
      const std::size_t system = site.racks()[rack.index()].system.index();
      ++racks[groups.group_of_rack[system][rack.index() - site.systems()[system].first_rack.index()]];
    }
    out.push_back({kContinuous * unit.rating, {racks.begin(), racks.end()}});
  }
  return out;
}

}  // namespace

SiteTake TakeOf(const BuiltFacility& facility) {
  const topology::Facility& site = *facility.site;
  SiteTake out;
  out.racks = static_cast<double>(site.racks().size()) + std::ceil(facility.fabric.switches / kSwitchesPerRack);
  for (const topology::Rack& r : site.racks()) {
    out.mass += r.mass;
    out.rack_mass = std::max(out.rack_mass, r.mass);
  }
  for (const topology::PowerUnit& unit : site.power().units)
    out.busways += unit.kind == topology::PowerUnitKind::kPdu ? 1.0 : 0.0;
  out.cdus = static_cast<double>(site.cooling().cdus.size());
  for (const topology::System& s : site.systems()) out.ports += s.fabric.nics;
  return out;
}

void SetLimits(const BuildContext& context, const BuiltFacility& facility, const LoadGroups& groups,
               plant::PlantParams* plant) {
  const schema::Limits& limits = context.scenario.site().limits();
  const SiteTake take = TakeOf(facility);
  const auto warn = [&](const char* key, double used, double has, const char* what) {
    if (used > has * (1.0 + 1e-9))
      context.Warning(std::string("site.limits.") + key,
                      fmt::format("the site takes {:.6g} {}; the limit is {:.6g}", used, what, has));
    return used / has;
  };
  if (limits.has_racks())
    plant->fixed_uses.push_back({"space", warn("racks", take.racks, limits.racks(), "rack positions")});
  double weight = -1.0;
  if (limits.has_mass()) weight = warn("mass", take.mass, limits.mass(), "kg of racks");
  if (limits.has_rack_mass())
    weight = std::max(weight, warn("rack_mass", take.rack_mass, limits.rack_mass(), "kg in its heaviest rack"));
  if (weight >= 0.0) plant->fixed_uses.push_back({"weight", weight});
  if (limits.has_ports()) plant->fixed_uses.push_back({"ports", warn("ports", take.ports, limits.ports(), "ports")});
  if (limits.has_cdus()) warn("cdus", take.cdus, limits.cdus(), "CDUs");
  if (!limits.has_busway()) return;
  plant->busways = BuswaysOf(*facility.site, groups);
  if (limits.busway().has_count()) warn("busway.count", take.busways, limits.busway().count(), "busways");
}

}  // namespace headroom::scenario
