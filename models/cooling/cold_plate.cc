#include "models/cooling/cold_plate.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::cooling {

ColdPlate ColdPlate::OcpPg25() { return {0.009186737277, 0.014632799015, 0.000569244598507, 2.4}; }

ColdPlate ColdPlate::OcpWater() {
  return {0.007668898417, 0.013240251673, 6.408635816509e-05, 5.0};
}

double ColdPlate::Resistance(double flow) const {
  HR_CHECK(flow > 0.0, flow);
  const double v = std::min(flow, to_);
  return a_ / v + b_ + c_ * v;
}

}  // namespace headroom::cooling
