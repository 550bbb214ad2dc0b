#include "models/power/lost_time.h"

#include <algorithm>
#include <cmath>

#include "models/power/clock_power.h"

namespace headroom::power {
namespace {
constexpr double kLeast = 0.05;  // clock
constexpr int kParts = 8;        // of a piece; even
constexpr int kKnots = 4096;     // of the clock

double Clock(int knot) { return kLeast + (1.0 - kLeast) * knot / kKnots; }

/// Power at each knot, rising.
const std::vector<double>& Powers() {
  static const std::vector<double> powers = [] {
    std::vector<double> out;
    for (int i = 0; i <= kKnots; ++i) out.push_back(ClockLaw().Power(Clock(i), 1.0));
    return out;
  }();
  return powers;
}

}  // namespace

double SpeedAt(double given) {
  const std::vector<double>& powers = Powers();
  if (given >= 1.0) return 1.0;
  if (given <= powers.front()) return kLeast * std::max(0.0, given) / powers.front();
  const auto above = std::upper_bound(powers.begin(), powers.end(), given);
  const auto i = static_cast<int>(above - powers.begin());
  return Clock(i) - (*above - given) / (*above - *(above - 1)) * (1.0 - kLeast) / kKnots;
}

double LostTime(const std::vector<PowerPiece>& pieces, std::size_t from, double raw, double idle) {
  if (raw <= idle) return 0.0;
  double lost = 0.0;
  for (std::size_t i = from; i < pieces.size(); ++i) {
    PowerPiece p = pieces[i];
    if (p.from >= raw && p.to >= raw) continue;
    // Only the part below raw, so that the kink lies at an end.
    if (p.from > raw || p.to > raw) {
      const double below = (raw - std::min(p.from, p.to)) / std::abs(p.to - p.from);
      p.seconds *= below;
      (p.from > raw ? p.from : p.to) = raw;
    }
    const auto loss = [&](int k) {
      const double watts = p.from + (p.to - p.from) * k / kParts;
      return 1.0 - SpeedAt((watts - idle) / (raw - idle));
    };
    if (p.from == p.to) {
      lost += p.seconds * loss(0);
      continue;
    }
    double sum = loss(0) + loss(kParts);
    for (int k = 1; k < kParts; ++k) sum += (k % 2 == 1 ? 4.0 : 2.0) * loss(k);
    lost += p.seconds * sum / (3.0 * kParts);
  }
  return lost;
}

}  // namespace headroom::power
