#pragma once

#include <array>
#include <optional>
#include <string>

#include "models/cooling/weather.h"

namespace headroom::cooling {

/// An electric chiller by the DOE-2 / EnergyPlus EIR curves:
///
///     Q_avail = Q_ref cap(Te, Tc)     P = Q_avail / COP_ref  eir_t(Te, Tc)  eir_plr(PLR)
///
/// with biquadratics c1 + c2 Te + c3 Te^2 + c4 Tc + c5 Tc^2 + c6 Te Tc in degC (Te leaving chilled
/// water, Tc entering condenser water) and a quadratic in the part-load ratio. Below `plr_min` it
/// cycles: P is scaled by PLR / plr_min. Source: EnergyPlus Chiller:Electric:EIR; Modelica
/// Buildings Fluid.Chillers.ElectricEIR.
struct EirChillerParams {
  double capacity = 0.0;  ///< Q_ref [W], positive
  double cop = 0.0;
  double plr_min = 0.1;
  /// below it capacity is kept by false loading: P stays that of this ratio
  double plr_min_unloading = 0.1;
  double plr_max = 1.15;
  std::array<double, 6> capacity_curve{};
  std::array<double, 6> eir_by_temperature{};
  std::array<double, 3> eir_by_load{};
};

class EirChiller {
 public:
  /// @throws ConfigError below `path` for parameters out of range.
  EirChiller(const EirChillerParams& params, const std::string& path);
  struct Point {
    double heat = 0.0;     ///< taken from the chilled water [W]
    double power = 0.0;    ///< W
    double load = 0.0;     ///< part-load ratio
    double cycling = 0.0;  ///< share of the time it runs
  };
  /// For `demand` [W] >= 0 at leaving chilled water and entering condenser water [K]; heat is at
  /// most plr_max Q_avail.
  Point Run(double demand, double chilled, double condenser) const;
  double Available(double chilled, double condenser) const;

 private:
  EirChillerParams params_;
};

/// What the condenser gives its heat to.
enum class Condenser {
  kAir,    ///< outside air at the dry bulb
  kWater,  ///< water of its own tower cells, at the wet bulb and `condenser_approach` over it
};

/// A chiller of a site: by its coefficient of performance alone,
///
///     COP(T) = max(1, cop - slope max(0, T - T_ref))     power = Q / COP + auxiliary Q
///
/// or, where `curves` is set, by the EIR curves. T is the entering condenser temperature. Source of
/// the first form: SustainDC (COP 5 - 0.1/K above 25 degC); it leaves part load out. Sheet: catalog
/// kind `chiller`.
struct ChillerParams {
  double capacity = 1e6;  ///< heat at the reference point [W]
  double cop = 5.0;
  double reference_condenser = 298.15;  ///< K
  double cop_slope = 0.1;               ///< 1/K
  double auxiliary = 0.02;              ///< chilled-water pumps, W per W of heat. Assumed
  Condenser condenser = Condenser::kAir;
  bool curves = false;
  EirChillerParams eir;
  double condenser_approach = 5.0;      ///< K over the wet bulb. Assumed
  double least_condenser = 288.15;      ///< K; colder water is held back. Assumed
  /// pumps and fans of the condenser's own tower cells, W per W of heat; as the sheet of a 2 MW cell
  double condenser_auxiliary = 0.025;
};

double ChillerCop(const ChillerParams& params, double condenser);

/// Equal chillers that share a load: as few as carry it run, each with the same part of it.
class ChillerBank {
 public:
  /// @throws ConfigError below `path` for parameters out of range.
  ChillerBank(const ChillerParams& params, const std::string& path);
  /// Largest heat of one at leaving chilled water [K] and outside conditions [W].
  double Available(double chilled, const Outdoors& outdoors) const;
  struct Draw {
    double power = 0.0;     ///< pumps, and fans of condenser cells, included [W]
    double rejected = 0.0;  ///< to evaporating water [W]; 0 for an air-cooled condenser
  };
  /// For `heat` [W] taken by at most `running` of them.
  Draw Run(double heat, double running, double chilled, const Outdoors& outdoors) const;

 private:
  double CondenserTemperature(const Outdoors& outdoors) const;
  ChillerParams params_;
  std::optional<EirChiller> eir_;
};

}  // namespace headroom::cooling
