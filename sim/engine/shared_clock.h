#pragma once

#include "sim/engine/time.h"

namespace headroom {

/// Another simulator's time line that the engine runs on while it has activities of its own: one timer, armed for the
/// engine's next event. SimgridKernel is the one there is.
class SharedClock {
 public:
  virtual ~SharedClock() = default;
  /// True while it has activities; the engine then runs on its clock.
  virtual bool held() const = 0;
  /// True inside the timer: the only place where activities may be started.
  virtual bool in_timer() const = 0;
  /// Arms the timer for `when`, in place of what it was armed for; not inside the timer for an instant that passed.
  virtual void Arm(Instant when) = 0;
  /// The instant it is armed for, Instant::Max() if not.
  virtual Instant armed() const = 0;
  /// The instant for which the timer that runs now was armed.
  virtual Instant due() const = 0;
  /// Runs until Leave(), which must come from the timer.
  virtual void Run() = 0;
  /// Ends Run().
  [[noreturn]] virtual void Leave() = 0;
};

}  // namespace headroom
