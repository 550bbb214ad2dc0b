#pragma once

#include <memory>

#include "sim/flow/flow_network.h"

namespace headroom {

/// The same network in SimGrid's hands: each flow is a `Comm` on a platform whose routes are ours.
/// The reference that MaxMinNetwork is tested against, and a slow one (SimGrid solves flow by
/// flow).
///
/// The platform is built when the first flow moves; links and routes cannot be added afterwards.
/// Bandwidths are positive and byte counts whole. One per process, to be kept as long as SimGrid
/// runs: SimGrid calls back into it.
class SimgridNetwork final : public FlowNetwork {
 public:
  explicit SimgridNetwork(Engine* engine);
  ~SimgridNetwork() override;

 private:
  class Platform;

  void Started(std::uint32_t place) override;
  void Stopped(std::uint32_t place) override;
  void BandwidthChanged(std::uint32_t link) override;
  double RateOf(std::uint32_t place) override;
  double RemainingOf(std::uint32_t place) override;
  double LoadOf(std::uint32_t link) override;
  double MovedBytes() override;

  void Build();
  void Start(FlowId id);
  void Collect();

  std::unique_ptr<Platform> platform_;
};

}  // namespace headroom
