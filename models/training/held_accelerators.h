#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/network/traffic.h"
#include "models/power/load_port.h"

namespace headroom::training {

/// Accelerators of one load port that a workload holds.
struct HeldPart {
  power::LoadPort* port = nullptr;  ///< not owned
  std::uint32_t accelerators = 0;
  double host_load = 1.0;  ///< of their hosts while kernels run
};

/// All accelerators of a workload: what they draw goes to the meters of their ports.
class HeldAccelerators {
 public:
  explicit HeldAccelerators(std::vector<HeldPart> parts)
      : parts_(std::move(parts)), feeds_(parts_.size(), -1), absent_(parts_.size(), 0) {}
  const std::vector<HeldPart>& parts() const { return parts_; }
  std::uint32_t count() const;
  /// Those of count() that are not lost.
  std::uint32_t present() const;
  /// Up to `n` accelerators beside number `accelerator` fail: until they come back they are not held.
  void Lose(std::uint32_t accelerator, std::uint32_t n);
  /// The accelerators that were lost first come back.
  void Regain();
  /// The slowest clock that a port allows: a synchronous workload goes at its pace.
  double Clock() const;
  /// Likewise the least pace.
  double Pace() const;
  /// Every accelerator present was held for `seconds`, drew `watts` on average and ran kernels for `busy`
  /// of the time.
  void Add(double seconds, double watts, double busy);
  /// They sent so much together, each as much as the others.
  void AddTraffic(const network::Traffic& bytes);
  /// Whether a port asks for phases; then Metered() and Phase() follow each Add().
  bool wants_phases() const;
  /// Joules of one accelerator that Add() put to the meters and that phases stand for.
  void Metered(double joules);
  void Phase(const power::LoadPhase& phase);

 private:
  struct Loss {
    std::size_t part;
    std::uint32_t accelerators;
  };
  power::PhaseFeed& Feed(std::size_t part);

  std::vector<HeldPart> parts_;
  std::vector<int> feeds_;  // by part, -1: not opened
  std::vector<std::uint32_t> absent_;  ///< by part
  std::vector<Loss> losses_;           ///< oldest first
};

}  // namespace headroom::training
