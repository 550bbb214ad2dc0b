#pragma once

#include "sim/engine/time.h"

namespace headroom {

/// Something that changes between events with its inputs held: coolant temperatures, a state of charge, a filter.
///
/// The engine calls Advance() before an event that touches the system and at its own thresholds; whoever changes an
/// input calls Engine::Touch() first. Nothing may depend on how often Advance() is called: Advance(a); Advance(b) is
/// Advance(a + b) to rounding.
class ContinuousSystem {
 public:
  virtual ~ContinuousSystem() = default;
  /// Moves the state forward by `step` with the inputs held.
  virtual void Advance(Duration step) = 0;
  /// Time until the next threshold is met with the inputs held; Duration::Max() if none comes.
  virtual Duration TimeToThreshold() const = 0;
  /// Called at the instant of the threshold, after Advance().
  virtual void OnThreshold(Instant now) = 0;
};

}  // namespace headroom
