#include "models/plant/ramp_statistics.h"

#include <algorithm>
#include <cmath>

namespace headroom::plant {

RampStatistics::RampStatistics(double step, double window) : window_(window) {
  const double steps = std::round(window / step);
  if (steps < 1.0 || std::abs(steps * step - window) > 1e-9 * window) return;
  steps_ = static_cast<std::size_t>(steps);
  powers_.resize(2 * steps_);
}

void RampStatistics::Add(double power) {
  if (steps_ == 0) return;
  const std::size_t size = powers_.size();
  const std::size_t at = count_ % size;
  const double middle = powers_[(at + steps_) % size];  // leaves the late window
  late_ += power - (count_ >= steps_ ? middle : 0.0);
  if (count_ >= steps_) early_ += middle;
  if (count_ >= size) early_ -= powers_[at];
  powers_[at] = power;
  if (++count_ < size) return;
  valid_ = true;
  const double rate = (late_ - early_) / static_cast<double>(steps_) / window_;
  up_ = std::max(up_, rate);
  down_ = std::max(down_, -rate);
}

}  // namespace headroom::plant
