#pragma once

#include <cstdint>
#include <memory>

#include "sim/engine/callback.h"
#include "sim/engine/time.h"

namespace headroom {

class ContinuousSystem;
class SharedClock;

/// The order of events of one instant. Events of equal instant and phase run in the order in which
/// they were scheduled.
enum class Phase : std::uint8_t {
  kCompletion = 0,  ///< flows and work that end now, thresholds of continuous systems
  kArrival = 1,     ///< outside input
  kDecision = 2,    ///< routers, schedulers, controls
  kCouple = 3,      ///< continuous systems take their loads
  kObserve = 4,     ///< probes
};

struct EventId {
  std::uint64_t value = 0;  ///< 0 is no event
  bool valid() const { return value != 0; }
};

/// The clock and the event queue of one run, on SimGrid's time line.
///
///     Engine engine;
///     engine.At(Instant::FromSeconds(1.0), Phase::kArrival, [&] { ... });
///     engine.Run(Instant::FromSeconds(3600));
///
/// Events are ordered by (instant, phase, sequence). An event scheduled for now() in an earlier
/// phase than the one that runs is the next to run. An exception from a callback leaves Run(); its
/// event counts as run, all others stay, and Run() may be called again.
///
/// While SimGrid holds no flow the queue runs by itself; once it does, exactly one SimGrid kernel
/// timer is armed for the queue's head, so that flows and events share one time line. SimGrid
/// allows one engine per process; it is attached by the first network of flows that asks for it, so
/// a program that never does needs no SimGrid.
class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Instant now() const;
  /// Schedules `callback` at `when`, which must not lie before now().
  EventId At(Instant when, Phase phase, Callback callback);
  EventId After(Duration delay, Phase phase, Callback callback);
  /// Takes an event back; false if it ran or was taken back already.
  bool Cancel(EventId id);
  /// Adds a system that lives between events; see continuous.h. Not owned; outlives the run.
  void Add(ContinuousSystem* system);
  /// Says that the inputs of `system` are about to change: it is advanced to now() first, and its
  /// next threshold is asked for again after the current event.
  void Touch(ContinuousSystem* system);
  /// Advances `system` to now(), to be read.
  void Settle(ContinuousSystem* system);
  /// Runs events up to and including `end`; now() is `end` afterwards, unless stopped. Not from
  /// within an event.
  void Run(Instant end);
  /// Runs until no event is left, or Stop().
  void RunAll();
  /// Ends Run() after the current event.
  void Stop();
  std::uint64_t events_run() const;
  /// Events scheduled and neither run nor taken back.
  std::size_t pending() const;
  /// The time line that the engine shares; null until one is attached (simgrid_kernel.h).
  SharedClock* shared_clock();
  void Attach(std::unique_ptr<SharedClock> clock);
  /// What a shared clock's timer must call.
  Callback on_timer();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headroom
