#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/flow/flow_network.h"
#include "sim/flow/max_min_shares.h"

namespace headroom {

/// The flow network of every run: rates from MaxMinShares, ends from the service that a class has
/// given.
///
/// All flows of a route share one rate per weight r(t), so each class integrates S = integral of r
/// dt [B per weight], a flow opened at S0 ends when S = S0 + bytes / weight, and the first to end
/// is the top of a heap however the rate changes. Changes of one instant are solved together in
/// Phase::kCouple, or earlier if a rate is asked for. One event per connected component waits for
/// its next end.
class MaxMinNetwork final : public FlowNetwork {
 public:
  explicit MaxMinNetwork(Engine* engine) : FlowNetwork(engine) {}
  ~MaxMinNetwork() override;

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  struct End {
    double served;  ///< of the class, when this flow has all its bytes
    FlowId flow;
  };
  static bool Later(const End& a, const End& b) {
    return a.served != b.served ? a.served > b.served : a.flow > b.flow;
  }
  struct Class {
    double served = 0.0;
    double first = kNever;  ///< service at which its next flow ends
    Instant at;             ///< of `served`
    std::uint32_t flows = 0;
    std::uint32_t component = UINT32_MAX;
  };
  struct Component {
    EventId event;
    bool live = false;
    std::vector<std::uint32_t> due;  ///< classes whose flows end at `event`
  };

  void Started(std::uint32_t place) override;
  void Stopped(std::uint32_t place) override;
  void BandwidthChanged(std::uint32_t link) override;
  double RateOf(std::uint32_t place) override;
  double RemainingOf(std::uint32_t place) override;
  double LoadOf(std::uint32_t link) override;
  double MovedBytes() override;

  void AdoptTopology();
  void Advance(std::uint32_t c);
  void SetWeight(std::uint32_t c, double weight, int flows);
  void Leave(std::uint32_t c, std::uint32_t place);
  void MarkDirty(std::uint32_t link);
  void Solve();
  void Retire(std::uint32_t component);
  void Await(const std::vector<std::uint32_t>& classes);
  void DropWithdrawn(std::uint32_t c);
  double NanosecondsLeft(std::uint32_t c) const;
  void OnEnds(std::uint32_t component);
  /// False if the flow was withdrawn.
  bool Moves(const End& end) {
    const Flow& f = flow(PlaceOf(end.flow));
    return f.id == end.flow && f.stage == Stage::kMoving;
  }

  MaxMinShares shares_;
  std::vector<Class> classes_;  ///< by route
  std::vector<std::vector<End>>
      ends_;  ///< by route: heaps; those of withdrawn flows go when they reach the top
  std::vector<double> left_;    ///< scratch of Await()
  std::vector<double> target_;  ///< by place: End::served
  std::vector<Component> components_;
  std::vector<std::uint32_t> free_components_;
  std::vector<std::uint32_t> retired_;
  std::vector<std::uint32_t> dirty_;
  std::vector<std::uint32_t> solving_;
  std::vector<std::uint32_t> scratch_;
  EventId solve_;
  Balance moved_{"bytes moved"};
};

}  // namespace headroom
