#include <fmt/format.h>

#include <algorithm>

#include "models/serving/deployment.h"
#include "sim/core/check.h"

namespace headroom::serving {

/// Has a replica that was ordered answer after `start_up` and the loading of its weights.
void Deployment::Bring(std::size_t id, Instant now, double start_up) {
  const std::uint32_t order = ++start_ups_[id];
  const auto live = [this, id, order] {
    if (done_ || start_ups_[id] != order) return;
    const Place place = PlaceOf(id);
    AdvanceAll(engine_.now());
    place.set->MakeLive(place.replica);
    DispatchParked(engine_.now());
    if (place.decodes) SendWaiting(place.group, engine_.now());
    ScheduleWake(engine_.now());
    if (!params_.rollout || place.group != 1 || stepping_) return;
    const Group& next = *groups_[1];
    stepping_ = next.set.live().size() == next.set.size() &&
                (!next.decode || next.decode->set.live().size() == next.decode->set.size());
    if (stepping_) StepRollout(0, engine_.now());
  };
  engine_.At(now + Duration::FromSeconds(start_up), Phase::kDecision, [this, id, order, live] {
    if (done_ || start_ups_[id] != order) return;
    if (load_)
      load_(id, live);
    else
      live();
  });
}

void Deployment::ScheduleFaults(Instant now) {
  for (const FailureParams::Fault& fault : params_.failures.faults)
    engine_.At(now + Duration::FromSeconds(fault.at), Phase::kDecision,
               [this, fault] { Fail(fault.replica, fault.repair, params_.failures.detection, engine_.now()); });
  if (params_.failures.mean_time > 0.0)
    for (std::size_t id = 0; id < start_ups_.size(); ++id) {
      failure_streams_.emplace_back(params_.seed,
                                    fmt::format("workloads.{}.failures.{}", params_.name, id));
      DrawFailure(id, now);
    }
  if (params_.rollout)
    engine_.At(now + Duration::FromSeconds(params_.rollout->at), Phase::kDecision,
               [this] { RollOut(engine_.now()); });
}

void Deployment::DrawFailure(std::size_t id, Instant now) {
  const double next = failure_streams_[id].Exponential(params_.failures.mean_time);
  engine_.At(now + Duration::FromSeconds(next), Phase::kDecision, [this, id] {
    if (done_) return;
    const FailureParams& f = params_.failures;
    Fail(id, f.repair, f.detection, engine_.now());
    DrawFailure(id, engine_.now() + Duration::FromSeconds(f.detection + f.repair));
  });
}

bool Deployment::On(const Place& place) const {
  const ReplicaStage stage = place.set->stage(place.replica);
  return stage != ReplicaStage::kOff && stage != ReplicaStage::kFailed && !place.set->replica(place.replica).stands();
}

/// A replica stops, and after `detection` seconds its requests go to others. One that is off cannot fail; one that still
/// starts has no requests to hang.
void Deployment::Fail(std::size_t id, double repair, double detection, Instant now) {
  if (done_) return;
  AdvanceAll(now);
  HandOver(now);
  const Place place = PlaceOf(id);
  if (!On(place)) return;
  ++failed_;
  const std::uint32_t requests = place.set->replica(place.replica).outstanding();
  fleet_events_.push_back({now.seconds(), "failure", fmt::format("replica {} with {} requests", id, requests)});
  if (detection <= 0.0) return Detect(id, repair, now);
  if (place.set->stage(place.replica) == ReplicaStage::kStarting) return Detect(id, detection + repair, now);
  place.set->Stand(place.replica, now);
  HoldTransfers(place, now);
  engine_.At(now + Duration::FromSeconds(detection), Phase::kDecision, [this, id, repair] {
    const Place standing = PlaceOf(id);
    if (done_ || !standing.set->replica(standing.replica).stands() || standing.set->stage(standing.replica) == ReplicaStage::kOff) return;
    const Instant at = engine_.now();
    AdvanceAll(at);
    HandOver(at);
    fleet_events_.push_back({at.seconds(), "detection",
                             fmt::format("replica {} has failed, {} requests", id, standing.set->replica(standing.replica).outstanding())});
    Detect(id, repair, at);
  });
  ScheduleWake(now);
}

/// What a replica that stands sends or should get does not move.
void Deployment::HoldTransfers(const Place& place, Instant now) {
  for (auto& [index, s] : sending_) {
    if (s.request.group != place.group || s.to == Sending::kNobody || s.held) continue;
    if ((place.decodes ? s.to : s.from) != place.replica) continue;
    Unwire(s, now);
    s.held = true;
  }
}

void Deployment::Detect(std::size_t id, double repair, Instant now) {
  const Place place = PlaceOf(id);
  const bool leaves = place.set->stage(place.replica) == ReplicaStage::kDraining;
  ++start_ups_[id];
  const std::vector<Request> lost = place.set->Fail(place.replica, now);
  rerouted_ += lost.size();
  for (const Request& r : lost) Dispatch(r, now);
  if (groups_[place.group]->decode) LoseTransfers(place.group, !place.decodes, place.replica, now);
  if (const auto broken = broken_.find(id); broken != broken_.end()) {
    broken->second.leaves = leaves;
    if (broken->second.mended) MendOne(id);
    return ScheduleWake(now);
  }
  engine_.At(now + Duration::FromSeconds(repair), Phase::kDecision, [this, id, leaves] {
    const Place failed = PlaceOf(id);
    if (done_ || broken_.contains(id) || failed.set->stage(failed.replica) != ReplicaStage::kFailed) return;
    failed.set->Repair(failed.replica, engine_.now());
    fleet_events_.push_back({engine_.now().seconds(), "repair", fmt::format("replica {}", id)});
    if (leaves)
      failed.set->Drain(failed.replica, engine_.now());
    else
      Bring(id, engine_.now(), params_.failures.start_up);
  });
  ScheduleWake(now);
}

/// A replica of the pools failed: what it was sending is read anew elsewhere, what it would have got goes to another one.
void Deployment::LoseTransfers(std::uint8_t group, bool sender, std::size_t replica, Instant now) {
  std::vector<Sending> hit;
  for (const auto& [index, s] : sending_)
    if (s.request.group == group && (sender ? s.from : s.to) == replica) hit.push_back(s);
  for (Sending& s : hit) {
    const std::optional<Request> r = TakeBack(s.request.index);
    if (sender) {
      ++rerouted_;
      Dispatch(*r, now);
      continue;
    }
    s.ready = s.request.started = now.seconds();
    Send(sending_.emplace(r->index, s).first->second, now);
  }
}

/// Once a roll-out has drained the old readers and nothing is on its way, the old decode replicas drain too.
void Deployment::DrainDecoders(Instant now) {
  if (new_weight_ < 1.0 || drained_ || !groups_[0]->decode) return;
  const Group& old = *groups_[0];
  for (std::size_t i = 0; i < old.set.size(); ++i)
    if (old.set.replica(i).outstanding() > 0) return;
  const auto from_old = [](const auto& entry) { return entry.second.request.group == 0; };
  if (!handovers_.empty() || std::any_of(sending_.begin(), sending_.end(), from_old)) return;
  drained_ = true;
  ReplicaSet& set = old.decode->set;
  for (std::size_t i = 0; i < set.size(); ++i)
    if (set.stage(i) != ReplicaStage::kOff) {
      ++start_ups_[old.decode->first_id + i];
      set.Drain(i, now);
    }
}

/// The replicas of the new version start.
void Deployment::RollOut(Instant now) {
  if (done_) return;
  AdvanceAll(now);
  rolling_ = true;
  Group& next = *groups_[1];
  const std::size_t decoders = next.decode ? next.decode->set.size() : 0;
  fleet_events_.push_back(
      {now.seconds(), "roll-out", fmt::format("{} replicas of {} start", next.set.size() + decoders, params_.groups[1])});
  const auto start = [&](ReplicaSet& set, std::size_t first_id) {
    for (std::size_t i = 0; i < set.size(); ++i) {
      HR_CHECK(set.SwitchOn(now) == i, i);
      Bring(first_id + i, now, params_.rollout->start_up);
    }
  };
  start(next.set, next.first_id);
  if (next.decode) start(next.decode->set, next.decode->first_id);
}

void Deployment::StepRollout(std::size_t step, Instant now) {
  const std::vector<RolloutParams::Step>& steps = params_.rollout->steps;
  const double before = step == 0 ? 0.0 : steps[step - 1].after;
  engine_.At(now + Duration::FromSeconds(steps[step].after - before), Phase::kDecision,
             [this, step] {
               if (done_) return;
               const Instant at = engine_.now();
               AdvanceAll(at);
               new_weight_ = params_.rollout->steps[step].weight;
               fleet_events_.push_back(
                   {at.seconds(), "roll-out",
                    fmt::format("{} takes {:.4g} % of requests", params_.groups[1], 100.0 * new_weight_)});
               ReplicaSet& old = groups_[0]->set;
               if (new_weight_ >= 1.0)
                 for (std::size_t i = 0; i < old.size(); ++i)
                   if (old.stage(i) != ReplicaStage::kOff) {
                     ++start_ups_[i];
                     old.Drain(i, at);
                   }
               DrainDecoders(at);
               DispatchParked(at);
               ScheduleWake(at);
               if (step + 1 < params_.rollout->steps.size()) StepRollout(step + 1, at);
             });
}

}  // namespace headroom::serving
