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

Deployment::Decode::Decode(DecodePool pool, std::size_t senders, RequestLog& log,
                           LatencyHistogram& gaps)
    : cost(std::move(pool.cost)),
      set(pool.replica, pool.places, *cost, log, gaps, static_cast<std::uint16_t>(senders),
          static_cast<std::uint32_t>(pool.places.size())),
      transfer(pool.transfer, senders, pool.places.size()),
      coming(pool.places.size()) {}

Deployment::Group::Group(ReplicaGroup group, const DeploymentParams& params, RequestLog& log,
                         LatencyHistogram& gaps, std::uint16_t first_id, std::uint32_t live)
    : cost(std::move(group.cost)),
      set(group.replica, std::move(group.places), *cost, log, gaps, first_id, live),
      router(MakeRouter(params.router, params.seed,
                        "workloads." + params.name + ".models." + group.name)) {}

Deployment::Deployment(Engine& engine, DeploymentParams params,
                       std::unique_ptr<const IterationCost> cost,
                       std::unique_ptr<RequestSource> source, std::optional<DecodePool> decode,
                       std::vector<ReplicaGroup> more)
    : engine_(engine),
      params_(std::move(params)),
      cost_(std::move(cost)),
      source_(std::move(source)),
      router_(MakeRouter(params_.router, params_.seed, "workloads." + params_.name)),
      first_(params_.replica, params_.places, *cost_, log_, gaps_, 0,
             params_.autoscale ? params_.autoscale->min
                               : static_cast<std::uint32_t>(params_.places.size())),
      labels_(params_.classes, params_.shares, params_.adapters, params_.seed,
              "workloads." + params_.name) {
  HR_CHECK(params_.replica.hands_over == decode.has_value(), params_.name);
  const bool fleet = params_.failures.mean_time > 0.0 || !params_.failures.faults.empty() ||
                     params_.patience.timeout < Slo::kInf || !more.empty();
  HR_CHECK(!decode || !fleet, params_.name);
  HR_CHECK(!params_.rollout || more.size() == 1, params_.name);
  std::size_t places = first_.size();
  for (ReplicaGroup& group : more) {
    const std::size_t live = params_.rollout ? 0 : group.places.size();
    more_.push_back(std::make_unique<Group>(std::move(group), params_, log_, gaps_,
                                            static_cast<std::uint16_t>(places),
                                            static_cast<std::uint32_t>(live)));
    places += more_.back()->set.size();
  }
  start_ups_.resize(places);
  if (decode)
    decode_ = std::make_unique<Decode>(std::move(*decode), first_.size(), log_, gaps_);
  if (params_.autoscale) {
    HR_CHECK(params_.autoscale->max == first_.size(), params_.autoscale->max, first_.size());
    autoscaler_.emplace(*params_.autoscale);
  }
  for (std::size_t i = 0; i < first_.size(); ++i)
    if (decode_) first_.replica(i).CollectHandovers(&handovers_);
  if (source_->closed())
    ForSets([&](ReplicaSet& set) {
      for (std::size_t i = 0; i < set.size(); ++i) set.replica(i).CollectAnswers(&answers_);
    });
}

template <class F>
void Deployment::ForSets(const F& f) {
  f(first_);
  for (const auto& group : more_) f(group->set);
  if (decode_) f(decode_->set);
}

Deployment::~Deployment() = default;

void Deployment::SetTiers(KvTierPlan plan) {
  tiers_ = std::move(plan);
  std::vector<std::unique_ptr<KvTierStack>> stacks;
  for (std::vector<KvTierAccess>& access : tiers_.replicas)
    stacks.push_back(std::make_unique<KvTierStack>(access, tiers_.unit_bytes));
  first_.SetTiers(std::move(stacks));
}

void Deployment::Start() {
  const auto changed = [this](Instant now) { ScheduleWake(now); };
  ForSets([&](ReplicaSet& set) { set.Start(engine_.now(), changed); });
  ScheduleFaults(engine_.now());
  started_ = settled_ = engine_.now();
  ScheduleArrival(engine_.now());
  if (autoscaler_) ScheduleLook(engine_.now());
}

