#include "sim/core/balance.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom {

void Balance::Sum::Add(double x) {
  const double t = sum_ + x;
  compensation_ += std::abs(sum_) >= std::abs(x) ? (sum_ - t) + x : (x - t) + sum_;
  sum_ = t;
}

double Balance::RelativeError() const {
  const double scale = std::max({std::abs(in()), std::abs(out()), std::abs(stored())});
  return scale == 0.0 ? 0.0 : std::abs(in() - out() - stored()) / scale;
}

void Balance::Assert(double tolerance) const {
  if (RelativeError() <= tolerance) return;
  throw InternalError(fmt::format("balance of {} does not close: in {}, out {}, stored {}, error {:.3g}",
                                  name_, in(), out(), stored(), RelativeError()));
}

}  // namespace headroom
