#include "models/serving/replica_set.h"

#include <algorithm>
#include <limits>

#include "sim/core/check.h"

namespace headroom::serving {

ReplicaSet::ReplicaSet(const ReplicaParams& replica, std::vector<ReplicaPlace> places,
                       const IterationCost& cost, RequestLog& log, LatencyHistogram& gaps,
                       std::uint16_t first_id, std::uint32_t live)
    : places_(std::move(places)),
      stages_(places_.size(), ReplicaStage::kOff),
      metered_(places_.size()),
      cut_(places_.size()) {
  HR_CHECK(live <= places_.size() && first_id + places_.size() < 0xffff, live,
           places_.size());
  for (std::size_t i = 0; i < places_.size(); ++i)
    replicas_.push_back(std::make_unique<Replica>(static_cast<std::uint16_t>(first_id + i), replica,
                                                  cost, log, gaps));
  for (std::size_t i = 0; i < live; ++i) SetStage(i, ReplicaStage::kLive);
}

void ReplicaSet::Start(Instant now, const std::function<void(Instant)>& changed) {
  changed_ = changed;
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    metered_[i].at = now;
    if (now.seconds() > 0.0) replicas_[i]->Restart(now.seconds());
    SetClock(i, now);
    const auto follow = [this, i, changed](Instant at, double) {
      SetClock(i, at);
      changed(at);
    };
    for (const ReplicaPlace::Part& part : places_[i].parts) {
      part.port->clock.Subscribe(follow);
      part.port->pace.Subscribe(follow);
    }
  }
}

void ReplicaSet::SetClock(std::size_t i, Instant now) {
  double clock = 1.0, pace = 1.0;
  for (const ReplicaPlace::Part& part : places_[i].parts) {
    clock = std::min(clock, part.port->clock.value());
    pace = std::min(pace, part.port->pace.value());
  }
  if (cut_[i]) clock = power::kStoppedClock;
  AdvanceTo(now.seconds());
  replicas_[i]->SetClock(now.seconds(), clock, pace);
}

void ReplicaSet::SetCut(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& cut, std::uint32_t domain, bool pooled, Instant now) {
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    const std::uint32_t first = places_[i].first, count = replicas_[i]->params().accelerators;
    const bool hit = std::any_of(cut.begin(), cut.end(), [&](const auto& c) { return c.first < first + count && first < c.first + c.second; });
    const char stands = hit && (pooled || count > domain) ? 1 : 0;
    if (stands == cut_[i]) continue;
    cut_[i] = stands;
    SetClock(i, now);
    if (changed_) changed_(now);
  }
}

void ReplicaSet::SetTiers(std::vector<std::unique_ptr<KvTierStack>> stacks) {
  HR_CHECK(stacks.size() == replicas_.size(), stacks.size(), replicas_.size());
  tiers_ = std::move(stacks);
  for (std::size_t i = 0; i < tiers_.size(); ++i) replicas_[i]->SetTiers(tiers_[i].get());
}

void ReplicaSet::AdvanceTo(double now) {
  if (!tiers_.empty()) return AdvanceInOrder(now);
  for (std::size_t i = 0; i < replicas_.size(); ++i)
    if (stages_[i] != ReplicaStage::kOff) replicas_[i]->AdvanceTo(now);
}

void ReplicaSet::AdvanceInOrder(double now) {
  while (true) {
    Replica* first = nullptr;
    for (std::size_t i = 0; i < replicas_.size(); ++i)
      if (stages_[i] != ReplicaStage::kOff && replicas_[i]->next_change() <= now &&
          (first == nullptr || replicas_[i]->next_change() < first->next_change()) &&
          replicas_[i]->CanStep(now))
        first = replicas_[i].get();
    if (first == nullptr) return;
    first->Step(now);
  }
}

void ReplicaSet::Settle(Instant now) {
  AdvanceTo(now.seconds());
  for (std::size_t i = 0; i < replicas_.size(); ++i)
    if (stages_[i] != ReplicaStage::kOff) SettleOne(i, now);
}

