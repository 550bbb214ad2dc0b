#include "models/plant/clock_control.h"

#include <algorithm>
#include <cmath>

namespace headroom::plant {

double Quantised(double share, double quantum) {
  return std::min(1.0, std::floor(share / quantum + 1e-9) * quantum);
}

double ThermalThrottle::Update(double die) {
  if (die >= throttle_) engaged_ = true;
  const double over = die - (throttle_ - params_.hysteresis);
  if (over <= 0.0) engaged_ = false;
  if (!engaged_) return 1.0;
  return std::clamp(1.0 - params_.gain * over, params_.min_clock, 1.0);
}

double PowerCap::Update(double utility, double boards, double seconds) {
  if (boards <= 0.0) return share_;
  const double error = (limit_ * (1.0 - params_.cap_margin) - utility) / (boards / share_);
  const double part = std::min(1.0, seconds / params_.cap_time);
  share_ = std::clamp(share_ + part * error, params_.min_clock, 1.0);
  return share_;
}

}  // namespace headroom::plant
