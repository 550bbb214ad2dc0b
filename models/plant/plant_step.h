#pragma once

#include <vector>

#include "models/cooling/heat_network.h"

namespace headroom::plant {

/// What carries a site; see site_supply.h.
enum class Source { kUtility, kGenerators, kBattery, kUps, kNone };

/// What one coupling step found. Powers are means over the step [W], temperatures those at its end
/// [K].
struct PlantStep {
  struct Group {
    double power = 0.0;  ///< at the racks' inlet, power supplies included
    double boards = 0.0;   ///< leakage included
    double leakage = 0.0;  ///< of the boards, beyond what work meters
    double host = 0.0;        ///< the next three included
    double processors = 0.0;
    double memory = 0.0;
    double nics = 0.0;
    double fans = 0.0;
    double switches = 0.0;
    double shelf = 0.0;      ///< from the batteries in its shelves; below 0: charging
    double held = 0.0;       ///< accelerator-seconds
    double metered = 0.0;    ///< accelerator-seconds held, by the running total of the port's meter
    double idle = 0.0;       ///< accelerator-seconds that nobody held, charged with idle power
    double busy = 0.0;       ///< accelerator-seconds
    double installed = 0.0;  ///< accelerator-seconds
    double die = 0.0;        ///< mean of all
    double hot = 0.0;        ///< of those under work
    double hbm = 0.0;        ///< memory of those under work
    double clock = 1.0;      ///< share in force during the step
    bool throttled = false;  ///< by temperature, during the step
    bool off = false;        ///< boards off during the step: shut down or without power
    bool stopped = false;    ///< boards on and idle, work stopped to shed load
  };
  double end = 0.0;      ///< s from the start
  double seconds = 0.0;  ///< length
  bool whole = true;     ///< of full length (the last may be cut)
  double utility = 0.0;
  double site_load = 0.0;  ///< utility before the battery
  double battery = 0.0;    ///< into the battery, charging > 0
  double battery_stored = 0.0;  ///< change of its cells' energy [J]
  double battery_loss = 0.0;    ///< [J]
  double charge = 0.0;          ///< of the battery at the end, share; 0 without one
  double it = 0.0;         ///< at the racks' inlets
  double it_useful = 0.0;  ///< behind the racks' power supplies, without node fans
  double losses = 0.0;
  /// coldest coolant supply over the hall's dew point [K]; large where nothing is liquid-cooled
  double dew_margin = 1e3;
  double room_heat = 0.0;    ///< of the losses, W that warm the hall
  double ups_battery = 0.0;  ///< W from the UPS batteries; below 0: charging
  Source source = Source::kUtility;
  double generator = 0.0;     ///< from the generators
  double fuel = 0.0;          ///< burnt [J]
  double supply_limit = 0.0;  ///< what the generators can carry; 0: they do not carry
  double path_use = -1.0;    ///< of the firm capacity of transformers and UPS; below 0: not counted
  double busway_use = -1.0;    ///< largest of a PDU; below 0: not counted
  bool faulty = false;       ///< some fault lasted
  std::vector<double> stage_losses;  ///< by PowerTree::stage_names()
  std::vector<Group> groups;
  cooling::CoolingMeans cooling;
};

}  // namespace headroom::plant
