#pragma once

#include <string>

namespace headroom::cooling {

/// A cell of a wet cooling tower at its design point. Sheet: catalog kind `tower`.
struct TowerParams {
  double capacity = 2e6;            ///< heat at design [W]
  double design_wet_bulb = 298.70;  ///< K
  double approach = 3.89;           ///< K
  double range = 5.56;              ///< K
  double fan_power = 25e3;          ///< at full speed [W]
  double pump_power = 15e3;         ///< condenser-water pump at design flow [W]
  double water_to_air = 0.625;  ///< mass flow ratio at design; Modelica Buildings, Merkel default
  /// share of the design air flow with fans off; Modelica Buildings
  double free_convection = 0.125;
};

/// @throws ConfigError below `path` for parameters out of range.
void CheckTower(const TowerParams& params, const std::string& path);

/// Wet cooling tower after Merkel, cast as a counter-flow exchanger between water and an equivalent
/// air stream:
///
///     Q = eps(NTU, Z) C_min (T_w,in - T_wb)          UA = UA_0 f_wb f_air f_water
///     c_e = (h_s(T_wb,out) - h_s(T_wb)) / (T_wb,out - T_wb)          C_air = m_air c_e
///     h_s(T_wb,out) = h_s(T_wb) + Q / m_air
///
/// with f_wb = 1 + 0.0081 (T_wb,0 - T_wb), f_air = 1.3 y_a - 0.3 y_a^2, f_water = 0.1082 + 1.667
/// y_w - 0.7713 y_w^2, each over its share of design flow and not below 0.01. Air flow share is the
/// fan's speed, at least free convection; fan power is its cube. Source: EnergyPlus
/// CoolingTower:VariableSpeed:Merkel, as in Modelica Buildings (corrections and defaults). Steady.
/// Left out: plume, ice, drift in the heat balance (see water_use.h).
class MerkelTower {
 public:
  /// @throws ConfigError below `path` for parameters out of range.
  MerkelTower(const TowerParams& params, const std::string& path);
  double design_water_flow() const { return water_design_; }  ///< kg/s
  double design_air_flow() const { return air_design_; }      ///< kg/s
  /// Q / (T_w,in - T_wb) [W/K] with `water` [kg/s] at fan speed share `fan`, for water entering at
  /// `entering` [K]. `air_out` holds the leaving wet bulb [K] from call to call as the starting
  /// guess. `sweeps` successive substitutions: one per time step follows a slow input, 20 converge
  /// from anywhere.
  double Conductance(double wet_bulb, double entering, double water, double fan, double& air_out,
                     int sweeps) const;
  double FanPower(double fan) const { return params_.fan_power * fan * fan * fan; }
  const TowerParams& params() const { return params_; }

 private:
  TowerParams params_;
  double water_design_ = 0.0;
  double air_design_ = 0.0;
  double ua_ = 0.0;
};

}  // namespace headroom::cooling
