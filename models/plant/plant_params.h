#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/cooling/heat_network_params.h"
#include "models/cooling/weather.h"
#include "models/cost/energy_bill.h"
#include "models/plant/fault.h"
#include "models/plant/power_nodes_params.h"
#include "models/plant/power_path_params.h"
#include "models/power/clock_power.h"
#include "models/power/conversion.h"
#include "models/power/generator.h"
#include "models/power/load_port.h"
#include "models/power/node_power.h"
#include "models/power/shelf_battery.h"

namespace headroom::plant {

class MeasuredPower;

/// Leakage current of a die above that at which its power was measured:
///
///     P = share TDP (2^((T - reference) / doubling) - 1)      per accelerator that work holds
struct LeakageParams {
  double share = 0.0;         ///< of TDP that leaks at the reference temperature; 0: left out
  double reference = 333.15;  ///< K
  double doubling = 35.0;     ///< K
  /// Watts per watt of TDP at die temperature `die` [K]; below 0 where it is cooler.
  double At(double die) const;
};

/// A static transfer switch. Power supplies bridge its transfer for hold_up / load, load as a share of nameplate; racks whose
/// supplies cannot go down and start again.
struct TransferSwitchParams {
  double transfer = 8e-3;  ///< s. Assumed
  double hold_up = 20e-3;  ///< s of the power supplies at nameplate; ORv3
};

/// Equal racks behind one load port: same type, same CDU. SI units unless said.
struct LoadGroupParams {
  std::string name;  ///< entity in series; "train/cdu-1"
  /// not owned; null: the racks draw their switch power alone (a fabric)
  power::LoadPort* port = nullptr;
  /// the one workload on these racks, for the peaks; empty: none, or several
  std::string workload;
  int priority = 0;  ///< of that workload; the least is shed first
  double cord_a = 0.5;  ///< of its power that the first of two paths carries while both are alive
  std::optional<TransferSwitchParams> sts;  ///< ahead of its racks: they hang from the first path while it is alive, then from the other
  int racks = 1;
  double nodes = 0.0;         ///< in all racks of the group
  power::NodeParams node;     ///< accelerators x nodes equals the port's accelerators
  double switch_power = 0.0;  ///< per rack: scale-up switches, management [W]
  double nameplate = 0.0;     ///< per rack [W]; sizes power supplies and the air side
  double supplies = 0.0;      ///< rating of one rack's power supplies [W]; 0: its nameplate
  double most_clock = 1.0;    ///< share of the full clock that the power profile allows
  double liquid_share = 0.0;  ///< of the racks' heat
  double coolant_flow = 0.0;  ///< design flow of one rack [kg/s]
  double largest_rise = 12.0;  ///< of the coolant across a rack, that it is made for [K]
  double least_flow = 1.0;     ///< coolant of its worst rack over the mean; see cooling::LeastFlow()
  int cdu = -1;               ///< index into PlantParams::cdus; -1: air
  /// die to coolant inlet at design flow [K/W]. Sheet: accelerator.thermal
  double resistance = 0.03;
  double heat_capacity = 400.0;  ///< of one die with lid and plate [J/K]
  double throttle = 360.15;      ///< die temperature at which the clock falls [K]
  double shutdown = 365.15;      ///< die temperature at which the board switches itself off [K]
  double hbm_rise = 1.1;         ///< memory over coolant inlet, over the die's rise. Assumed
  double hbm_limit = 378.15;     ///< memory temperature at which the clock falls [K]
  LeakageParams leakage;
  /// not owned; where set, the racks draw this whatever work does
  const MeasuredPower* measured = nullptr;
};

/// How hot dies and a full feed slow the clock; see clock_control.h.
struct ClockParams {
  double min_clock = 0.3;    ///< lowest share of the full clock. Assumed
  double gain = 0.04;        ///< clock share lost per kelvin over release temperature. Assumed
  double hysteresis = 2.0;   ///< K between throttle and release. Assumed
  double quantum = 0.005;    ///< clocks move in steps of this. Assumed (one bin of 10 MHz in 2 GHz)
  double cap_time = 10.0;    ///< s, integral time of the power cap. Assumed
  double restart = 300.0;    ///< s of power and cooling before boards that went off start. Assumed
  double warm = 3.0;  ///< K over the set-point up to which coolant counts as there again. Assumed
  double cap_margin = 0.01;  ///< the cap aims below the limit by this share. Assumed
  double cap_delay = 0.0;    ///< s from a change of power until the cap knows of it
};

/// A limit that the loads do not move: floor, weight, ports.
struct FixedUse {
  std::string name;  ///< of the metric, site.headroom.NAME
  double use = 0.0;  ///< share of the limit
};

/// UPS batteries that level what the UPS draws, by a low pass.
struct UpsSmoothingParams {
  double time_constant = 30.0;  ///< s
  double share = 0.1;           ///< of the batteries' energy that it may move
  double power = 0.2;           ///< of the racks' nameplate, at most
};

/// A busway along a row of racks.
struct BuswayParams {
  double capacity = 0.0;  ///< W that it may carry all day
  std::vector<std::pair<std::size_t, double>> racks;  ///< group, and how many of its racks hang here
};

struct PlantParams {
  std::vector<LoadGroupParams> groups;
  std::vector<cooling::CduParams> cdus;  ///< one per loop; spares are in their `units`
  int cdu_units = 0;         ///< installed, spares counted; 0: as many as there are loops
  bool cdus_shared = false;  ///< all units feed all loops over one header (N+1)
  double rack_supply = 305.15;  ///< set-point of coolant entering the racks [K]
  cooling::FacilityLoopParams loop;
  cooling::Reject reject = cooling::Reject::kTower;
  cooling::TowerParams tower;
  cooling::DryCoolerParams dry_cooler;
  int towers = 0;  ///< units of the kind that `reject` says
  cooling::TrimChillerParams trim;
  cooling::HeatReuseParams reuse;
  cooling::WaterUseParams water;
  /// design_heat 0: what the racks and the rooms' losses give at nameplate
  cooling::AirSideParams air;
  const cooling::Weather* weather = nullptr;  ///< not owned; null: 25 degC dry, 18 degC wet

