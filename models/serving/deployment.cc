#include "models/serving/deployment.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::serving {
namespace {

/// The first nanosecond at which a replica that changes at `seconds` has done so.
Instant After(double seconds, Instant now) {
  const Instant at = Instant::Ns(static_cast<std::int64_t>(std::ceil(seconds * 1e9)) + 1);
  return std::max(at, now + Duration::Ns(1));
}

}  // namespace

Deployment::Deployment(Engine& engine, DeploymentParams params,
                       std::unique_ptr<const IterationCost> cost,
                       std::unique_ptr<RequestSource> source)
    : engine_(engine),
      params_(std::move(params)),
      cost_(std::move(cost)),
      source_(std::move(source)),
      router_(MakeRouter(params_.router, params_.seed, "workloads." + params_.name)),
      metered_energy_(params_.places.size()),
      metered_busy_(params_.places.size()) {
  HR_CHECK(!params_.places.empty() && params_.places.size() < 0xffff, params_.places.size());
  for (std::size_t i = 0; i < params_.places.size(); ++i) {
    replicas_.push_back(std::make_unique<Replica>(static_cast<std::uint16_t>(i), params_.replica,
                                                  *cost_, log_, gaps_));
    if (source_->closed()) replicas_.back()->CollectAnswers(&answers_);
  }
}

Deployment::~Deployment() = default;

void Deployment::Start() {
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    SetClock(i, engine_.now());
    for (const ReplicaPlace::Part& part : params_.places[i].parts)
      part.port->clock.Subscribe([this, i](Instant now, double) { SetClock(i, now); });
  }
  settled_ = engine_.now();
  ScheduleArrival(engine_.now());
}

void Deployment::SetClock(std::size_t replica, Instant now) {
  double clock = 1.0;
  for (const ReplicaPlace::Part& part : params_.places[replica].parts)
    clock = std::min(clock, part.port->clock.value());
  replicas_[replica]->SetClock(now.seconds(), clock);
}

void Deployment::AdvanceAll(double now) {
  for (auto& replica : replicas_) replica->AdvanceTo(now);
}

void Deployment::Arrive(Instant now) {
  AdvanceAll(now.seconds());
  const double ingress = cost_->engine().ingress;
  while (source_->next_arrival() != RequestSource::kNone &&
         Instant::FromSeconds(source_->next_arrival() + ingress) <= now) {
    Request r = source_->Take();
    log_.Arrive(r);
    if (!replicas_[0]->CanServe(r)) {
      log_.Reject(r);
      source_->Answered(r, now.seconds());
      continue;
    }
    Replica& replica = *replicas_[router_->Choose(r, replicas_)];
    log_.Assign(r, replica.id());
    replica.Enqueue(r, now.seconds());
  }
  ScheduleArrival(now);
  ScheduleWake(now);
  FinishIfDone(now);
}

void Deployment::Wake(Instant now) {
  AdvanceAll(now.seconds());
  for (const Request& r : answers_) source_->Answered(r, now.seconds());
  answers_.clear();
  ScheduleArrival(now);
  ScheduleWake(now);
  FinishIfDone(now);
}

void Deployment::ScheduleArrival(Instant now) {
  const double next = source_->next_arrival();
  if (next == RequestSource::kNone) return;
  const Instant at = std::max(now, Instant::FromSeconds(next + cost_->engine().ingress));
  if (arrival_.valid()) {
    if (arrival_at_ <= at && arrival_at_ > now) return;
    engine_.Cancel(arrival_);
  }
  arrival_at_ = at;
  arrival_ = engine_.At(at, Phase::kArrival, [this] {
    arrival_ = {};
    Arrive(engine_.now());
  });
}

void Deployment::ScheduleWake(Instant now) {
  if (!source_->closed() && !source_->exhausted()) return;
  double next = RequestSource::kNone;
  for (const auto& replica : replicas_) next = std::min(next, replica->next_change());
  if (wake_.valid()) engine_.Cancel(wake_);
  wake_ = {};
  if (next == RequestSource::kNone) return;
  wake_ = engine_.At(After(next, now), Phase::kCompletion, [this] {
    wake_ = {};
    Wake(engine_.now());
  });
}

void Deployment::FinishIfDone(Instant now) {
  if (done_ || !source_->exhausted() || log_.open() > 0) return;
  Settle(now);
  done_ = true;
  if (on_done_) on_done_();
}

void Deployment::Settle(Instant now) {
  if (done_) return;
  const double passed = (now - settled_).seconds();
  settled_ = now;
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    Replica& replica = *replicas_[i];
    replica.AdvanceTo(now.seconds());
    replica.MeterTo(now.seconds());
    const double energy = replica.counters().energy - metered_energy_[i];
    const double busy = replica.counters().busy - metered_busy_[i];
    metered_energy_[i] += energy;
    metered_busy_[i] += busy;
    for (const ReplicaPlace::Part& part : params_.places[i].parts) {
      const double share = static_cast<double>(part.accelerators) / params_.replica.accelerators;
      part.port->energy.Add(share * energy);
      part.port->busy.Add(share * busy);
      part.port->held.Add(part.accelerators * passed);
    }
  }
}

ReplicaCounters Deployment::totals() const {
  ReplicaCounters sum;
  for (const auto& replica : replicas_) {
    const ReplicaCounters& c = replica->counters();
    sum.iterations += c.iterations;
    sum.preemptions += c.preemptions;
    sum.prompt_tokens += c.prompt_tokens;
    sum.cached_tokens += c.cached_tokens;
    sum.prefilled_tokens += c.prefilled_tokens;
    sum.output_tokens += c.output_tokens;
    sum.energy += c.energy;
    sum.busy += c.busy;
    sum.kv_peak_blocks = std::max(sum.kv_peak_blocks, c.kv_peak_blocks);
  }
  return sum;
}

std::uint32_t Deployment::running() const {
  std::uint32_t n = 0;
  for (const auto& replica : replicas_) n += replica->running();
  return n;
}

std::uint32_t Deployment::waiting() const {
  std::uint32_t n = 0;
  for (const auto& replica : replicas_) n += replica->outstanding() - replica->running();
  return n;
}

double Deployment::kv_share() const {
  double sum = 0.0;
  for (const auto& replica : replicas_)
    sum += static_cast<double>(replica->kv().in_use()) / replica->kv().blocks();
  return sum / static_cast<double>(replicas_.size());
}

}  // namespace headroom::serving
