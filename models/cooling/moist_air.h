#pragma once

/// Moist air, at 101325 Pa unless a pressure is given. Temperatures in kelvin.
namespace headroom::cooling {

/// Saturation pressure over water [Pa]: Magnus form of Alduchov and Eskridge 1996, -40..50 degC,
/// 0.4 %.
double SaturationPressure(double kelvin);
/// Enthalpy of saturated air per mass of dry air [J/kg], 0 for dry air at 0 degC:
/// h = 1006 t + w (2501000 + 1860 t), w = 0.622 p_s / (p - p_s). ASHRAE Fundamentals.
double SaturatedEnthalpy(double kelvin);
/// The inverse of SaturatedEnthalpy, by Newton's method from `guess`.
double SaturatedTemperature(double enthalpy, double guess);
/// Wet bulb of air at `dry_bulb` whose water vapour would saturate at `dew_point`, at `pressure`
/// [Pa], by bisection of the psychrometric balance over water:
///
///     w = ((2501 - 2.326 t_wb) w_s(t_wb) - 1.006 (t - t_wb)) / (2501 + 1.86 t - 4.186 t_wb)
///
/// t in degC, w = 0.622 p_v / (p - p_v). ASHRAE Fundamentals, ch. 1. Ice on the bulb is left out.
double WetBulb(double dry_bulb, double dew_point, double pressure);

/// Dew point of air of `dry_bulb` and `wet_bulb`, by the same balance and the inverse of SaturationPressure.
double DewPoint(double dry_bulb, double wet_bulb);

}  // namespace headroom::cooling
