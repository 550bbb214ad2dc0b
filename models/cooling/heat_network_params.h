#pragma once

#include <string>
#include <vector>

#include "models/cooling/air_side.h"
#include "models/cooling/control_valve.h"
#include "models/cooling/coolant.h"
#include "models/cooling/dry_cooler.h"
#include "models/cooling/merkel_tower.h"
#include "models/cooling/mover_curve.h"
#include "models/cooling/pipe_main.h"
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
  /// largest rise of the coolant across the racks that they are made for [K]: OCP's least flow,
  /// 1.25 L/min per kW
  double largest_rise = 12.0;
  /// coolant of the rack that gets least, over the mean of the group; see LeastFlow()
  double least_flow = 1.0;
};

/// A coolant distribution unit. Sheet: catalog kind `cdu`.
struct CduParams {
  std::string name;
  double capacity = 2e6;        ///< W at `approach`
  double approach = 3.0;        ///< rack supply over facility supply at capacity [K]
  double rack_flow = 31.48;     ///< largest flow to the racks [kg/s]
  double facility_flow = 32.3;  ///< kg/s with the valve open
  double pump_power = 74e3;     ///< W at rack_flow
  /// of the pump's head at rack_flow that the unit itself takes: exchanger 80 and filter 65 of
  /// 645 kPa, the generic 2 MW unit of Modelica Buildings
  double internal_share = 0.225;
  /// head outside the unit at full speed over that at rack_flow, by shares of rack_flow; the same unit
  std::vector<MoverCurve::Point> pump_curve = {
      {0.0, 3.846}, {0.25, 3.676}, {0.5, 3.231}, {0.75, 2.538}, {1.0, 1.0}};
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
  PipesParams pipes;              ///< between plate exchanger and CDUs; length 0: all volume is mixed
  double basin_residence = 60.0;  ///< s, tower-side volume over design flow. Assumed
  double pump_head = 250e3;       ///< Pa at design flow, friction of `pipes` included. Assumed
  double pump_efficiency = 0.7;   ///< Modelica Buildings CDU default
  /// of a pump's head that does not fall with flow (held pressure, lift). Assumed
  double static_share = 0.3;
  double exchanger_approach = 2.0;  ///< K, facility supply over tower water at design heat. Assumed
  /// of the CDUs' heat that the plate exchanger is sized for, with that share of either design flow
  double exchanger_share = 1.0;
  /// effectiveness of that exchanger at any flow; 0: from the approach, its films by flow
  double exchanger_effectiveness = 0.0;
  /// set-point of the water that leaves the towers [K]: the fans hold it, and the facility supply
  /// follows. 0: the fans hold the facility supply
  double tower_supply = 0.0;
  ControlValve valve;       ///< facility side of each CDU; authority as in Modelica Buildings CDU
  double min_valve = 0.05;  ///< least opening of a CDU's facility valve. Assumed
  double min_tower_flow = 0.5;    ///< least share of tower water flow. Assumed
  double valve_gain = 0.1;        ///< 1/K; Modelica Buildings CDU: k = 1 per 10 K
  double valve_integral = 120.0;  ///< s; Modelica Buildings CDU
  /// s; a stroke of 120 s (Modelica Buildings CDU) is done to 98 % after four lags
  double valve_lag = 30.0;
  double fan_gain = 0.05;       ///< 1/K. Assumed
  double fan_integral = 300.0;  ///< s. Assumed
  bool staging = false;         ///< as few towers take water as the load needs (unit_staging.h)
};

/// Volumes that still mix where `pipes` are given: headers, exchangers, buffer [s at design flow]. Assumed.
inline constexpr double kHeaderResidence = 20.0;
/// Head of exchangers and valves without the pipes [Pa]. Assumed.
inline constexpr double kEquipmentHead = 150e3;

/// The loop with mains that carry `flow` [kg/s] at design: diameter, residence and head.
FacilityLoopParams WithPipes(FacilityLoopParams loop, PipesParams pipes, double flow);

/// Share of the mean flow that the last rack on a direct-return header gets, where both headers together take `drop` times the
/// pressure of that rack, and the racks draw alike along them:
///
///     dp(x) = dp(1) (1 + drop (1 - x)^3)      flow ~ sqrt(dp)      x = 0..1 along the header
double LeastFlow(double drop);

/// How the liquid's heat leaves the site: towers after Merkel or YorkCalc, or dry coolers.
enum class Reject { kTower, kYorkTower, kDryCooler };

/// Chillers between plate exchanger and CDUs that help where the outside is too warm: a PI control
/// on the facility supply, `offset` above the fans' set-point, moves their load.
struct TrimChillerParams {
  int count = 0;
  ChillerParams chiller;
  double offset = 0.5;      ///< K. Assumed
  double gain = 0.1;        ///< 1/K. Assumed
  double integral = 180.0;  ///< s. Assumed
};

/// Heat that others take from the facility's return water, as much as they want while it is at least
/// so warm: min(demand, flow c (T_return - least)).
struct HeatReuseParams {
  double demand = 0.0;   ///< W
  double least = 303.15; ///< K
};

struct HeatNetworkParams {
  std::vector<DieGroupParams> groups;
  std::vector<CduParams> cdus;
  double rack_supply = 305.15;  ///< set-point of coolant entering the racks [K]
  FacilityLoopParams loop;
  Reject reject = Reject::kTower;
  TowerParams tower;
  DryCoolerParams dry_cooler;
  int towers = 0;  ///< units of the kind that `reject` says
  TrimChillerParams trim;
  HeatReuseParams reuse;
  WaterUseParams water;
  AirSideParams air;
  double chiller_restart = 0.0;  ///< s with power again until chillers take heat
  double max_step = 1.0;  ///< longest internal step [s]
};

/// Set-point of the facility supply [K].
double FacilitySetPoint(const HeatNetworkParams& params);

/// @throws ConfigError with every parameter out of range, a loop without a heat sink and impossible
/// hydraulics.
void Check(const HeatNetworkParams& params);

}  // namespace headroom::cooling
