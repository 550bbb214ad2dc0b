#include "models/plant/site_tree.h"

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
    if (supply.rating <= 0.0) supply.rating = g.nameplate;
    supply.indoors = false;  // its loss is part of the rack's heat
    racks.push_back(tree.Add(bus, supply, g.racks));
  }
}

}  // namespace headroom::plant
