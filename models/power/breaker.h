#pragma once

namespace headroom::power {

/// When a breaker or relay opens, as a thermal image of what it protects.
struct BreakerParams {
  double pickup = 1.05;  ///< load over rating that it carries for ever
  double time_constant = 300.0;  ///< s
};

/// An inverse-time breaker: the warmer it runs and the larger the overload, the sooner it opens.
///
///     dh/dt = (x^2 - h) / tau         opens at h > 1,  x = load / (rating pickup)
///     time from a load p: tau ln((x^2 - p^2) / (x^2 - 1))
///
/// The thermal characteristic of IEC 60255-149, with the load as it was as memory. Defaults are
/// assumed: from a load of 90 % they carry 10 % over the rating for 6.6 min and 40 % for 88 s, in
/// the range of published figures for busways and panels. Left
/// out: the magnetic (short-circuit) part, which no load reaches, and ambient temperature.
class Breaker {
 public:
  Breaker(const BreakerParams& params, double load_over_rating);
  /// Moves on by `seconds` at a constant load over rating. True once it has opened.
  bool Advance(double load_over_rating, double seconds);
  double heat() const { return heat_; }  ///< 1: opens
  /// Seconds that it carries a constant load from now; +inf if for ever.
  double TimeToTrip(double load_over_rating) const;
  /// Closed again, as cold as a breaker without load.
  void Reset() { heat_ = 0.0; }

 private:
  BreakerParams params_;
  double heat_;
};

}  // namespace headroom::power
