#include "models/training/packing.h"

#include <algorithm>
#include <cmath>

#include "models/training/framework.h"

namespace headroom::training {

double Packing::Length(double sequence) const {
  if (mean_length <= 0) return sequence;
  return std::min(sequence, mean_length * (1 + deviation * deviation));
}

double Packing::Slowest(double sequence, double cp, double replicas, double sequences) const {
  if (mean_length <= 0 || mean_length >= sequence) return 1;
  const double spread = std::pow(1 + deviation * deviation, 4) - 1;
  const double v = std::min(1.0, std::sqrt(spread * mean_length / sequence));
  return 1 + v * (LargestOf(cp) + LargestOf(replicas) / std::sqrt(std::max(1.0, sequences)));
}

}  // namespace headroom::training
