#pragma once

#include <cstdint>

#include "sim/engine/time.h"

namespace headroom {

/// Something that changes between events with its inputs held: coolant temperatures, a state of
/// charge, a filter.
///
/// The engine calls Advance() before an event that touches the system and at its own thresholds;
/// whoever changes an input calls Engine::Touch() first, and whoever reads the state
/// Engine::Settle(). Nothing may depend on how often Advance() is called: Advance(a); Advance(b) is
/// Advance(a + b) to rounding.
class ContinuousSystem {
 public:
  ContinuousSystem() = default;
  virtual ~ContinuousSystem() = default;
  /// Moves the state forward by `step` with the inputs held.
  virtual void Advance(Duration step) = 0;
  /// Time until the next threshold is met with the inputs held, rounded up, so that it is met when
  /// the time has passed; Duration::Max() if none comes. A threshold that was reported does not
  /// come again at once.
  virtual Duration TimeToThreshold() const = 0;
  /// Called at the instant of the threshold, after Advance().
  virtual void OnThreshold(Instant now) = 0;

 private:
  friend class Engine;
  std::uint32_t place_ = UINT32_MAX;  ///< in the engine it was added to
};

}  // namespace headroom
