#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "models/cooling/heat_exchanger.h"
#include "models/cooling/heat_network_params.h"
#include "models/cooling/heat_rejection.h"
#include "models/cooling/pi_control.h"
#include "models/cooling/pipe_main.h"
#include "models/cooling/unit_staging.h"
#include "models/cooling/weather.h"

namespace headroom::cooling {

/// Heat that a group of dies makes, mean over an interval [W].
struct GroupHeat {
  double dies = 0.0;     ///< sum over the dies
  double other = 0.0;    ///< the group's other heat: hosts, fans, switches, power supplies
  double hottest = 0.0;  ///< of one die under work; drives `hot_die` alone
};

/// Electric power of the cooling plant [W], or energy [J] when summed over time.
struct CoolingPower {
  double cdu_pumps = 0.0;
  double facility_pump = 0.0;
  double tower_pumps = 0.0;
  double tower_fans = 0.0;
  double crah_fans = 0.0;
  double chillers = 0.0;       ///< of the air side, economizer included
  double trim_chillers = 0.0;  ///< of the liquid
  double total() const {
    return cdu_pumps + facility_pump + tower_pumps + tower_fans + crah_fans + chillers +
           trim_chillers;
  }
};

/// Means over one Advance().
struct CoolingMeans {
  CoolingPower power;
  double tower_heat = 0.0;  ///< W
  double air_heat = 0.0;    ///< taken from the hall by chillers and economizer [W]
  double free_air = 0.0;    ///< of it by the economizer [W]
  double trim_heat = 0.0;   ///< taken from the facility water by the trim chillers [W]
  double reused = 0.0;      ///< given to users of heat [W]
  double water = 0.0;       ///< make-up [kg/s]
};

/// The thermal network of a site: dies, coolant of each CDU, facility water, tower water, outside;
/// and hall air, chillers, outside.
///
///     die       C dT/dt = P - (T - T_in) / R(flow)
///     CDU       M c dT_r/dt = liquid heat + pump - K (T_r - T_fs)
///               T_s = T_r - K (T_r - T_fs) / (m c)
///     facility  return volume (less heat reused), plate exchanger E (T_fr - T_b), supply volume
///               (less trim chillers), pump heat
///     tower     M c dT_b/dt = exchanger + pump - U (T_in - T_out)
///     hall      M c dT_h/dt = air heat + fans - c_a (T_h - T_supply), up to the chillers' capacity
///
/// Of a group's heat liquid_share goes to the coolant and the rest to the hall. T_out is the wet
/// bulb for towers, the dry bulb for dry coolers.
///
/// K, E, U follow flows each internal step (heat_exchanger.h, heat_rejection.h). Each volume is
/// well mixed. A valve per CDU (PI) holds the rack supply; tower fans, then a tower bypass (PI),
/// hold the facility supply (or the towers' leaving water), and trim chillers where there are any
/// (PI) help them. Internal step: at most max_step. Within it flows and conductances are
/// held and the linear network is solved implicitly: every node has its own weight 1/(1 - e^-z) -
/// 1/z (z = step over its time constant), which makes a node alone exact and every step stable;
/// heat flows are the same number on both sides, so heat is conserved to rounding.
///
/// A unit's pump follows the loop's resistance, which at rack_flow takes the head outside the unit:
/// of n units each gives at most v rack_flow with pump_curve(v) = (n v)^2, and
///
///     P = n P_0 y ((1 - i) s^2 + i y^2)      s = flow / rack_flow, y = s / n, i = internal_share
///
/// With `pipes` the water between plates and CDUs moves as plugs through two mains (pipe_main.h), and only headers mix; the CDUs
/// of a step then see water that left the plates before it, so that their equations and the facility's part.
///
/// Left out: transport delay without `pipes`, heat loss of pipes, spread of power among the dies of a group,
/// air-side recirculation, humidity of the hall. Properties are those at the set-points.
class HeatNetwork {
 public:
  /// Starts at rest: every liquid at its set-point. @throws ConfigError as Check().
  explicit HeatNetwork(const HeatNetworkParams& params);
  /// Runs to a steady state under constant heat, for an initial state, and forgets the sums.
  void Settle(const std::vector<GroupHeat>& heat, double room_heat, const Outdoors& outdoors);
  /// Moves on by `seconds` with the heat held; `room_heat` [W] is what else warms the hall (UPS,
  /// PDU).
  CoolingMeans Advance(double seconds, const std::vector<GroupHeat>& heat, double room_heat,
                       const Outdoors& outdoors);

