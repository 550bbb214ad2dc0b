#include "models/cooling/york_calc.h"

#include <array>

namespace headroom::cooling {
namespace {
/// Rows: (range^0, range^1, range^2) for ratio^0, then for ratio^1, then ratio^2; columns: wet
/// bulb^0..2 in degC.
constexpr std::array<double, 27> kTerms = {
    -0.359741205,    -0.055053608,     0.0023850432,    0.173926877,         -0.0248473764,
    0.00048430224,   -0.005589849456,  0.0005770079712, -1.342427256e-05,    2.84765801111111,
    -0.121765149,    0.0014599242,     1.680428651,     -0.0166920786,       -0.0007190532,
    -0.025485194448, 4.87491696e-05,   2.719234152e-05, -0.0653766255555556, -0.002278167,
    0.0002500254,    -0.0910565458,    0.00318176316,   3.8621772e-05,       -0.0034285382352,
    8.56589904e-06,  -1.516821552e-06,
};
}  // namespace

double YorkCalcApproach(double wet_bulb, double range, double water_to_air) {
  const double t = wet_bulb - 273.15;
  double sum = 0.0, ratio = 1.0;
  for (int i = 0; i < 3; ++i, ratio *= water_to_air) {
    double power = 1.0;
    for (int j = 0; j < 3; ++j, power *= range) {
      const double* c = &kTerms[9 * i + 3 * j];
      sum += ratio * power * (c[0] + t * (c[1] + t * c[2]));
    }
  }
  return sum;
}

double YorkCalcLeaving(double wet_bulb, double entering, double water_to_air) {
  if (entering <= wet_bulb) return entering;
  double low = wet_bulb, high = entering;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    const bool too_cold =
        middle < wet_bulb + YorkCalcApproach(wet_bulb, entering - middle, water_to_air);
    (too_cold ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace headroom::cooling