void Deployment::SetCut(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& cut, std::uint32_t domain, Instant now) {
  ForSets([&](ReplicaSet& set) { set.SetCut(cut, domain, decode_ != nullptr, now); });
}

void Deployment::AdvanceAll(Instant now) {
  ForSets([&](ReplicaSet& set) { set.AdvanceTo(now.seconds()); });
  if (autoscaler_ || params_.rollout) first_.ReleaseDrained(now);
}

void Deployment::Arrive(Instant now) {
  AdvanceAll(now);
  const double ingress = cost_->engine().ingress;
  while (source_->next_arrival() != RequestSource::kNone &&
         Instant::FromSeconds(source_->next_arrival() + ingress) <= now) {
    Request r = source_->Take();
    labels_.Fill(r);
    log_.Arrive(r);
    if (CanServe(r)) {
      Admit(r, now);
    } else {
      log_.Reject(r);
      source_->Answered(r, now.seconds() + kRefusedPause);
    }
  }
  ScheduleArrival(now);
  ScheduleWake(now);
  FinishIfDone(now);
}

void Deployment::Wake(Instant now) {
  AdvanceAll(now);
  HandOver(now);
  for (const Request& r : answers_) source_->Answered(r, now.seconds());
  answers_.clear();
  ScheduleArrival(now);
  ScheduleWake(now);
  FinishIfDone(now);
}

/// Sends off the prompts that have been read.
void Deployment::HandOver(Instant now) {
  std::sort(handovers_.begin(), handovers_.end(), [](const Request& a, const Request& b) {
    return a.last_token != b.last_token ? a.last_token < b.last_token : a.index < b.index;
  });
  for (const Request& r : handovers_) {
    const std::span<Replica* const> replicas = decode_->set.live();
    const auto load = [&](std::size_t i) { return replicas[i]->outstanding() + decode_->coming[i]; };
    std::size_t to = 0;
    for (std::size_t i = 1; i < replicas.size(); ++i)
      if (load(i) < load(to)) to = i;
    ++decode_->coming[to];
    const std::size_t from = log_.replica(r.index);
    const double arrives = decode_->transfer.Send(from, to, r.input_tokens, r.last_token, r.started);
    engine_.At(After(arrives, now), Phase::kArrival,
               [this, r, from, to] { Receive(r, from, to, engine_.now()); });
  }
  handovers_.clear();
}

void Deployment::Receive(Request r, std::size_t from, std::size_t to, Instant now) {
  const network::Traffic sent = decode_->transfer.Sent(from, to, r.input_tokens);
  first_.AddTransfer(from, sent);
  decode_->set.AddTransfer(to, KvTransfer::AtReceiver(sent));
  Replica& replica = decode_->set.replica(to);
  replica.AdvanceTo(now.seconds());
  --decode_->coming[to];
  r.received = true;
  r.last_token = now.seconds();
  log_.FirstToken(r, now.seconds());
  log_.Assign(r, replica.id());
  replica.Enqueue(r, now.seconds());
  ScheduleWake(now);
}

void Deployment::LookAtScale(Instant now) {
  if (done_ || rolling_) return;
  AdvanceAll(now);
  std::uint64_t outstanding = parked_.size();
  for (const Replica* replica : first_.live()) outstanding += replica->outstanding();
  std::uint32_t current = static_cast<std::uint32_t>(first_.live().size()) +
                          first_.count(ReplicaStage::kStarting);
  const std::uint32_t wanted = autoscaler_->Look(now.seconds(), outstanding, current);
  for (; current < wanted; ++current) {
    const std::size_t i = first_.SwitchOn(now);
    if (i == first_.size()) break;  // the others still drain
    Bring(i, now, params_.autoscale->start_up);
    scale_events_.push_back({now.seconds(), true, current + 1});
  }
  for (; current > wanted && (first_.live().size() > 1 || first_.count(ReplicaStage::kStarting) > 0);
       --current) {
    ++start_ups_[first_.GiveUp(now)];
    scale_events_.push_back({now.seconds(), false, current - 1});
  }
  ScheduleLook(now);
  ScheduleWake(now);
}

