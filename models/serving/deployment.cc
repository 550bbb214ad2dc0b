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

Deployment::Decode::Decode(Engine& engine, DecodePool pool, std::size_t senders, RequestLog& log,
                           LatencyHistogram& gaps, std::uint16_t id, std::uint32_t live)
    : cost(std::move(pool.cost)),
      first_id(id),
      set(pool.replica, pool.places, *cost, log, gaps, id, live),
      transfer(pool.transfer, senders, pool.places.size()),
      coming(pool.places.size()),
      in_turn(pool.in_turn) {
  if (pool.leaves.uplinks <= 0.0) return;
  HR_CHECK(pool.leaves.senders.size() == senders && pool.leaves.receivers.size() == coming.size(), senders);
  flows = std::make_unique<KvFlows>(engine, pool.transfer, std::move(pool.leaves));
}

Deployment::Group::Group(ReplicaGroup group, std::unique_ptr<Router> choice, RequestLog& log, LatencyHistogram& gaps,
                         std::uint16_t id, std::uint32_t live)
    : cost(std::move(group.cost)),
      first_id(id),
      set(group.replica, std::move(group.places), *cost, log, gaps, id, live),
      router(std::move(choice)) {}

Deployment::Deployment(Engine& engine, DeploymentParams params,
                       std::unique_ptr<const IterationCost> cost,
                       std::unique_ptr<RequestSource> source, std::optional<DecodePool> decode,
                       std::vector<ReplicaGroup> more)
    : engine_(engine),
      params_(std::move(params)),
      source_(std::move(source)),
      labels_(params_.classes, params_.shares, params_.adapters, params_.seed,
              "workloads." + params_.name),
      call_lengths_(params_.seed, "workloads." + params_.name + ".calls") {
  HR_CHECK(!params_.rollout || more.size() == 1, params_.name);
  HR_CHECK(!params_.sharing || (!params_.rollout && !params_.autoscale && !decode), params_.name);
  const std::string path = "workloads." + params_.name;
  more.insert(more.begin(), ReplicaGroup{"", params_.replica, params_.places, std::move(cost), std::move(decode), params_.load});
  std::size_t places = 0;
  const auto live = [&](std::size_t group, std::size_t size) {
    return static_cast<std::uint32_t>(params_.rollout && group > 0 ? 0 : size);
  };
  std::vector<std::optional<DecodePool>> decoders;
  std::vector<double> loads;
  for (std::size_t g = 0; g < more.size(); ++g) {
    ReplicaGroup& group = more[g];
    HR_CHECK(group.replica.hands_over == group.decode.has_value(), params_.name, group.name);
    decoders.push_back(std::move(group.decode));
    loads.push_back(group.load);
    const std::uint32_t on = g == 0 && params_.autoscale ? params_.autoscale->min : live(g, group.places.size());
    auto router = MakeRouter(params_.router, params_.seed, g == 0 ? path : path + ".models." + group.name);
    groups_.push_back(std::make_unique<Group>(std::move(group), std::move(router), log_, gaps_,
                                              static_cast<std::uint16_t>(places), on));
    sets_.push_back(&groups_[g]->set);
    places += groups_[g]->set.size();
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (!decoders[g]) continue;
    pools_ = true;
    const std::optional<AutoscaleParams> scale = decoders[g]->autoscale;
    HR_CHECK(!scale || (g == 0 && scale->max == decoders[g]->places.size()), params_.name, g);
    const std::uint32_t on = scale ? scale->min : live(g, decoders[g]->places.size());
    groups_[g]->decode = std::make_unique<Decode>(engine_, std::move(*decoders[g]), groups_[g]->set.size(), log_, gaps_,
                                                  static_cast<std::uint16_t>(places), on);
    ReplicaSet& writers = groups_[g]->decode->set;
    sets_.push_back(&writers);
    if (scale) scaled_.push_back({"decode", &writers, places, *scale, Autoscaler(*scale)});
    places += writers.size();
    const auto group = static_cast<std::uint8_t>(g);
    writers.SetBusy([this, g](std::size_t i) { return groups_[g]->decode->coming[i] > 0; });
    groups_[g]->set.SetBusy([this, group](std::size_t i) {
      return std::any_of(sending_.begin(), sending_.end(), [&](const auto& s) { return s.second.request.group == group && s.second.from == i; }) ||
             std::any_of(handovers_.begin(), handovers_.end(), [&](const Handover& h) {
               return h.request.group == group && PlaceOf(log_.replica(h.request.index)).replica == i;
             });
    });
    ReplicaSet& readers = groups_[g]->set;
    for (std::size_t i = 0; i < readers.size(); ++i) readers.replica(i).CollectHandovers(&handovers_);
  }
  start_ups_.resize(places);
  if (params_.autoscale) {
    HR_CHECK(params_.autoscale->max == set().size(), params_.autoscale->max, set().size());
    scaled_.insert(scaled_.begin(), {groups_[0]->decode ? "prefill" : "", &groups_[0]->set, 0, *params_.autoscale, Autoscaler(*params_.autoscale)});
  }
  if (params_.sharing)
    for (std::size_t i = 0; i < set().size(); ++i) {
      std::vector<DeviceShare::Tenant> tenants;
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        HR_CHECK(groups_[g]->set.size() == set().size(), g, i);
        tenants.push_back({&groups_[g]->set.replica(i), loads[g]});
        if (g > 0) groups_[g]->set.HoldNothing();
      }
      shares_.push_back(std::make_unique<DeviceShare>(*params_.sharing, std::move(tenants)));
    }
  if (source_->closed())
    for (ReplicaSet* set : sets_) set->CollectAnswers(&answers_);
}

