#include "models/failure/checkpoint_interval.h"

#include <cmath>

namespace headroom::failure {

double YoungInterval(double cost, double between) { return std::sqrt(2 * cost * between); }

double DalyInterval(double cost, double between) {
  if (cost >= 2 * between) return between;
  const double x = cost / (2 * between);
  return std::sqrt(2 * cost * between) * (1 + std::sqrt(x) / 3 + x / 9) - cost;
}

double ExpectedGoodput(double interval, double cost, double recovery, double between) {
  return interval / (between * std::exp(recovery / between) * std::expm1((interval + cost) / between));
}

double TierLoss(double interval, double cost, double between) { return cost / (interval + cost) + interval / (2 * between); }

}  // namespace headroom::failure
