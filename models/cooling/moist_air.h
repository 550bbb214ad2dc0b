#pragma once

/// Moist air at 101325 Pa. Temperatures in kelvin.
namespace headroom::cooling {

/// Saturation pressure over water [Pa]: Magnus form of Alduchov and Eskridge 1996, -40..50 degC,
/// 0.4 %.
double SaturationPressure(double kelvin);
/// Enthalpy of saturated air per mass of dry air [J/kg], 0 for dry air at 0 degC:
/// h = 1006 t + w (2501000 + 1860 t), w = 0.622 p_s / (p - p_s). ASHRAE Fundamentals.
double SaturatedEnthalpy(double kelvin);
/// The inverse of SaturatedEnthalpy, by Newton's method from `guess`.
double SaturatedTemperature(double enthalpy, double guess);

}  // namespace headroom::cooling
