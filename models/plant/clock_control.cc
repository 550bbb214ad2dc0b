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

double PowerCap::Update(double power, double limit, double boards, double seconds) {
  late_.push_back({seconds, power, boards, share_});
  late_seconds_ += seconds;
  while (late_seconds_ - late_.front().seconds > params_.cap_delay + 1e-9) {
    late_seconds_ -= late_.front().seconds;
    late_.pop_front();
  }
  const Reading& known = late_.front();
  if (known.boards <= 0.0) return share_;
  const double full = known.boards / known.share;
  const double error = (limit * (1.0 - params_.cap_margin) - known.power) / full;
  if (error >= -params_.quantum && error <= 2.0 * params_.quantum) return share_;
  const double part = std::min(1.0, seconds / std::max(params_.cap_time, 3.0 * params_.cap_delay));
  share_ = std::clamp(share_ + part * error, params_.min_clock, 1.0);
  return share_;
}

double ClockSteps::Update(double share) {
  const double wanted = Quantised(share, quantum_);
  if (wanted < clock_ || share >= 1.0 || wanted >= clock_ + 1.5 * quantum_) clock_ = wanted;
  return clock_;
}

bool BoardSwitch::Update(double now, double die, bool powered, bool cooled) {
  if (!powered || die >= shutdown_) off_ = true;
  if (!powered || !cooled || die > release_) well_since_ = now;
  if (off_ && now - well_since_ >= params_.restart) off_ = false;
  return off_;
}

}  // namespace headroom::plant
