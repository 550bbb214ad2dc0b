#include <fmt/format.h>

#include "models/serving/deployment.h"

namespace headroom::serving {
namespace {

constexpr double kUnknown = 1e9;  ///< s: nobody knows yet when it is mended

}  // namespace

void Deployment::Break(std::size_t id) {
  if (done_) return;
  const Place place = PlaceOf(id);
  const ReplicaStage before = place.set->stage(place.replica);
  Fail(id, kUnknown, engine_.now());
  if (place.set->stage(place.replica) == ReplicaStage::kFailed) broken_.emplace(id, before == ReplicaStage::kDraining);
}

void Deployment::Mend(std::size_t id) {
  const auto broken = broken_.find(id);
  if (done_ || broken == broken_.end()) return;
  const bool leaves = broken->second;
  broken_.erase(broken);
  const Place place = PlaceOf(id);
  if (place.set->stage(place.replica) != ReplicaStage::kFailed) return;
  place.set->Repair(place.replica, engine_.now());
  fleet_events_.push_back({engine_.now().seconds(), "repair", fmt::format("replica {}", id)});
  if (leaves) place.set->Drain(place.replica, engine_.now());
  else Bring(id, engine_.now(), params_.failures.start_up);
}

}  // namespace headroom::serving
