#include "models/power/waveform.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::power {

Waveform::Waveform(std::vector<Phase> phases) : phases_(std::move(phases)) {
  min_ = HUGE_VAL;
  max_ = -HUGE_VAL;
  for (const auto& p : phases_) {
    HR_CHECK(p.seconds >= 0.0 && std::isfinite(p.seconds) && std::isfinite(p.watts), p.seconds,
             p.watts);
    if (p.seconds == 0.0) continue;
    period_ += p.seconds;
    energy_ += p.seconds * p.watts;
    min_ = std::min(min_, p.watts);
    max_ = std::max(max_, p.watts);
  }
  HR_CHECK(period_ > 0.0, phases_.size());
}

double Waveform::At(double t) const {
  double left = t - std::floor(t / period_) * period_;
  for (const auto& p : phases_) {
    if (left < p.seconds) return p.watts;
    left -= p.seconds;
  }
  return phases_.back().watts;
}

double Waveform::EnergyUntil(double t) const {
  const double whole = std::floor(t / period_);
  double left = t - whole * period_;
  double sum = whole * energy_;
  for (const auto& p : phases_) {
    sum += std::min(left, p.seconds) * p.watts;
    left = std::max(0.0, left - p.seconds);
  }
  return sum;
}

}  // namespace headroom::power
