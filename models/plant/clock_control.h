#pragma once

#include <deque>

#include "models/plant/plant_params.h"

namespace headroom::plant {

/// The clock share that a group's die temperature allows.
///
///     engages at T >= throttle          lets go at T <= throttle - hysteresis
///     engaged: clock = 1 - gain (T - (throttle - hysteresis)), within min_clock..1
///
/// The clock falls by gain x hysteresis (8 %) at the threshold and returns without a jump, so it
/// settles where heat and clock agree and does not cycle.
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

/// The clock share that keeps a power at its limit: an integral control on the power that clocks can
/// move,
///
///     d clock/dt = (limit (1 - margin) - P) / (P_boards T),   min_clock <= clock <= 1
///
/// P is as old as `cap_delay`; T is cap_time, and no less than three delays, so that it settles.
/// It rests while the error lies within -1..2 quanta, which no quantised clock can mend. P_boards is
/// the boards' power over the share then in force. Answers within about T after the delay; a step in load
/// above the limit stands for that long.
class PowerCap {
 public:
  explicit PowerCap(const ClockParams& params) : params_(params) {}
  double Update(double power, double limit, double boards, double seconds);

 private:
  struct Reading {
    double seconds = 0.0, power = 0.0, boards = 0.0, share = 1.0;
  };
  ClockParams params_;
  double share_ = 1.0;
  std::deque<Reading> late_;  // not known yet, oldest first
  double late_seconds_ = 0.0;
};

/// `share` down to a whole number of quanta.
double Quantised(double share, double quantum);

/// The clock in force: whole quanta that fall at once and rise only when the share allows two more
/// (or the full clock), so that a share at rest between two quanta does not move it.
class ClockSteps {
 public:
  explicit ClockSteps(double quantum) : quantum_(quantum) {}
  double Update(double share);

 private:
  double quantum_;
  double clock_ = 1.0;
};

/// Whether a group's boards are off. They switch off where the die reaches its shutdown temperature,
/// and where power fails. They start again once power, cooling and a die below the throttle's release
/// have lasted for `restart` without a break; so a cause that stays cannot make them cycle.
class BoardSwitch {
 public:
  BoardSwitch(const ClockParams& params, double shutdown, double release)
      : params_(params), shutdown_(shutdown), release_(release) {}
  /// `now` [s]. Returns whether the boards are off from now on.
  bool Update(double now, double die, bool powered, bool cooled);
  bool off() const { return off_; }

 private:
  ClockParams params_;
  double shutdown_, release_;
  double well_since_ = 0.0;
  bool off_ = false;
};

}  // namespace headroom::plant
