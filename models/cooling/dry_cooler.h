#pragma once

#include <string>

#include "models/cooling/heat_exchanger.h"

namespace headroom::cooling {

/// One dry cooler at its design point: water cooled from `entering` to `leaving` by air at `air`.
struct DryCoolerParams {
  double capacity = 1e6;  ///< heat at design [W]
  double entering =
      308.15;  ///< K; 35, 30 and 25 degC: Modelica Buildings, CoolingTowers.Examples.DryCooler
  double leaving = 303.15;       ///< K
  double air = 298.15;           ///< K
  double fan_share = 0.05;       ///< fan power at full speed over capacity; the same source
  double pump_power = 15e3;      ///< pump at design flow [W]. Assumed
  double air_rise = 8.0;         ///< K of the air at design, sizes its flow. Assumed
  double free_convection = 0.1;  ///< share of design air flow with fans off. Assumed
};

/// Dry cooler: a cross-flow exchanger, both streams unmixed, from water to outside air.
///
///     Q = eps(N, Z) C_min (T_w,in - T_air)      eps = 1 - exp(N^0.22 / Z (exp(-Z N^0.78) - 1))
///
/// UA from the design point, films by flow^0.8 on either side in equal parts. Fan power is the cube
/// of speed. Source: Incropera and DeWitt, chapter 11. Steady. Left out: adiabatic pre-cooling,
/// humidity, altitude.
class DryCooler {
 public:
  /// @throws ConfigError below `path` for parameters out of range.
  DryCooler(const DryCoolerParams& params, const std::string& path);
  double design_water_flow() const { return water_design_; }  ///< kg/s
  /// Q / (T_w,in - T_air) [W/K] with `water` [kg/s] at fan speed share `fan`.
  double Conductance(double water, double fan) const;
  double FanPower(double fan) const {
    return params_.fan_share * params_.capacity * fan * fan * fan;
  }

 private:
  DryCoolerParams params_;
  double water_design_ = 0.0;
  double water_heat_ = 0.0;
  double air_rate_ = 0.0;
  double ua_ = 0.0;
};

}  // namespace headroom::cooling
