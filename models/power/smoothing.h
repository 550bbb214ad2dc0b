#pragma once

#include <limits>
#include <vector>

namespace headroom::power {

/// Power smoothing of one accelerator. SI units.
struct SmoothingParams {
  double floor = 0.0;  ///< W held around activity; a share of TDP in a scenario
  double idle = 0.0;   ///< W drawn before the first activity
  double ramp_up = std::numeric_limits<double>::infinity();    ///< W/s, above 0
  double ramp_down = std::numeric_limits<double>::infinity();  ///< W/s, above 0
  double stop_delay = 0.0;  ///< s for which the floor holds on after the last activity
};

/// A stretch in which power goes linearly.
struct PowerPiece {
  double seconds = 0.0;
  double from = 0.0;  ///< W
  double to = 0.0;    ///< W
};

/// Floor, ramps and stop delay in an accelerator, as NVIDIA's power smoothing does it: the limit of
///
///     P(t) = clip(target, P(t - dt) - r_dn dt, P(t - dt) + r_up dt)      for dt -> 0
///     target = max(raw, floor)   while active and for `stop_delay` after, else raw
///
/// solved from breakpoint to breakpoint, so that energies are exact for raw power that is piecewise
/// constant or linear. Above raw the difference is burnt. Below raw (a ramp holds power down) the
/// difference counts as undelivered: work loses time there (lost_time.h). Left out: the ceiling on
/// electrical design peaks, the secondary floor and its windows.
/// Source: arXiv 2508.14318, NVML power smoothing profiles.
class PowerSmoother {
 public:
  explicit PowerSmoother(const SmoothingParams& params);
  /// Moves on by `seconds` in which raw power goes linearly `from` .. `to`; appends what is drawn to
  /// `out` if given.
  void Advance(double seconds, double from, double to, bool active,
               std::vector<PowerPiece>* out = nullptr);
  double power() const { return power_; }              ///< W now
  double raw() const { return raw_; }                  ///< J that the work asked for
  double drawn() const { return drawn_; }              ///< J
  double burnt() const { return burnt_; }              ///< J, time where drawn exceeds raw
  double undelivered() const { return undelivered_; }  ///< J, time where raw exceeds drawn
  /// Energy burnt over useful energy; 0 before any.
  double overhead() const { return raw_ > 0.0 ? burnt_ / raw_ : 0.0; }

 private:
  void Hold(double seconds, double from, double to, bool floored, std::vector<PowerPiece>* out);
  void Follow(double seconds, double raw, double raw_slope, double target, double slope,
              std::vector<PowerPiece>* out);

  SmoothingParams params_;
  double power_;
  double since_ = std::numeric_limits<double>::infinity();  // s from the last activity
  double raw_ = 0.0, drawn_ = 0.0, burnt_ = 0.0, undelivered_ = 0.0;
};

/// Energy that a floor costs over useful energy, without ramps: a duty cycle of power `high` for a
/// share `duty` of the time and `low` else, the floor held throughout.
///
///     ((1 - duty) max(0, floor - low) + duty max(0, floor - high)) / (duty high + (1 - duty) low)
double FloorOverhead(double duty, double high, double low, double floor);

}  // namespace headroom::power