  /// Temperatures [K] at the end of the last step.
  double die(std::size_t group) const { return groups_[group].temperature; }
  double hot_die(std::size_t group) const { return groups_[group].hot; }
  double inlet(std::size_t group) const;
  double rack_supply(std::size_t cdu) const { return cdus_[cdu].supply; }
  double rack_return(std::size_t cdu) const { return cdus_[cdu].temperature; }
  double cdu_heat(std::size_t cdu) const {
    return cdus_[cdu].heat;
  }  ///< W, in the last internal step
  double facility_supply() const { return facility_supply_; }  ///< at the plates
  /// Water that reaches the CDUs: as above, or later by the way through the mains.
  double cdu_supply() const { return mains() ? arriving_ : facility_supply_; }
  /// Pressure that the facility's pumps, and those of the towers, gave in the last internal step [Pa].
  double facility_head() const { return facility_head_; }
  double tower_head() const { return tower_head_; }
  double towers_in_use() const { return towers_in_use_; }
  double facility_return() const { return facility_return_; }
  double rejection_capacity() const { return rejection_->capacity(); }  ///< W
  double tower_water() const { return basin_; }
  /// Water that enters the towers in the last internal step.
  double tower_return() const { return tower_return_; }
  double trim_load() const { return trim_.output(); }  ///< share of the trim chillers' capacity
  double air_supply() const { return air_supply_; }
  double air_return() const { return hall_; }
  double fan_speed() const;
  double valve(std::size_t cdu) const { return cdus_[cdu].opening; }
  bool has_liquid() const { return !cdus_.empty(); }
  std::size_t cdu_count() const { return cdus_.size(); }
  /// Coolant that the racks' heat needs at their largest rise over what the units are rated for, in
  /// the last internal step. Spares do not count, lost units do: the limit is that of min(1, units).
  double flow_use(std::size_t cdu) const {
    return Over(cdus_[cdu].needed, params_.cdus[cdu].rack_flow * Firm(cdu));
  }
  /// Heat of the loop over what its units (spares apart) are rated for; likewise of the towers and of
  /// the chillers.
  double cdu_use(std::size_t cdu) const {
    return Over(cdus_[cdu].heat, params_.cdus[cdu].capacity * Firm(cdu));
  }
  double rejection_use(double heat) const { return Over(heat, rejection_->capacity() * tower_share_); }
  double air_use(double heat) const {
    return Over(heat, chillers_ * params_.air.chiller.capacity);
  }
  /// Pump speed share of a CDU, 1 in health; 0 is a trip. Coolant then warms where it stands.
  void SetPumpSpeed(std::size_t cdu, double share);
  /// Units in service behind a loop, 0..params.units. Those left take over at once; what they cannot
  /// pump is lacking. At 0 the coolant stands.
  void SetUnits(std::size_t cdu, double units);
  /// A valve that stays where it is, and a sensor of the rack supply that reads `bias` [K] too high.
  void SetValve(std::size_t cdu, bool stuck, double bias);
  /// Towers (or dry coolers) in service, and of those the ones whose fans stand.
  void SetTowers(double running, double still);
  void SetChillers(double running);
  /// Another set-point of the racks' coolant [K], and with it of the facility water where that
  /// follows. Properties stay those of the set-point at the start.
  void SetRackSupply(double kelvin);
  /// Whether there is power for pumps, fans, valves and chillers. Without it coolant, water and air
  /// stand; a tenth of the least air flow is left to convection. CDU pumps with power of their own go on, and carry
  /// the heat into their coolant.
  void SetPowered(bool powered, bool cdu_pumps = false);
  /// Share of a group's design coolant flow that it gets; 1 for a group cooled by air.
  double flow_share(std::size_t group) const;
  /// Heat held in all masses over the state after construction or Settle() [J].
  double StoredHeat() const { return stored_; }
  const HeatNetworkParams& params() const { return params_; }

