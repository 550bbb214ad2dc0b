#include "models/cooling/coolant.h"

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

}  // namespace headroom::cooling
