#pragma once

#include <cstdint>

#include "sim/engine/callback.h"
#include "sim/engine/engine.h"
#include "sim/engine/shared_clock.h"

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
class SimgridKernel final : public SharedClock {
 public:
  /// `on_timer` runs whenever the armed timer fires. @throws InternalError if SimGrid was started
  /// before.
  explicit SimgridKernel(Callback on_timer);
  ~SimgridKernel() override;
  SimgridKernel(const SimgridKernel&) = delete;
  SimgridKernel& operator=(const SimgridKernel&) = delete;

  /// Counts activities in SimGrid's hands; while there is one, the engine runs on SimGrid's clock.
  void Hold() { ++held_; }
  void Release() { --held_; }
  bool held() const override { return held_ > 0; }
  bool in_timer() const override { return in_timer_; }
  void Arm(Instant when) override;
  void Disarm();
  Instant armed() const override { return armed_; }
  Instant due() const override { return due_; }
  void Run() override;
  [[noreturn]] void Leave() override;
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

/// The kernel that `engine` runs on, started on first use. For sim/flow.
SimgridKernel& KernelOf(Engine& engine);

}  // namespace headroom