 private:
  struct Group {
    double conductance = 0.0, capacity = 0.0, liquid = 0.0;
    double coolant_heat = 0.0;  // of the loop's coolant [J/(kg K)]
    int cdu = -1;
    double temperature = 0.0, hot = 0.0;
    double least = 1.0;  // resistance of the worst rack over the mean
    double weight = 0.0, gain = 0.0, pull = 0.0, decay = 0.0;  // of the current step length
  };
  struct Cdu {
    CounterFlowExchanger exchanger;
    PiControl valve;
    double opening = 0.5;  // of the valve, share
    double demand = 0.0, flow = 0.0, speed = 1.0, pump = 0.0;
    double units = 1.0, bias = 0.0;
    bool stuck = false;
    double rack_rate = 0.0, capacity = 0.0;
    double needed = 0.0;  // coolant for the heat of the step, at the racks' largest rise [kg/s]
    double temperature = 0.0, supply = 0.0, heat = 0.0;
    double water = 0.0, k = 0.0, share = 0.0, alpha = 0.0, beta = 0.0,
           weight = 0.0;  // of the current step
    double a = 0.0, b = 0.0;
  };
  void SetFlows(std::size_t cdu);
  bool mains() const { return params_.loop.pipes.length > 0.0; }
  void StageTowers(double flow_share, double h);
  bool chilling() const { return powered_ && chillers_wait_ <= 0.0; }
  /// `use` over a limit; a use with nothing to meet it is more than any.
  static double Over(double use, double limit) { return limit > 0.0 ? use / limit : use > 0.0 ? 1e9 : 0.0; }
  double Firm(std::size_t cdu) const { return powered_ ? std::min(1.0, cdus_[cdu].units) : 0.0; }
  void Prepare(double h);
  void SubStep(double h, const std::vector<GroupHeat>& heat, double room_heat,
               const Outdoors& outdoors, CoolingMeans& sum);
  void StepLiquid(double h, const std::vector<GroupHeat>& heat, const Outdoors& outdoors,
                  CoolingMeans& sum);
  void StepDies(const std::vector<GroupHeat>& heat, double& air_heat);
  void StepAir(double h, double air_heat, const Outdoors& outdoors, CoolingMeans& sum);
  /// Head over that at design flow.
  double HeadShare(double flow_share) const;
  /// Changes a node's temperature, and the heat stored with it. Steps are solved for increments, so
  /// that heat balances in steps of any length.
  void Move(double& temperature, double change, double capacity);

  HeatNetworkParams params_;
  std::vector<Group> groups_;
  std::vector<Cdu> cdus_;
  std::unique_ptr<HeatRejection> rejection_;
  PiControl fan_, trim_;
  CounterFlowExchanger plate_;
  ChillerBank chiller_bank_, trim_bank_;
  double rack_set_ = 0.0, facility_set_ = 0.0;
  double chilled_ = 0.0;  // chilled-water supply of the air side [K]
  double water_heat_ = 0.0;                                          // J/(kg K)
  double facility_design_ = 0.0, facility_pump_ = 0.0;               // kg/s, W at design
  double return_mass_ = 0.0, supply_mass_ = 0.0, basin_mass_ = 0.0;  // J/K
  double facility_supply_ = 0.0, facility_return_ = 0.0, basin_ = 0.0, tower_return_ = 0.0;
  double stored_ = 0.0;
  PipeMain supply_main_, return_main_;
  double arriving_ = 0.0;                          // K, at the CDUs
  double facility_head_ = 0.0, tower_head_ = 0.0;  // Pa
  UnitStaging staging_;
  double towers_running_ = 0.0, towers_still_ = 0.0, towers_in_use_ = 0.0;
  double chillers_wait_ = 0.0;  // s
  double chillers_ = 0.0;                          // in service
  double tower_share_ = 1.0, tower_water_ = 1.0;  // of the towers, with fans and with water
  bool powered_ = true, cdu_pumps_ = false;
  double air_design_rate_ = 0.0, air_mass_ = 0.0, air_share_ = 0.5, hall_ = 0.0, air_supply_ = 0.0;
  double prepared_ = -1.0,
         valve_part_ = 0.0;  // step length that weights hold for, and the valves' way within it
};

}  // namespace headroom::cooling
