#pragma once

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>

#include "sim/core/quantity.h"

/// Simulated time in integer nanoseconds: a `Duration` is an interval, an `Instant` a point counted from the start of
/// the run. Seconds beyond 146 years are held as 146 years, so that a sum of two does not overflow.
namespace headroom {

/// Nearest nanosecond of s seconds.
inline std::int64_t Nanoseconds(double s) { return std::llround(std::clamp(s * 1e9, -0x1p62, 0x1p62)); }

class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration Ns(std::int64_t ns) { return Duration(ns); }
  static Duration FromSeconds(double s) { return Duration(Nanoseconds(s)); }
  static Duration From(Time t) { return FromSeconds(t.si()); }
  static constexpr Duration Max() { return Duration(INT64_MAX / 2); }
  constexpr std::int64_t ns() const { return ns_; }
  constexpr double seconds() const { return static_cast<double>(ns_) / 1e9; }
  friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.ns_ + b.ns_); }
  friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.ns_ - b.ns_); }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return Duration(a.ns_ * n); }
  friend constexpr auto operator<=>(Duration a, Duration b) = default;

 private:
  constexpr explicit Duration(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant Ns(std::int64_t ns) { return Instant(ns); }
  static Instant FromSeconds(double s) { return Instant(Nanoseconds(s)); }
  static constexpr Instant Max() { return Instant(INT64_MAX / 2); }
  constexpr std::int64_t ns() const { return ns_; }
  constexpr double seconds() const { return static_cast<double>(ns_) / 1e9; }
  friend constexpr Instant operator+(Instant a, Duration d) { return Instant(a.ns_ + d.ns()); }
  friend constexpr Instant operator-(Instant a, Duration d) { return Instant(a.ns_ - d.ns()); }
  friend constexpr Duration operator-(Instant a, Instant b) { return Duration::Ns(a.ns_ - b.ns_); }
  friend constexpr auto operator<=>(Instant a, Instant b) = default;

 private:
  constexpr explicit Instant(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

}  // namespace headroom
