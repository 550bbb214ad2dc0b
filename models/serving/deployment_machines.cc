#include <fmt/format.h>

#include "models/serving/deployment.h"

namespace headroom::serving {

/// Replicas of all models on the accelerators of one.
std::vector<std::size_t> Deployment::Tenants(std::size_t id) const {
  if (!params_.sharing) return {id};
  std::vector<std::size_t> ids;
  for (const auto& group : groups_) ids.push_back(group->first_id + id);
  return ids;
}

void Deployment::Break(std::size_t id, bool gone) {
  for (const std::size_t tenant : Tenants(id)) {
    if (done_) return;
    const Place place = PlaceOf(tenant);
    if (place.set->stage(place.replica) == ReplicaStage::kOff) continue;
    broken_.try_emplace(tenant);
    Fail(tenant, 0.0, gone ? params_.failures.machine_detection : params_.failures.detection, engine_.now());
  }
}

void Deployment::Mend(std::size_t id) {
  for (const std::size_t tenant : Tenants(id)) {
    const auto broken = broken_.find(tenant);
    if (done_ || broken == broken_.end()) continue;
    const Place place = PlaceOf(tenant);
    if (place.set->replica(place.replica).stands())
      broken->second.mended = true;
    else
      MendOne(tenant);
  }
}

void Deployment::MendOne(std::size_t id) {
  const bool leaves = broken_.at(id).leaves;
  broken_.erase(id);
  const Place place = PlaceOf(id);
  if (place.set->stage(place.replica) != ReplicaStage::kFailed) return;
  place.set->Repair(place.replica, engine_.now());
  fleet_events_.push_back({engine_.now().seconds(), "repair", fmt::format("replica {}", id)});
  if (leaves) place.set->Drain(place.replica, engine_.now());
  else Bring(id, engine_.now(), params_.failures.start_up);
}

}  // namespace headroom::serving
