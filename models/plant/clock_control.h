#pragma once

#include "models/plant/plant_params.h"

namespace headroom::plant {

/// The clock share that a group's die temperature allows.
///
///     engages at T >= throttle          lets go at T <= throttle - hysteresis
///     engaged: clock = 1 - gain (T - (throttle - hysteresis)), within min_clock..1
///
/// The clock falls by gain x hysteresis (8 %) at the threshold and returns without a jump, so it
/// settles where heat and clock agree and does not cycle. Values are rounded down to the quantum.
/// Shutdown above the limit is left out.
class ThermalThrottle {
 public:
  ThermalThrottle(const ClockParams& params, double throttle)
      : params_(params), throttle_(throttle) {}
  double Update(double die);
  bool engaged() const { return engaged_; }

 private:
  ClockParams params_;
  double throttle_;
  bool engaged_ = false;
};

/// The clock share that keeps the utility's power at its limit: an integral control on the power
/// that clocks can move,
///
///     d clock/dt = (limit (1 - margin) - P) / (P_boards cap_time),   min_clock <= clock <= 1
///
/// P_boards is the boards' power over the present share. Answers within about cap_time; a step in
/// load above the limit stands for that long.
class PowerCap {
 public:
  PowerCap(const ClockParams& params, double limit) : params_(params), limit_(limit) {}
  double Update(double utility, double boards, double seconds);

 private:
  ClockParams params_;
  double limit_;
  double share_ = 1.0;
};

/// `share` down to a whole number of quanta.
double Quantised(double share, double quantum);

}  // namespace headroom::plant