  /// utility first: transformer, UPS, PDU; cooling hangs below the first
  std::vector<power::StageParams> stages;
  /// of one rack; rating 0: the rack's supplies over its modules. `module_threshold` is a share of the rating
  power::StageParams rectifier;
  /// DC-DC stage of each node, beside what nodes draw; rating 0: nameplate over nodes
  std::optional<power::StageParams> node_converter;
  /// on the boards, outermost first; their losses are inside the boards' power. Rating 0: TDP
  std::vector<power::StageParams> board_stages;
  double inlet_limit = 318.15;  ///< hall air at which racks switch themselves off [K]: ASHRAE A4's upper end
  double chiller_restart = 0.0;  ///< s with power again until chillers take heat
  int fabric = -1;             ///< index of the group that the fabric's switches are; -1: none
  double fabric_energy = 0.0;  ///< J that a switch draws more for a byte that passes it
  int leaves = 0, spines = 0, cores = 0;  ///< switches of the fabric
  double hall_dew_point = 288.15;  ///< to which the hall's air is dried at most [K]. Assumed
  /// equal paths from the utility to the racks that share the load; stages count the modules of all
  int feeds = 1;
  int feeds_needed = 1;  ///< without the spare ones
  int ups_needed = 0;    ///< modules without the spare ones; 0: all
  double ups_energy = 0.0;        ///< J in the batteries of all modules when full
  double ups_charge_time = 14400.0;  ///< s to charge them from empty. Assumed
  bool ups_pumps = false;  ///< its batteries carry the pumps of CDUs too
  std::optional<UpsSmoothingParams> ups_smoothing;
  std::optional<power::GeneratorParams> generators;
  std::uint64_t seed = 1;      ///< of their starts
  bool island = false;         ///< the site's battery carries the site while the utility is lost
  double island_delay = 1.0;   ///< s until it does
  std::optional<power::ShelfBatteryParams> shelf_batteries;  ///< in every rack
  int supplies = 6, supplies_needed = 3;  ///< power supplies of a rack, and those that carry its nameplate
  double utility_limit = 0.0;    ///< W; 0: none
  AtLimit at_limit = AtLimit::kReport;
  std::vector<DemandEvent> demand_events;  ///< the utility asks for less, for a while
  std::vector<int> group_of_rack;          ///< of each rack of the floor; one that is to be lost has its own
  std::vector<PowerNodeParams> nodes;      ///< parents before children; the first is the utility
  NodeLimitParams node_limits;
  cost::Tariff tariff;
  std::vector<FixedUse> fixed_uses;
  std::vector<BuswayParams> busways;  ///< empty: no limit
  PowerPathParams path;  ///< smoothing, storage, battery, grid, windows
  ClockParams clock;
  std::vector<Fault> faults;

  double step = 1.0;          ///< coupling interval [s]
  double thermal_step = 1.0;  ///< longest internal step of the thermal network [s]
};

/// @throws ConfigError with every parameter of power, plant and clock out of range. Cooling is
/// checked by the network.
void Check(const PlantParams& params);

/// The thermal side of `params`, air side sized.
cooling::HeatNetworkParams NetworkOf(const PlantParams& params);

/// Sum of the racks' nameplates [W].
double Nameplate(const PlantParams& params);

}  // namespace headroom::plant
