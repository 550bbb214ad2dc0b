#include "models/power/breaker.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/check.h"

namespace headroom::power {
namespace {
double Square(double x) { return x * x; }
}  // namespace

Breaker::Breaker(const BreakerParams& params, double load_over_rating)
    : params_(params), heat_(std::min(1.0, Square(load_over_rating / params.pickup))) {
  HR_CHECK(params.pickup > 0.0 && params.time_constant > 0.0, params.pickup, params.time_constant);
}

bool Breaker::Advance(double load_over_rating, double seconds) {
  const double end = Square(load_over_rating / params_.pickup);
  heat_ = end + (heat_ - end) * std::exp(-seconds / params_.time_constant);
  return heat_ > 1.0 + 1e-12;
}

double Breaker::TimeToTrip(double load_over_rating) const {
  const double end = Square(load_over_rating / params_.pickup);
  if (heat_ >= 1.0) return 0.0;
  if (end <= 1.0) return std::numeric_limits<double>::infinity();
  return params_.time_constant * std::log((end - heat_) / (end - 1.0));
}

}  // namespace headroom::power
