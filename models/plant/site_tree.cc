#include "models/plant/site_tree.h"

#include <cmath>

namespace headroom::plant {

SiteTree::SiteTree(const PlantParams& params) {
  power::BusId bus = tree.root();
  mechanical = bus;
  for (const auto& stage : params.stages) {
    bus = tree.Add(bus, stage);
    stages.push_back(bus);
    if (stage.name == "ups") ups = bus;
    if (mechanical == tree.root()) mechanical = bus;
  }
  for (const auto& g : params.groups) {
    power::StageParams supply = params.rectifier;
    if (supply.name.empty()) supply.name = "rectifier";
    if (supply.rating <= 0.0) supply.rating = (g.supplies > 0.0 ? g.supplies : g.nameplate) / supply.modules;
    supply.module_threshold *= supply.rating;
    supply.indoors = false;  // its loss is part of the rack's heat
    racks.push_back(tree.Add(bus, supply, g.racks));
    nodes.push_back(racks.back());
    if (!params.node_converter || g.nodes <= 0.0) continue;
    power::StageParams converter = *params.node_converter;
    if (converter.rating <= 0.0) converter.rating = g.racks * g.nameplate / g.nodes;
    converter.indoors = false;
    nodes.back() = tree.Add(racks.back(), converter, static_cast<int>(std::lround(g.nodes)));
  }
}

void SiteTree::SetRacks(std::size_t group, double watts, double switches) {
  const bool apart = nodes[group] != racks[group];
  tree.SetLoad(racks[group], apart ? switches : watts + switches);
  if (apart) tree.SetLoad(nodes[group], watts);
}

}  // namespace headroom::plant
