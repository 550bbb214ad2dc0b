#pragma once

#include <string>

#include "models/cooling/merkel_tower.h"

namespace headroom::cooling {

/// A wet tower by the YorkCalc correlation (york_calc.h), scaled to its design point:
///
///     T_out = T_wb + approach(T_wb, T_in - T_out, r)        r = (y_w r_0) / y_a
///
/// y_w and y_a are the shares of design water and air flow; r_0 makes the approach that of the
/// design point (range, wet bulb and full flows there), as in Modelica Buildings, CoolingTowers.
/// YorkCalc. Air flow share is the fan's speed, at least free convection; r is held within 8, the
/// wet bulb within -34.4..26.7 degC, and below a range of 1.1 K the approach falls with the range.
/// Fan power is the cube of speed. Steady.
class YorkTower {
 public:
  /// @throws ConfigError below `path` for parameters out of range, and for a design point that the
  /// correlation does not reach.
  YorkTower(const TowerParams& params, const std::string& path);
  double design_water_flow() const { return water_design_; }  ///< kg/s
  /// Q / (T_w,in - T_wb) [W/K]; `leaving` [K] holds the leaving water from call to call as the
  /// starting guess.
  double Conductance(double wet_bulb, double entering, double water, double fan,
                     double& leaving) const;
  double FanPower(double fan) const { return params_.fan_power * fan * fan * fan; }
  const TowerParams& params() const { return params_; }

 private:
  TowerParams params_;
  double water_design_ = 0.0;
  double ratio_ = 1.0;
};

}  // namespace headroom::cooling
