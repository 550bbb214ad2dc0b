#include "models/power/shelf_storage.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::power {

ShelfStorage::ShelfStorage(const ShelfStorageParams& params, double load)
    : params_(params), mean_(load), stored_(0.5 * params.energy) {
  HR_CHECK(params.energy >= 0.0 && params.mean_time > 0.0 && params.centre_time > 0.0,
           params.energy, params.mean_time, params.centre_time);
}

double ShelfStorage::Draw(double load, double seconds) {
  if (seconds != seconds_) {
    seconds_ = seconds;
    share_ = -std::expm1(-seconds / params_.mean_time);
  }
  mean_ += (load - mean_) * share_;
  const double wanted = mean_ + (0.5 * params_.energy - stored_) / params_.centre_time;
  const double next = std::clamp(stored_ + (wanted - load) * seconds, 0.0, params_.energy);
  const double draw = std::max(0.0, load + (next - stored_) / seconds);
  stored_ += (draw - load) * seconds;
  return draw;
}

double EnergyToFlatten(double swing, double hertz) { return swing / (4.0 * hertz); }

}  // namespace headroom::power
