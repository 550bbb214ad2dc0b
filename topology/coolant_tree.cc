#include "topology/coolant_tree.h"

#include <fmt/format.h>

namespace headroom::topology {

CoolantTree BuildCoolantTree(const std::vector<LiquidLoad>& racks, const CoolingSpec& spec) {
  CoolantTree tree;
  tree.cdu_of_rack.resize(racks.size());
  for (std::uint32_t r = 0; r < racks.size(); ++r) {
    const auto& [system, heat, flow] = racks[r];
    if (heat <= 0.0) continue;
    const bool fits = !tree.cdus.empty() && tree.cdus.back().system == system &&
                      (spec.racks_per_cdu > 0
                           ? tree.cdus.back().racks.size() < spec.racks_per_cdu
                           : tree.cdus.back().nameplate + heat <= spec.cdu_capacity * (1 + 1e-12) &&
                                 (spec.cdu_flow <= 0.0 ||
                                  tree.cdus.back().flow + flow <= spec.cdu_flow * (1 + 1e-12)));
    if (!fits) {
      Cdu cdu;
      cdu.name = fmt::format("cdu-{}", tree.cdus.size() + 1);
      cdu.system = system;
      cdu.rating = spec.cdu_capacity;
      tree.cdus.push_back(std::move(cdu));
    }
    tree.cdus.back().racks.push_back(RackId(r));
    tree.cdus.back().nameplate += heat;
    tree.cdus.back().flow += flow;
    tree.nameplate += heat;
    tree.cdu_of_rack[r] = CduId(static_cast<std::uint32_t>(tree.cdus.size() - 1));
  }
  return tree;
}

}  // namespace headroom::topology
