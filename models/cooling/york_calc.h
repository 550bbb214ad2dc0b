#pragma once

namespace headroom::cooling {

/// Approach [K] of a cooling tower (leaving water over entering wet bulb) by the York correlation:
/// a polynomial of 27 terms, quadratic in wet bulb [K on the absolute scale here], range [K] and
/// the ratio of water to air flow, both as shares of design.
///
/// Valid for wet bulbs of -34.4..26.7 degC, ranges of 1.1..22.2 K, flow shares of 0.75..1.25; not
/// clipped here. Source: EnergyPlus CoolingTower:VariableSpeed:YorkCalc, as in Modelica Buildings
/// (Correlations.yorkCalc).
double YorkCalcApproach(double wet_bulb, double range, double water_to_air);

/// Leaving water [K] of such a tower that receives water at `entering` [K]: solves T = T_wb +
/// approach(T_wb, T_in - T, r) by bisection within T_wb..T_in.
double YorkCalcLeaving(double wet_bulb, double entering, double water_to_air);

}  // namespace headroom::cooling
