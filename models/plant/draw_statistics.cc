#include "models/plant/draw_statistics.h"

#include <algorithm>
#include <cstddef>

namespace headroom::plant {
namespace {
constexpr std::size_t kBins = 2000;
constexpr double kWidth = 1e-3;
}  // namespace

void DrawStatistics::Add(double share, double seconds) {
  if (bins_.empty()) bins_.resize(kBins);
  const double at = std::clamp(share / kWidth, 0.0, static_cast<double>(kBins) - 1.0);
  bins_[static_cast<std::size_t>(at)] += static_cast<float>(seconds);
  max_ = seconds_ > 0.0 ? std::max(max_, share) : share;
  seconds_ += seconds;
  sum_ += share * seconds;
}

void DrawStatistics::Add(const DrawStatistics& other) {
  if (other.seconds_ <= 0.0) return;
  if (bins_.empty()) bins_.resize(kBins);
  for (std::size_t i = 0; i < kBins; ++i) bins_[i] += other.bins_[i];
  max_ = seconds_ > 0.0 ? std::max(max_, other.max_) : other.max_;
  seconds_ += other.seconds_;
  sum_ += other.sum_;
}

double DrawStatistics::Percentile(double part) const {
  double total = 0.0, passed = 0.0;
  for (const float b : bins_) total += static_cast<double>(b);
  const double due = part * total;
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    const double in = static_cast<double>(bins_[i]);
    if (in > 0.0 && passed + in >= due)
      return std::min(max_, (static_cast<double>(i) + (due - passed) / in) * kWidth);
    passed += in;
  }
  return max_;
}

}  // namespace headroom::plant
