#include "scenarios/build/site_outline.h"

#include <algorithm>

#include "scenarios/build/facility_builder.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {
namespace {

SiteOutline Drawn(const std::vector<SystemStock>& systems, topology::RoomSpec room) {
  constexpr const char* kFaces[] = {"down", "up", "left", "right"};
  std::vector<std::uint32_t> counts;
  for (const SystemStock& s : systems) counts.push_back(s.racks);
  const topology::FloorPlan plan = topology::LayOut(counts, room);
  SiteOutline out;
  out.width = plan.width;
  out.length = plan.length;
  out.given_width = room.width > 0.0;
  out.given_length = room.length > 0.0;
  room.placed.clear();
  const topology::FloorPlan rows = topology::LayOut(counts, room);
  std::size_t r = 0;
  for (const SystemStock& s : systems)
    for (std::uint32_t i = 0; i < s.racks; ++i, ++r) {
      const topology::RackPlace& place = plan.places[r];
      const auto [along, across] = topology::Footprint(room, place.faces);
      out.racks.push_back({"rack-" + std::to_string(r + 1), s.name, place.x, place.y, along, across,
                           kFaces[static_cast<int>(place.faces)], rows.places[r].x, rows.places[r].y, {}, {}});
    }
  return out;
}

void Name(const topology::Facility& site, SiteOutline* out) {
  for (std::size_t r = 0; r < out->racks.size() && r < site.power().pdu_of_rack.size(); ++r) {
    if (const topology::PowerUnitId pdu = site.power().pdu_of_rack[r]; pdu.valid()) out->racks[r].busway = site.power().units[pdu.index()].name;
    if (const topology::CduId cdu = site.cooling().cdu_of_rack[r]; cdu.valid()) out->racks[r].cdu = site.cooling().cdus[cdu.index()].name;
  }
}

}  // namespace

SiteOutline OutlineOf(const LoadedScenario& loaded, const catalog::Library& library, Diagnostics* diagnostics) {
  const BuildContext context{loaded.scenario, library, loaded.places, *diagnostics, loaded.folder};
  const std::vector<SystemStock> systems = TakeStock(context);
  SiteOutline out = Drawn(systems, RoomOf(context));
  if (!diagnostics->ok()) return out;
  // What cannot be built can still be drawn.
  try {
    const BuiltFacility facility = BuildFacility(context, systems);
    if (facility.site) Name(*facility.site, &out);
    // How many ranks a recorded trace has stands in its files, which are not read at every change.
    const auto& works = loaded.scenario.workloads();
    if (diagnostics->ok() && std::none_of(works.begin(), works.end(), [](const schema::Workload& w) { return w.has_trace(); }))
      PlaceWork(systems, ClaimsOf(context), context);
  } catch (const ConfigError& e) {
    if (diagnostics->ok())
      for (const Finding& f : e.findings()) diagnostics->Error(f.place, f.path, f.message);
  }
  return out;
}

}  // namespace headroom::scenario