void ReplicaSet::SettleOne(std::size_t i, Instant now) {
  Replica& replica = *replicas_[i];
  Metered& metered = metered_[i];
  replica.AdvanceTo(now.seconds());
  replica.MeterTo(now.seconds());
  const double passed = holds_ ? (now - metered.at).seconds() : 0.0;
  const double energy = replica.counters().energy - metered.energy;
  const double busy = replica.counters().busy - metered.busy;
  metered.energy = replica.counters().energy;
  metered.busy = replica.counters().busy;
  metered.at = now;
  if (const TokenTraffic& traffic = replica.params().traffic; !traffic.pass.empty()) {
    const double passed = replica.counters().passed(), sampled = replica.counters().sampled();
    const network::Traffic sent =
        network::Traffic().Add(traffic.pass, passed - metered.passed).Add(traffic.sample, sampled - metered.sampled);
    metered.passed = passed;
    metered.sampled = sampled;
    metered.passes.Add(sent);
    MeterLinks(i, sent);
  }
  held_ += passed * replica.params().accelerators;
  for (const ReplicaPlace::Part& part : places_[i].parts) {
    const double share = static_cast<double>(part.accelerators) / replica.params().accelerators;
    part.port->energy.Add(share * energy);
    part.port->busy.Add(share * busy);
    part.port->host.Add(share * busy * part.host_load);
    part.port->held.Add(part.accelerators * passed);
  }
}

void ReplicaSet::AddTransfer(std::size_t i, const network::Traffic& bytes) {
  metered_[i].transfers.Add(bytes);
  MeterLinks(i, bytes);
}

void ReplicaSet::MeterLinks(std::size_t i, const network::Traffic& bytes) {
  for (const ReplicaPlace::Part& part : places_[i].parts)
    part.port->links.Add(bytes, static_cast<double>(part.accelerators) / replicas_[i]->params().accelerators);
}

std::uint32_t ReplicaSet::count(ReplicaStage stage) const {
  return static_cast<std::uint32_t>(std::count(stages_.begin(), stages_.end(), stage));
}

double ReplicaSet::NextChange(bool draining) const {
  double next = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < replicas_.size(); ++i)
    if (!draining || stages_[i] == ReplicaStage::kDraining)
      next = std::min(next, replicas_[i]->next_change());
  return next;
}

void ReplicaSet::SetStage(std::size_t i, ReplicaStage stage) {
  stages_[i] = stage;
  live_.clear();
  for (std::size_t k = 0; k < replicas_.size(); ++k)
    if (stages_[k] == ReplicaStage::kLive) live_.push_back(replicas_[k].get());
}

std::size_t ReplicaSet::SwitchOn(Instant now) {
  const auto off = std::find(stages_.begin(), stages_.end(), ReplicaStage::kOff);
  const auto i = static_cast<std::size_t>(off - stages_.begin());
  if (i == size()) return i;
  replicas_[i]->Restart(now.seconds());
  metered_[i].at = now;
  SetStage(i, ReplicaStage::kStarting);
  return i;
}

void ReplicaSet::MakeLive(std::size_t i) {
  HR_CHECK(stages_[i] == ReplicaStage::kStarting, i, static_cast<int>(stages_[i]));
  SetStage(i, ReplicaStage::kLive);
}

std::size_t ReplicaSet::GiveUp(Instant now) {
  for (ReplicaStage stage : {ReplicaStage::kStarting, ReplicaStage::kLive})
    for (std::size_t i = size(); i-- > 0;)
      if (stages_[i] == stage) {
        HR_CHECK(stage == ReplicaStage::kStarting || live_.size() > 1, i);
        Drain(i, now);
        return i;
      }
  HR_CHECK(false, size());
  return size();
}

std::vector<Request> ReplicaSet::Fail(std::size_t i, Instant now) {
  HR_CHECK(stages_[i] != ReplicaStage::kOff && stages_[i] != ReplicaStage::kFailed, i);
  std::vector<Request> lost = replicas_[i]->Fail(now.seconds());
  SetStage(i, ReplicaStage::kFailed);
  return lost;
}

void ReplicaSet::Repair(std::size_t i, Instant now) {
  HR_CHECK(stages_[i] == ReplicaStage::kFailed, i, static_cast<int>(stages_[i]));
  SettleOne(i, now);
  replicas_[i]->Restart(now.seconds());
  SetStage(i, ReplicaStage::kStarting);
}

void ReplicaSet::Drain(std::size_t i, Instant now) {
  HR_CHECK(stages_[i] != ReplicaStage::kOff, i);
  SetStage(i, ReplicaStage::kDraining);
  ReleaseDrained(now);
}

void ReplicaSet::ReleaseDrained(Instant now) {
  for (std::size_t i = 0; i < size(); ++i)
    if (stages_[i] == ReplicaStage::kDraining && replicas_[i]->outstanding() == 0 && !(busy_ && busy_(i))) {
      SettleOne(i, now);
      SetStage(i, ReplicaStage::kOff);
    }
}

}  // namespace headroom::serving
