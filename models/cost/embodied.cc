#include "models/cost/embodied.h"

namespace headroom::cost {

EmbodiedCarbon EmbodiedOf(const EmbodiedParams& p, const Installed& there) {
  EmbodiedCarbon c;
  c.it = p.accelerator * there.accelerators + p.node * there.nodes + p.rack * there.racks +
         p.network_switch * there.switches;
  c.facility = p.building * there.nameplate;
  c.battery = p.battery * there.battery;
  return c;
}

double WrittenOff(const EmbodiedCarbon& c, double it_life, double facility_life, double battery_life, double seconds) {
  return seconds * (c.it / it_life + c.facility / facility_life + c.battery / battery_life);
}

}  // namespace headroom::cost
