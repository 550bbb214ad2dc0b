#pragma once

namespace headroom::cost {

/// CO2e of making what stands on a site, before it runs, in kg.
///
/// accelerator  HGX H100 baseboard: 1,312 kg for eight (NVIDIA's product carbon footprint summary, as widely quoted): 164
/// node         assumed; a 2U server sheet without its parts is 375 (Azure GreenSKU), two processors, 2 TB of memory and disks more
/// rack         500 (Azure GreenSKU, lump estimate)
/// switch       assumed
/// building     9e6 for 50 MW (Azure GreenSKU, lump estimate): 180 per kW
/// battery      assumed, lithium iron phosphate: 75 per kWh
struct EmbodiedParams {
  double accelerator = 164.0;
  double node = 1000.0;
  double rack = 500.0;
  double network_switch = 500.0;
  double building = 0.18;          ///< per W of IT nameplate
  double battery = 75.0 / 3.6e6;   ///< per J
};

/// What is installed.
struct Installed {
  double accelerators = 0.0, nodes = 0.0, racks = 0.0, switches = 0.0;
  double nameplate = 0.0;  ///< W
  double battery = 0.0;    ///< J
};

/// In all, and by the life over which it is written off [kg].
struct EmbodiedCarbon {
  double it = 0.0, facility = 0.0, battery = 0.0;
  double total() const { return it + facility + battery; }
};
EmbodiedCarbon EmbodiedOf(const EmbodiedParams& params, const Installed& installed);

/// Straight line over the lives [s] of IT, facility and battery: what `seconds` carry [kg].
double WrittenOff(const EmbodiedCarbon& carbon, double it_life, double facility_life, double battery_life, double seconds);

}  // namespace headroom::cost
