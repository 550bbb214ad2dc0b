#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/power/load_port.h"

namespace headroom::training {

/// Accelerators of one load port that a workload holds.
struct HeldPart {
  power::LoadPort* port = nullptr;  ///< not owned
  std::uint32_t accelerators = 0;
};

/// All accelerators of a workload: what they draw goes to the meters of their ports.
class HeldAccelerators {
 public:
  explicit HeldAccelerators(std::vector<HeldPart> parts) : parts_(std::move(parts)), feeds_(parts_.size(), -1) {}
  const std::vector<HeldPart>& parts() const { return parts_; }
  std::uint32_t count() const;
  /// The slowest clock that a port allows: a synchronous workload goes at its pace.
  double Clock() const;
  /// Every accelerator was held for `seconds`, drew `watts` on average and ran kernels for `busy`
  /// of the time.
  void Add(double seconds, double watts, double busy);
  /// Whether a port asks for phases; then Metered() and Phase() follow each Add().
  bool wants_phases() const;
  /// Joules of one accelerator that Add() put to the meters and that phases stand for.
  void Metered(double joules);
  void Phase(const power::LoadPhase& phase);

 private:
  power::PhaseFeed& Feed(std::size_t part);

  std::vector<HeldPart> parts_;
  std::vector<int> feeds_;  // by part, -1: not opened
};

}  // namespace headroom::training
