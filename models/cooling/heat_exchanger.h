#pragma once

#include "models/cooling/coolant.h"

namespace headroom::cooling {

/// Effectiveness of a counter-flow exchanger: eps = Q / (C_min (T_hot,in - T_cold,in)).
///
///     eps = (1 - exp(-N (1 - Z))) / (1 - Z exp(-N (1 - Z)))        N / (1 + N) at Z = 1
///
/// N = UA / C_min, Z = C_min / C_max. Source: Incropera and DeWitt, chapter 11.
double CounterFlowEffectiveness(double ntu, double z);
/// The N that gives `effectiveness`; effectiveness < 1 (and below the bound of its Z).
double CounterFlowNtu(double effectiveness, double z);

/// Effectiveness of a cross-flow exchanger, both streams unmixed (approximation within 2 %,
/// Incropera and DeWitt): 1 - exp(N^0.22 / Z (exp(-Z N^0.78) - 1)).
double CrossFlowEffectiveness(double ntu, double z);

/// Share of C_min (T_hot,in - T_cold,in) exchanged when `heat` [W] passes at an approach [K] of hot
/// outlet over cold inlet, between capacity rates `hot` and `cold` [W/K]. 1 or more where no
/// exchanger can do it.
double DesignEffectiveness(double heat, double approach, double hot, double cold);

/// A stream through one side of an exchanger.
struct Stream {
  Coolant coolant = Coolant::kWater;
  double kelvin = 298.15;
  double flow = 1.0;  ///< kg/s
};

/// hA of one side over that of the other, for equal plates on both: k (m / mu)^0.8 Pr^(1/3) each.
/// Source: Dittus and Boelter's exponents, as in Modelica Buildings (CDU_epsNTU).
double FilmRatio(const Stream& one, const Stream& other);

/// A counter-flow exchanger whose two film coefficients follow flow^0.8:
///
///     UA = 1 / (1/hA1 + 1/hA2),   hA_i = hA_i0 (m_i / m_i0)^0.8,   hA_10 / hA_20 = film_ratio
///
/// UA_0 follows from the design point. Below a tenth of design flow a film falls less, smoothly to
/// 7.6 % at rest (as in Modelica Buildings). Fouling and wall resistance are left out.
class CounterFlowExchanger {
 public:
  /// Hot and cold heat-capacity rates at design [W/K], the share of C_min (T_hot,in - T_cold,in)
  /// then exchanged, and hA of the hot side over that of the cold.
  CounterFlowExchanger(double hot_design, double cold_design, double effectiveness,
                       double film_ratio = 1.0);
  /// Q / (T_hot,in - T_cold,in) [W/K] at capacity rates `hot` and `cold`; 0 if either stands still.
  double Conductance(double hot, double cold) const;
  double design_ua() const { return ua_; }

 private:
  double hot_design_;
  double cold_design_;
  double ratio_;
  double ua_;
};

}  // namespace headroom::cooling
