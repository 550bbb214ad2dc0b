#include "models/power/shelf_storage.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::power {

ShelfStorage::ShelfStorage(const ShelfStorageParams& params, double load)
    : params_(params), mean_(load), eta_(std::sqrt(params.efficiency)), stored_(params.setpoint * params.energy) {
  HR_CHECK(params.efficiency > 0.0 && params.efficiency <= 1.0, params.efficiency);
  HR_CHECK(params.setpoint > 0.0 && params.setpoint < 1.0, params.setpoint);
  HR_CHECK(params.energy >= 0.0 && params.mean_time > 0.0 && params.centre_time > 0.0,
           params.energy, params.mean_time, params.centre_time);
}

double ShelfStorage::Draw(double load, double seconds) {
  if (seconds != seconds_) {
    seconds_ = seconds;
    share_ = -std::expm1(-seconds / params_.mean_time);
  }
  mean_ += (load - mean_) * share_;
  const double wanted = mean_ + (params_.setpoint * params_.energy - stored_) / params_.centre_time;
  const auto eta = [&](double flow) { return flow > 0.0 ? eta_ : 1.0 / eta_; };
  const double flow = std::max(wanted, 0.0) - load;
  const double next = std::clamp(stored_ + eta(flow) * flow * seconds, 0.0, params_.energy);
  const double draw = load + (next - stored_) / (eta(flow) * seconds);
  stored_ = next;
  return draw;
}

double EnergyToFlatten(double swing, double hertz) { return swing / (4.0 * hertz); }

}  // namespace headroom::power
