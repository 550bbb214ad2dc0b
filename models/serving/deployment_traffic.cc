#include <algorithm>
#include <cmath>

#include "models/serving/deployment.h"
#include "sim/core/check.h"

namespace headroom::serving {

bool Deployment::CanServe(const Request& r) const {
  const auto serves = [&](const Group& group) {
    return group.set.replica(0).CanServe(r) && (!group.decode || group.decode->set.replica(0).CanServe(r));
  };
  return serves(*groups_[r.group]) && (!params_.rollout || serves(*groups_[1]));
}

/// A try begins: through the stages, or straight to a replica.
void Deployment::Admit(Request r, Instant now) {
  if (Full(r)) return GiveUp(r, RequestState::kShed, now);
  WatchPatience(r, now);
  if (!stages_ || r.stage != kFirstCall) return Dispatch(r, now);
  if (calls_) {
    Task& task = tasks_.at(r.task);
    if (task.called) return Dispatch(r, now);
    in_stages_.emplace(r.task, r);
    if (!task.entered) {
      task.entered = true;
      stages_->Enter(r.task);
    }
    return;
  }
  const std::uint32_t id = entered_++;
  in_stages_.emplace(id, r);
  stages_->Enter(id);
}

bool Deployment::Full(const Request& r) const {
  const double limit = params_.admission.outstanding;
  if (limit == std::numeric_limits<double>::infinity()) return false;
  const double share = params_.classes.empty() ? 1.0 : params_.classes[r.request_class].admitted;
  double outstanding = static_cast<double>(parked_.size() + in_stages_.size() + handovers_.size() + sending_.size());
  double live = 0.0;
  for (const ReplicaSet* set : sets_) {
    for (const Replica* replica : set->live()) outstanding += replica->outstanding();
    live += static_cast<double>(set->live().size());
  }
  return outstanding >= share * limit * std::max(1.0, live);
}

/// To a replica of its model, or of the version that it draws; waits if none takes requests.
void Deployment::Dispatch(Request r, Instant now) {
  if (params_.rollout) r.group = labels_.Draw(new_weight_) ? 1 : 0;
  Group& group = *groups_[r.group];
  if (group.set.live().empty()) {
    parked_.push_back(r);
    return;
  }
  Replica& replica = *group.set.live()[group.router->Choose(r, group.set.live())];
  log_.Assign(r, replica.id());
  if (groups_.size() > 1) log_.SetGroup(r);
  replica.Enqueue(r, now.seconds());
}

void Deployment::DispatchParked(Instant now) {
  std::deque<Request> parked;
  parked.swap(parked_);
  for (const Request& r : parked) Dispatch(r, now);
}

/// The try has ended without an answer; the request is tried again or ends as `state`.
void Deployment::GiveUp(Request r, RequestState state, Instant now) {
  if (r.attempt >= params_.patience.retries) {
    log_.End(r, state);
    // A user who was turned away does not ask again in the same instant.
    EndCall(r, false, now.seconds() + (state == RequestState::kTimedOut ? 0.0 : kRefusedPause));
    return;
  }
  const double wait = std::ldexp(params_.patience.backoff, r.attempt);
  ++r.attempt;
  r.generated = 0;
  r.received = r.swapped = r.seen = false;
  log_.Retry(r);
  ++between_tries_;
  engine_.After(Duration::FromSeconds(wait), Phase::kArrival, [this, r] {
    --between_tries_;
    AdvanceAll(engine_.now());
    Admit(r, engine_.now());
    ScheduleArrival(engine_.now());
    ScheduleWake(engine_.now());
    FinishIfDone(engine_.now());
  });
}

void Deployment::WatchPatience(const Request& r, Instant now) {
  if (params_.patience.timeout == std::numeric_limits<double>::infinity()) return;
  deadlines_.push_back({now.seconds() + params_.patience.timeout, r.index, r.attempt});
  ScheduleDeadline();
}

void Deployment::ScheduleDeadline() {
  while (!deadlines_.empty() &&
         (log_.state(deadlines_.front().index) != RequestState::kWaiting ||
          log_.attempts(deadlines_.front().index) != deadlines_.front().attempt + 1))
    deadlines_.pop_front();
  if (deadlines_.empty() || deadline_.valid()) return;
  const Instant at = std::max(engine_.now(), Instant::FromSeconds(deadlines_.front().at));
  deadline_ = engine_.At(at, Phase::kArrival, [this] {
    deadline_ = {};
    LoseFirst(engine_.now());
  });
}

/// The users whose time is over give up.
void Deployment::LoseFirst(Instant now) {
  AdvanceAll(now);
  HandOver(now);
  while (!deadlines_.empty() && Instant::FromSeconds(deadlines_.front().at) <= now) {
    const Deadline due = deadlines_.front();
    deadlines_.pop_front();
    if (log_.state(due.index) != RequestState::kWaiting ||
        log_.attempts(due.index) != due.attempt + 1)
      continue;
    std::optional<Request> found;
    for (auto r = parked_.begin(); r != parked_.end() && !found; ++r)
      if (r->index == due.index) {
        found = *r;
        parked_.erase(r);
        break;
      }
    if (!found) found = TakeBack(due.index);
    if (!found && log_.replica(due.index) != RequestLog::kNoReplica) {
      const Place place = PlaceOf(log_.replica(due.index));
      found = place.set->replica(place.replica).Cancel(due.index, now.seconds());
    }
    if (found) {
      GiveUp(*found, RequestState::kTimedOut, now);
      continue;
    }
    // It is in the stages, whose work goes on in vain.
    for (auto inside = in_stages_.begin(); inside != in_stages_.end() && !found; ++inside)
      if (inside->second.index == due.index) {
        found = inside->second;
        in_stages_.erase(inside);
        break;
      }
    HR_CHECK(found.has_value(), due.index);
    GiveUp(*found, RequestState::kTimedOut, now);
  }
  ScheduleDeadline();
  ScheduleArrival(now);
  ScheduleWake(now);
  FinishIfDone(now);
}

void Deployment::SetStages(std::vector<StageParams> stages) {
  calls_ = std::any_of(stages.begin(), stages.end(), [](const StageParams& s) { return s.calls; });
  stages_ = std::make_unique<StageGraph>(engine_, std::move(stages), params_.seed,
                                         "workloads." + params_.name);
  if (calls_) {
    for (ReplicaSet* set : sets_) set->CollectAnswers(&answers_);
    stages_->OnCall([this](std::uint32_t task, std::uint32_t stage) {
      Call(task, static_cast<std::uint8_t>(stage), engine_.now());
    });
    stages_->OnReady([this](std::uint32_t task) { EndTask(task, engine_.now().seconds()); });
    return;
  }
  stages_->OnReady([this](std::uint32_t id) {
    const auto inside = in_stages_.find(id);
    if (inside == in_stages_.end()) return;  // its user gave up
    const Request r = inside->second;
    in_stages_.erase(inside);
    const Instant now = engine_.now();
    AdvanceAll(now);
    Dispatch(r, now);
    ScheduleWake(now);
  });
}

}  // namespace headroom::serving