Deployment::~Deployment() = default;

void Deployment::SetTiers(KvTierPlan plan) {
  tiers_ = std::move(plan);
  std::vector<std::unique_ptr<KvTierStack>> stacks;
  for (std::vector<KvTierAccess>& access : tiers_.replicas)
    stacks.push_back(std::make_unique<KvTierStack>(access, tiers_.unit_bytes));
  groups_[0]->set.SetTiers(std::move(stacks));
}

void Deployment::Start() {
  const auto changed = [this](Instant now) { ScheduleWake(now); };
  for (ReplicaSet* set : sets_) set->Start(engine_.now(), changed);
  ScheduleFaults(engine_.now());
  started_ = settled_ = engine_.now();
  ScheduleArrival(engine_.now());
  if (!scaled_.empty()) ScheduleLook(engine_.now());
}

void Deployment::SetCut(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& cut, std::uint32_t domain, Instant now) {
  for (const auto& group : groups_) {
    group->set.SetCut(cut, domain, group->decode != nullptr, now);
    if (group->decode) group->decode->set.SetCut(cut, domain, true, now);
  }
}

void Deployment::AdvanceAll(Instant now) {
  for (ReplicaSet* set : sets_) set->AdvanceTo(now.seconds());
  if (scaled_.empty() && !params_.rollout) return;
  DrainDecoders(now);
  groups_[0]->set.ReleaseDrained(now);
  if (groups_[0]->decode) groups_[0]->decode->set.ReleaseDrained(now);
}

void Deployment::Arrive(Instant now) {
  AdvanceAll(now);
  const double ingress = cost().engine().ingress;
  while (source_->next_arrival() != RequestSource::kNone &&
         Instant::FromSeconds(source_->next_arrival() + ingress) <= now) {
    Request r = source_->Take();
    labels_.Fill(r);
    if (calls_) r.task = ++last_task_;
    log_.Arrive(r);
    if (calls_) BeginTask(r);
    if (CanServe(r)) {
      Admit(r, now);
    } else {
      log_.Reject(r);
      EndCall(r, false, now.seconds() + kRefusedPause);
    }
  }
  ScheduleArrival(now);
  ScheduleWake(now);
  FinishIfDone(now);
}

void Deployment::Wake(Instant now) {
  AdvanceAll(now);
  HandOver(now);
  std::vector<Request> answers;
  answers.swap(answers_);
  for (const Request& r : answers) EndCall(r, true, std::max(now.seconds(), r.last_token));
  ScheduleArrival(now);
  ScheduleWake(now);
  FinishIfDone(now);
}

/// Sends off the prompts that have been read.
void Deployment::HandOver(Instant now) {
  std::vector<Handover> read;
  read.swap(handovers_);
  std::sort(read.begin(), read.end(), [](const Handover& a, const Handover& b) {
    return a.ready != b.ready ? a.ready < b.ready : a.request.index < b.request.index;
  });
  for (const Handover& h : read) {
    const Place place = PlaceOf(log_.replica(h.request.index));
    const auto [entry, fresh] = sending_.try_emplace(h.request.index, Sending{h.request, h.ready, place.replica, Sending::kNobody, {}, 0.0});
    HR_CHECK(fresh, h.request.index);
    Send(entry->second, now);
  }
}

