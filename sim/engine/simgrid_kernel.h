#pragma once

#include <cstdint>

#include "sim/engine/callback.h"
#include "sim/engine/time.h"

namespace simgrid::kernel::timer {
class Timer;
}

namespace headroom {

/// SimGrid's side of the time line: its engine, its clock, and the one timer armed for the engine's
/// next event.
///
/// SimGrid is started silent, with the CM02 network model without cross traffic, window limit or
/// bandwidth factor: pure max-min sharing. The program's arguments and its signal handlers stay as
/// they are. It cannot be started twice in a process, nor rewound.
class SimgridKernel {
 public:
  /// `on_timer` runs whenever the armed timer fires. @throws InternalError if SimGrid was started
  /// before.
  explicit SimgridKernel(Callback on_timer);
  ~SimgridKernel();
  SimgridKernel(const SimgridKernel&) = delete;
  SimgridKernel& operator=(const SimgridKernel&) = delete;

  /// Counts activities in SimGrid's hands; while there is one, the engine runs on SimGrid's clock.
  void Hold() { ++held_; }
  void Release() { --held_; }
  bool held() const { return held_ > 0; }
  /// True inside the timer: the only place where activities may be started.
  bool in_timer() const { return in_timer_; }

  /// Arms the timer for `when`, in place of what it was armed for; not inside the timer for an
  /// instant that passed.
  void Arm(Instant when);
  void Disarm();
  /// The instant it is armed for, Instant::Max() if not.
  Instant armed() const { return armed_; }
  /// The instant for which the timer that runs now was armed.
  Instant due() const { return due_; }
  /// Runs SimGrid until Leave(), which must come from the timer.
  void Run();
  /// Ends Run().
  [[noreturn]] static void Leave();
  /// SimGrid's clock, rounded up to the nanosecond.
  static Instant Clock();

 private:
  void Fire();

  Callback on_timer_;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  simgrid::kernel::timer::Timer* running_ = nullptr;
  Instant armed_ = Instant::Max();
  Instant due_;
  std::int64_t held_ = 0;
  bool in_timer_ = false;
};

}  // namespace headroom
