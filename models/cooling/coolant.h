#pragma once

namespace headroom::cooling {

enum class Coolant { kWater, kPg25 };  ///< kPg25: propylene glycol, 25 % by volume (26 % by mass)

/// Density [kg/m^3] and specific heat [J/(kg K)] of a liquid coolant at a temperature in kelvin.
///
///   water  density: Kell 1975, 0..100 degC (1e-5); specific heat: Gill 1982 at no salt, quoted
///          for 0..40 degC, used to 60 degC (within 0.1 % of IAPWS values there)
///   PG25   Melinder 2010 (as in Modelica Buildings, PropyleneGlycolWater) at a mass fraction of
///          0.26, collapsed to cubics in T - 32.7083 degC; -10..100 degC
///
/// Pressure is left out.
double Density(Coolant coolant, double kelvin);
double SpecificHeat(Coolant coolant, double kelvin);

/// Thermal conductivity [W/(m K)] and dynamic viscosity [Pa s].
///
///   water  conductivity: Ramires 1995, 0..100 degC (0.7 %); viscosity: Kestin 1978, 0..150 degC (1 %)
///   PG25   Melinder 2010, collapsed as above
double Conductivity(Coolant coolant, double kelvin);
double Viscosity(Coolant coolant, double kelvin);

}  // namespace headroom::cooling