/// To the next decode replica in turn or the one with the fewest requests; waits if none takes requests.
void Deployment::Send(Sending& s, Instant now) {
  Decode& decode = *groups_[s.request.group]->decode;
  const auto load = [&](std::size_t i) { return decode.set.replica(i).outstanding() + decode.coming[i]; };
  s.to = Sending::kNobody;
  const std::size_t size = decode.set.size();
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t turn = decode.in_turn ? (decode.next + i) % size : i;
    if (decode.set.stage(turn) != ReplicaStage::kLive || (s.to != Sending::kNobody && (decode.in_turn || load(turn) >= load(s.to)))) continue;
    s.to = turn;
  }
  if (s.to == Sending::kNobody) return;
  decode.next = s.to + 1;
  ++decode.coming[s.to];
  s.held = groups_[s.request.group]->set.replica(s.from).stands() || decode.set.replica(s.to).stands();
  if (s.held) return;
  const RequestIndex index = s.request.index;
  const std::uint32_t tokens = s.request.prefill_tokens() - 1;
  if (decode.flows) {
    decode.flows->Begin(index, s.from, s.to, tokens, s.ready, s.request.started, [this, index] { Receive(index, engine_.now()); });
    return;
  }
  s.arrives = decode.transfer.Send(s.from, s.to, tokens, s.ready, s.request.started);
  s.arrival = engine_.At(After(s.arrives, now), Phase::kArrival, [this, index] { Receive(index, engine_.now()); });
}

void Deployment::SendWaiting(std::uint8_t group, Instant now) {
  for (auto& [index, s] : sending_)
    if (s.request.group == group && s.to == Sending::kNobody) {
      s.ready = now.seconds();
      s.request.started = s.ready;
      Send(s, now);
    }
}

void Deployment::Receive(RequestIndex index, Instant now) {
  const auto found = sending_.find(index);
  HR_CHECK(found != sending_.end(), index);
  Request r = found->second.request;
  Group& group = *groups_[r.group];
  Decode& decode = *group.decode;
  const std::size_t from = found->second.from, to = found->second.to;
  const network::Traffic sent = decode.transfer.Sent(from, to, r.prefill_tokens() - 1);
  group.set.AddTransfer(from, sent);
  decode.set.AddTransfer(to, KvTransfer::AtReceiver(sent));
  Replica& replica = decode.set.replica(to);
  --decode.coming[to];
  sending_.erase(found);
  replica.AdvanceTo(now.seconds());
  r.received = true;
  if (r.seen && !r.warm_up) gaps_.Add(now.seconds() - r.last_token);
  r.last_token = now.seconds();
  log_.Assign(r, replica.id());
  replica.Enqueue(r, now.seconds());
  DrainDecoders(now);
  group.set.ReleaseDrained(now);
  ScheduleWake(now);
}

std::optional<Request> Deployment::TakeBack(RequestIndex index) {
  const auto found = sending_.find(index);
  if (found == sending_.end()) return std::nullopt;
  Sending& s = found->second;
  if (s.to != Sending::kNobody) {
    --groups_[s.request.group]->decode->coming[s.to];
    if (!s.held) Unwire(s, engine_.now());
  }
  const Request r = s.request;
  sending_.erase(found);
  return r;
}

void Deployment::Unwire(Sending& s, Instant now) {
  Decode& decode = *groups_[s.request.group]->decode;
  if (decode.flows) {
    decode.flows->Cancel(s.request.index);
    return;
  }
  engine_.Cancel(s.arrival);
  decode.transfer.Cancel(s.from, s.to, s.request.prefill_tokens() - 1, s.ready, s.arrives, now.seconds());
}

void Deployment::LookAtScale(Instant now) {
  if (done_ || rolling_) return;
  AdvanceAll(now);
  HandOver(now);
  for (Scaled& s : scaled_) Scale(s, now);
  ScheduleLook(now);
  ScheduleWake(now);
}

void Deployment::Scale(Scaled& s, Instant now) {
  ReplicaSet& set = *s.set;
  std::uint64_t outstanding = parked_.size();
  if (s.pool == "decode")
    outstanding = std::count_if(sending_.begin(), sending_.end(), [](const auto& e) { return e.second.request.group == 0; });
  for (const Replica* replica : set.live()) outstanding += replica->outstanding();
  std::uint32_t current = static_cast<std::uint32_t>(set.live().size()) + set.count(ReplicaStage::kStarting);
  const std::uint32_t wanted = s.rule.Look(now.seconds(), outstanding, current);
  for (; current < wanted; ++current) {
    const std::size_t i = set.SwitchOn(now);
    if (i == set.size()) break;  // the others still drain
    Bring(s.first_id + i, now, s.params.start_up);
    scale_events_.push_back({now.seconds(), true, current + 1, s.pool});
  }
  for (; current > wanted && (set.live().size() > 1 || set.count(ReplicaStage::kStarting) > 0); --current) {
    ++start_ups_[s.first_id + set.GiveUp(now)];
    scale_events_.push_back({now.seconds(), false, current - 1, s.pool});
  }
}

void Deployment::ScheduleLook(Instant now) {
  engine_.At(now + Duration::FromSeconds(Autoscaler::kPeriod), Phase::kDecision,
             [this] { LookAtScale(engine_.now()); });
}

