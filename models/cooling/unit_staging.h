#pragma once

#include <algorithm>
#include <cmath>

namespace headroom::cooling {

/// How many of a row of towers or dry coolers take water where only as many do as the load needs.
///
///     one more   fans above 90 % for `hold`, or the water asks for more than those in use take
///     one less   for `hold`: n - 1 take the water, and fans would stay below 80 % at n/(n-1) times their speed and a seventh
///
/// The gap between both, and the time, keep it from going to and fro. All values are assumed.
class UnitStaging {
 public:
  static constexpr double kHold = 300.0;  ///< s
  /// Of `available` units, with fans at `fan` (share of full speed), of a water flow of `asked` units' design flow; after `h` s.
  double Update(double fan, double asked, double available, double h) {
    in_use_ = std::clamp(in_use_, std::min(1.0, available), available);
    const double least = std::clamp(std::ceil(asked - 1e-6), 1.0, std::max(1.0, available));
    if (in_use_ < least) {
      in_use_ = std::min(least, available);
      since_ = 0.0;
      return in_use_;
    }
    const bool more = fan > 0.9 && in_use_ < available;
    const bool less = in_use_ > least && fan * in_use_ / (in_use_ - 1.0) * (8.0 / 7.0) < 0.8;
    const int wish = more ? 1 : less ? -1 : 0;
    since_ = wish != 0 && wish == wish_ ? since_ + h : 0.0;
    wish_ = wish;
    if (wish == 0 || since_ < kHold) return in_use_;
    since_ = 0.0;
    return in_use_ = std::min(in_use_ + wish, available);
  }
  double in_use() const { return in_use_; }
  void Start(double units) { in_use_ = units; }

 private:
  double in_use_ = 0.0, since_ = 0.0;
  int wish_ = 0;
};

}  // namespace headroom::cooling
