#include "models/cooling/coolant.h"

#include <cmath>

namespace headroom::cooling {

double Density(Coolant coolant, double kelvin) {
  if (coolant == Coolant::kPg25) {
    const double t = kelvin - 273.15 - 32.7083;
    return 1014.384026 + t * (-0.4958636512 + t * (-0.00293473984 + t * 1.417630058e-05));
  }
  const double t = kelvin - 273.15;
  const double top =
      999.83952 +
      t * (16.945176 +
           t * (-7.9870401e-3 + t * (-46.170461e-6 + t * (105.56302e-9 - t * 280.54253e-12))));
  return top / (1.0 + 16.879850e-3 * t);
}

double SpecificHeat(Coolant coolant, double kelvin) {
  if (coolant == Coolant::kPg25) {
    const double t = kelvin - 273.15 - 32.7083;
    return 3939.782572 + t * (2.459085619 + t * (-0.001146689783 - t * 1.855532079e-05));
  }
  const double t = kelvin - 273.15;
  return 4217.4 + t * (-3.720283 + t * (0.1412855 + t * (-2.654387e-3 + t * 2.093236e-5)));
}

double Conductivity(Coolant coolant, double kelvin) {
  if (coolant == Coolant::kPg25) {
    const double t = kelvin - 273.15 - 32.7083;
    return 0.4743196673 + t * (8.781195473e-4 + t * (-4.945706359e-7 - t * 6.44925961e-9));
  }
  const double r = kelvin / 298.15;
  return 0.6065 * (-1.48445 + r * (4.12292 - 1.63866 * r));
}

double Viscosity(Coolant coolant, double kelvin) {
  if (coolant == Coolant::kPg25) {
    const double t = kelvin - 273.15 - 32.7083;
    return 1e-3 *
           std::exp(0.5287767353 + t * (-0.02858893288 + t * (2.319391141e-4 - t * 1.31250996e-6)));
  }
  const double d = 20.0 - (kelvin - 273.15);
  return 1.002e-3 * std::pow(10.0, d / (116.0 - d) * (1.2364 + d * (-1.37e-3 + d * 5.7e-6)));
}

}  // namespace headroom::cooling
