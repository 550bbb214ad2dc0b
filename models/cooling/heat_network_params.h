#pragma once

#include <string>
#include <vector>

#include "models/cooling/air_side.h"
#include "models/cooling/control_valve.h"
#include "models/cooling/coolant.h"
#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/water_use.h"

namespace headroom::cooling {

/// Equal dies that share coolant and load. `cdu` < 0: cooled by the hall's air.
struct DieGroupParams {
  std::string name;
  double dies = 0.0;
  double resistance = 0.03;      ///< one die to its coolant's inlet at design flow [K/W]
  double heat_capacity = 400.0;  ///< one die with lid and plate [J/K]
  double liquid_share = 0.0;     ///< of all heat of the group, 0..1
  double flow = 0.0;             ///< design coolant flow of the group [kg/s]; liquid only
  int cdu = -1;
};

/// A coolant distribution unit. Sheet: catalog kind `cdu`.
struct CduParams {
  std::string name;
  double capacity = 2e6;        ///< W at `approach`
  double approach = 3.0;        ///< rack supply over facility supply at capacity [K]
  double rack_flow = 31.48;     ///< largest flow to the racks [kg/s]
  double facility_flow = 32.3;  ///< kg/s with the valve open
  double pump_power = 74e3;     ///< W at rack_flow
  double volume = 0.5;          ///< coolant of the secondary loop [m^3]
  Coolant coolant = Coolant::kPg25;
  /// equal units behind this loop, spares running with the others; a spare shared by several loops
  /// on one header is a fraction (5 units on 4 loops: 1.25)
  double units = 1.0;
};

/// The water loop between CDUs and towers, its plate exchanger and its controls.
struct FacilityLoopParams {
  double supply = 0.0;            ///< set-point [K]; 0: rack supply less the largest CDU approach
  double residence = 60.0;        ///< s, loop volume over design flow. Assumed
  double basin_residence = 60.0;  ///< s, tower-side volume over design flow. Assumed
  double pump_head = 250e3;       ///< Pa at design flow. Assumed
  double pump_efficiency = 0.7;   ///< Modelica Buildings CDU default
  /// of a pump's head that does not fall with flow (held pressure, lift). Assumed
  double static_share = 0.3;
  double exchanger_approach = 2.0;  ///< K, facility supply over tower water at design heat. Assumed
  ControlValve valve;       ///< facility side of each CDU; authority as in Modelica Buildings CDU
  double min_valve = 0.05;  ///< least opening of a CDU's facility valve. Assumed
  double min_tower_flow = 0.5;    ///< least share of tower water flow. Assumed
  double valve_gain = 0.1;        ///< 1/K; Modelica Buildings CDU: k = 1 per 10 K
  double valve_integral = 120.0;  ///< s; Modelica Buildings CDU
  /// s; a stroke of 120 s (Modelica Buildings CDU) is done to 98 % after four lags
  double valve_lag = 30.0;
  double fan_gain = 0.05;       ///< 1/K. Assumed
  double fan_integral = 300.0;  ///< s. Assumed
};

enum class Reject { kTower, kDryCooler };  ///< how the liquid's heat leaves the site

struct HeatNetworkParams {
  std::vector<DieGroupParams> groups;
  std::vector<CduParams> cdus;
  double rack_supply = 305.15;  ///< set-point of coolant entering the racks [K]
  FacilityLoopParams loop;
  Reject reject = Reject::kTower;
  TowerParams tower;
  DryCoolerParams dry_cooler;
  int towers = 0;  ///< units of the kind that `reject` says
  WaterUseParams water;
  AirSideParams air;
  double max_step = 1.0;  ///< longest internal step [s]
};

/// Set-point of the facility supply [K].
double FacilitySetPoint(const HeatNetworkParams& params);

/// @throws ConfigError with every parameter out of range, a loop without a heat sink and impossible
/// hydraulics.
void Check(const HeatNetworkParams& params);

}  // namespace headroom::cooling