void Deployment::ScheduleLook(Instant now) {
  engine_.At(now + Duration::FromSeconds(Autoscaler::kPeriod), Phase::kDecision,
             [this] { LookAtScale(engine_.now()); });
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

bool Deployment::SetArrivalRate(Instant now, double rate) {
  if (!source_->SetRate(now.seconds(), rate)) return false;
  if (arrival_.valid()) engine_.Cancel(arrival_);
  arrival_ = {};
  ScheduleArrival(now);
  return true;
}

void Deployment::ScheduleWake(Instant now) {
  double next = autoscaler_ || params_.rollout ? first_.next_drain() : RequestSource::kNone;
  const bool all = source_->closed() || source_->exhausted();
  if (all || decode_) next = std::min(next, first_.next_change());
  if (all) ForSets([&](const ReplicaSet& set) { next = std::min(next, set.next_change()); });
  // Whatever advanced the replicas may have met the change that a wake was due for.
  const bool over = !done_ && source_->exhausted() && log_.open() == 0;
  if (!answers_.empty() || !handovers_.empty() || over) next = now.seconds();
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
  settled_ = now;
  ForSets([&](ReplicaSet& set) { set.Settle(now); });
}

std::size_t Deployment::replicas() const {
  std::size_t n = start_ups_.size();
  return decode_ ? n + decode_->set.size() : n;
}

std::pair<const ReplicaSet*, std::size_t> Deployment::SetOf(std::size_t i) const {
  if (i < first_.size()) return {&first_, i};
  i -= first_.size();
  for (const auto& group : more_) {
    if (i < group->set.size()) return {&group->set, i};
    i -= group->set.size();
  }
  return {&decode_->set, i};
}

const Replica& Deployment::replica(std::size_t i) const {
  const auto [set, at] = SetOf(i);
  return set->replica(at);
}

network::Traffic Deployment::passes(std::size_t i) const {
  const auto [set, at] = SetOf(i);
  return set->passes(at);
}

network::Traffic Deployment::transfers(std::size_t i) const {
  const auto [set, at] = SetOf(i);
  return set->transfers(at);
}

double Deployment::held() const {
  double held = first_.held() + (decode_ ? decode_->set.held() : 0.0);
  for (const auto& group : more_) held += group->set.held();
  return held;
}

ReplicaCounters Deployment::totals() const {
  ReplicaCounters sum;
  for (std::size_t i = 0; i < replicas(); ++i) {
    const ReplicaCounters& c = replica(i).counters();
    sum.iterations += c.iterations;
    sum.preemptions += c.preemptions;
    sum.prompt_tokens += c.prompt_tokens;
    sum.cached_tokens += c.cached_tokens;
    sum.tier_tokens += c.tier_tokens;
    sum.prefilled_tokens += c.prefilled_tokens;
    sum.output_tokens += c.output_tokens;
    sum.checks += c.checks;
    sum.drafted += c.drafted;
    sum.accepted += c.accepted;
    sum.adapter_loads += c.adapter_loads;
    sum.energy += c.energy;
    sum.idle_energy += c.idle_energy;
    sum.attention_energy += c.attention_energy;
    sum.busy += c.busy;
    sum.kv_peak_blocks = std::max(sum.kv_peak_blocks, c.kv_peak_blocks);
  }
  return sum;
}

double Deployment::kv_peak_share() const {
  double most = 0.0;
  for (std::size_t i = 0; i < replicas(); ++i)
    most = std::max(most, static_cast<double>(replica(i).counters().kv_peak_blocks) /
                              replica(i).params().kv_blocks);
  return most;
}

std::uint32_t Deployment::running() const {
  std::uint32_t n = 0;
  for (std::size_t i = 0; i < replicas(); ++i) n += replica(i).running();
  return n;
}

std::uint32_t Deployment::waiting() const {
  std::uint32_t n = static_cast<std::uint32_t>(handovers_.size() + parked_.size() +
                                                in_stages_.size()) +
                    between_tries_;
  for (std::size_t i = 0; i < replicas(); ++i) n += replica(i).outstanding() - replica(i).running();
  if (decode_)
    for (std::uint32_t coming : decode_->coming) n += coming;
  return n;
}

}  // namespace headroom::serving