void Deployment::ScheduleArrival(Instant now) {
  const double next = source_->next_arrival();
  if (next == RequestSource::kNone) return;
  const Instant at = std::max(now, Instant::FromSeconds(next + cost().engine().ingress));
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
  const bool drains = !scaled_.empty() || params_.rollout;
  double next = drains ? groups_[0]->set.next_drain() : RequestSource::kNone;
  if (drains && groups_[0]->decode) next = std::min(next, groups_[0]->decode->set.next_drain());
  const bool all = source_->closed() || source_->exhausted() || calls_;
  for (std::size_t g = 0; g < groups_.size(); ++g)
    if (all || groups_[g]->decode) next = std::min(next, groups_[g]->set.next_change());
  if (all)
    for (const ReplicaSet* set : sets_) next = std::min(next, set->next_change());
  // Whatever advanced the replicas may have met the change that a wake was due for.
  if (!answers_.empty() || !handovers_.empty() || (!done_ && Over())) next = now.seconds();
  if (wake_.valid()) engine_.Cancel(wake_);
  wake_ = {};
  if (next == RequestSource::kNone) return;
  wake_ = engine_.At(After(next, now), Phase::kCompletion, [this] {
    wake_ = {};
    Wake(engine_.now());
  });
}

void Deployment::FinishIfDone(Instant now) {
  if (done_ || !Over()) return;
  Settle(now);
  done_ = true;
  if (on_done_) on_done_();
}

void Deployment::Settle(Instant now) {
  if (done_) return;
  settled_ = now;
  for (ReplicaSet* set : sets_) set->Settle(now);
}

Deployment::Place Deployment::PlaceOf(std::size_t id) const {
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    Group& group = *groups_[g];
    if (id - group.first_id < group.set.size()) return {&group.set, id - group.first_id, static_cast<std::uint8_t>(g), false};
    if (group.decode && id - group.decode->first_id < group.decode->set.size())
      return {&group.decode->set, id - group.decode->first_id, static_cast<std::uint8_t>(g), true};
  }
  HR_CHECK(false, id);
  return {};
}

const Replica& Deployment::replica(std::size_t i) const {
  const Place place = PlaceOf(i);
  return place.set->replica(place.replica);
}

ReplicaStage Deployment::stage(std::size_t i) const {
  const Place place = PlaceOf(i);
  return place.set->stage(place.replica);
}

network::Traffic Deployment::passes(std::size_t i) const {
  const Place place = PlaceOf(i);
  return place.set->passes(place.replica);
}

network::Traffic Deployment::moved(std::size_t i) const {
  const Place place = PlaceOf(i);
  return place.set->transfers(place.replica);
}

Deployment::Transfers Deployment::transfers() const {
  Transfers sum;
  const auto add = [&](const auto& t) {
    sum.count += t.count();
    sum.bytes += t.bytes();
    sum.seconds += t.seconds();
  };
  for (const auto& group : groups_)
    if (group->decode && group->decode->flows)
      add(*group->decode->flows);
    else if (group->decode)
      add(group->decode->transfer);
  return sum;
}

void Deployment::SetUplinkStretch(double stretch) {
  for (const auto& group : groups_)
    if (group->decode && group->decode->flows) group->decode->flows->SetStretch(stretch);
}

std::uint64_t Deployment::model_swaps() const {
  std::uint64_t n = 0;
  for (const auto& share : shares_) n += share->swaps();
  return n;
}

double Deployment::held() const {
  double held = 0.0;
  for (const ReplicaSet* set : sets_) held += set->held();
  return held;
}

ReplicaCounters Deployment::totals() const {
  ReplicaCounters sum;
  for (std::size_t i = 0; i < replicas(); ++i) sum += replica(i).counters();
  return sum;
}

double Deployment::kv_peak_share() const {
  double most = 0.0;
  for (std::size_t i = 0; i < replicas(); ++i)
    most = std::max(most, static_cast<double>(replica(i).counters().kv_peak_blocks) /
                              replica(i).params().kv_blocks);
  return most;
}

double Deployment::kv_share() const {
  double used = 0.0, blocks = 0.0;
  for (const ReplicaSet* set : sets_)
    for (std::size_t i = 0; i < set->size(); ++i) {
      if (set->stage(i) == ReplicaStage::kOff) continue;
      used += set->replica(i).kv().in_use();
      blocks += set->replica(i).kv().blocks();
    }
  return blocks > 0.0 ? used / blocks : 0.0;
}

std::uint32_t Deployment::running() const {
  std::uint32_t n = 0;
  for (std::size_t i = 0; i < replicas(); ++i) n += replica(i).running();
  return n;
}

std::uint32_t Deployment::waiting() const {
  std::uint32_t n = static_cast<std::uint32_t>(handovers_.size() + sending_.size() + parked_.size() + in_stages_.size()) +
                    between_tries_;
  for (std::size_t i = 0; i < replicas(); ++i) n += replica(i).outstanding() - replica(i).running();
  return n;
}

}  // namespace headroom::serving
