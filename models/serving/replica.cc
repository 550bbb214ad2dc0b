#include "models/serving/replica.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/serving/device_share.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::serving {

Replica::Replica(std::uint16_t id, const ReplicaParams& params, const IterationCost& cost,
                 RequestLog& log, LatencyHistogram& gaps)
    : id_(id),
      params_(params),
      cost_(cost),
      engine_(cost.engine()),
      block_(cost.engine().block_tokens),
      log_(log),
      gaps_(gaps),
      kv_(params.kv_blocks, std::max(1u, params.prefix_unit_tokens / block_), ReleaseOrder::kTailFirst, params.eviction),
      decodes_(engine_.max_sequences + 1, block_),
      adapters_(params.adapters),
      kept_(cost.speculation(), params.seed, fmt::format("{}.{}", params.path, id)),
      slots_(engine_.max_sequences + 1),
      groups_(cost.groups()) {
  if (params.prefix_unit_tokens % block_ != 0)
    throw ConfigError(fmt::format(
        "block_tokens is {}; with prefix caching it must divide the {} tokens of a hashed block",
        block_, params.prefix_unit_tokens));
  for (std::uint32_t slot = engine_.max_sequences; slot > 0; --slot) vacant_.push_back(slot);
}

void Replica::Restart(double now) {
  HR_CHECK(outstanding() == 0 && !run_.active, id_, outstanding());
  kv_.Clear();
  adapters_.Clear();
  if (tiers_ != nullptr) tiers_->Forget();
  stands_ = false;
  time_ = metered_ = now;
  first_use_ = true;
}

void Replica::SetTiers(KvTierStack* tiers) {
  tiers_ = tiers;
  kv_.SetBacking(tiers);
}

std::uint32_t Replica::CachedUnits(const UnitNames& names) const {
  const std::uint32_t units = kv_.Match(names);
  return tiers_ == nullptr ? units : units + tiers_->Match(names, units);
}

bool Replica::CanServe(const Request& r) const {
  const std::uint64_t length = std::uint64_t{r.input_tokens} + r.output_tokens;
  return length <= params_.max_length &&
         Blocks(params_.hands_over ? r.input_tokens : length) <= kv_.blocks() &&
         (engine_.chunked_prefill || r.input_tokens <= engine_.max_tokens / groups_.size());
}

void Replica::Enqueue(const Request& r, double now) {
  HR_CHECK(CanServe(r), r.index, r.input_tokens, r.output_tokens);
  if (!run_.active && running_ == 0 && waiting_.empty()) time_ = std::max(time_, now);
  Request queued = r;
  queued.queued = now;
  Queue(queued, false);
  asked_ += r.output_tokens - r.generated;
  to_come_ += r.output_tokens - r.generated;
  if (params_.read_ahead && tiers_ != nullptr) {
    const UnitNames names = Names(r, r.prefill_tokens() - 1);
    tiers_->ReadAhead(names, names.count == 0 ? 0 : kv_.Match(names), now);
  }
  if (run_.active && running_ < max_running()) Cut(now);
  if (share_ != nullptr) share_->Arrived(now);
  if (idle_) time_ = std::min(time_, now);
}

double Replica::next_change() const {
  if (share_ != nullptr) return share_->next_change();
  if (run_.active) return run_.end;
  return outstanding() > 0 && !stands_ ? time_ : std::numeric_limits<double>::infinity();
}

bool Replica::Step(double now) {
  if (share_ != nullptr) return share_->Step(now);
  if (!CanStep(now)) return false;
  if (run_.active)
    Complete();
  else
    Start(time_);
  return true;
}

void Replica::SetClock(double now, double clock, double pace) {
  AdvanceTo(now);
  if (run_.active) Cut(now);
  clock_ = clock;
  pace_ = pace;
}

double Replica::Run::until(std::uint64_t n) const {
  const double k = static_cast<double>(n);
  return start + k * line.first.wall + line.increment.wall * (k * (k - 1.0) / 2.0);
}

void Replica::Start(double start) {
  MeterTo(start);
  idle_ = false;
  Form(start);
  const auto nothing = [&] { return !run_.decodes && chunks_.empty(); };
  if (nothing() && preempted_) Form(start);
  if (nothing() && !loading_.empty()) {
    time_ = slots_[loading_.front()].loaded_at;
    HR_CHECK(time_ > start, time_, start);
    idle_ = true;
    return;
  }
  if (nothing() && holds_) return;
  HR_CHECK(!nothing(), running_, waiting_.size());
  const std::uint32_t n = run_.decodes ? decodes_.size() : 0;
  const std::uint64_t contexts = n > 0 ? decodes_.context_sum() + n : 0;
  if (!run_.decodes) run_.drafted = 0;
  const bool spread = groups_.size() > 1;
  const Busiest busiest = spread ? BusiestGroup() : Busiest{};
  const Extra extra{run_.drafted, adapters_.in_use(), adapter_load_ + swap_load_};
  swap_load_ = 0.0;
  if (chunks_.empty() && (run_.drafted > 0 || extra.load > 0.0)) {
    run_.line = {cost_.Mixed(0, 0, 0, {}, n, contexts, clock_, extra, spread ? &busiest : nullptr), {}, 1};
    run_.count = 1;
  } else if (chunks_.empty()) {
    run_.line = cost_.Decodes(n, contexts, clock_, adapters_.in_use(), busiest.decodes);
    run_.count = 1;
    const Speculation& speculation = cost_.speculation();
    const bool steps = speculation.tokens > 0 && n <= speculation.max_batch;
    if (params_.merge_runs && !preempted_ && !steps)
      run_.count = decodes_.IterationsWithin(kv_.available(),
                                             std::min(decodes_.NextFinish(), run_.line.valid));
  } else {
    run_.line.first = cost_.Mixed(chunk_tokens_, static_cast<std::uint32_t>(chunks_.size()),
                                  chunk_ends_, prefill_, n, contexts, clock_, extra, spread ? &busiest : nullptr);
    run_.line.increment = {};
    run_.count = 1;
    if (layers_until_ > start) WaitForLayers();
    if (first_use_ && engine_.first_use > 0.0 && chunk_tokens_ >= engine_.first_use_tokens) WaitForKernels();
  }
  if (pace_ < 1.0)
    for (IterationTime* t : {&run_.line.first, &run_.line.increment}) {
      for (double* part : {&t->wall, &t->busy, &t->energy}) *part /= pace_;
      t->use *= 1.0 / pace_;
    }
  if (n == 0 && decodes_.size() > 0) {
    std::uint32_t stalled = 0;
    for (const Stall& s : stalls_) stalled += s.sequences;
    stalls_.push_back({start, counted() - stalled});
  }
  if (!loading_.empty() && run_.count > 1)
    run_.count = run_.CountAt(slots_[loading_.front()].loaded_at);
  if (chunks_.empty()) run_.count = std::min(run_.count, UntilLook());
  if (single_) run_.count = 1;
  run_.end = run_.until(run_.count);
  run_.metered_energy = run_.metered_busy = 0.0;
  run_.metered_use = {};
  run_.active = true;
}

/// The iteration goes layer by layer behind prefixes that are still on their way.
void Replica::WaitForLayers() {
  IterationTime& t = run_.line.first;
  const double coming = layers_until_ - run_.start, layers = params_.load_layers;
  const double wall = std::max(coming / layers + t.wall, coming + t.wall / layers);
  t.energy += cost_.idle_power() * (wall - t.wall);
  t.wall = wall;
}

/// The first iteration of its kind fetches or compiles what it needs.
void Replica::WaitForKernels() {
  IterationTime& t = run_.line.first;
  t.wall += engine_.first_use;
  t.energy += cost_.idle_power() * engine_.first_use;
  first_use_ = false;
}

/// Ends the run in progress with the iteration that is under way at `now`, or with the one after it, which is planned.
void Replica::Cut(double now) {
  if (run_.count == 1) return;
  MeterTo(now);
  // The engine sees what arrived at its next look.
  const std::uint64_t poll = engine_.poll_interval;
  const std::uint64_t seen = since_poll_ + run_.CountAt(now) + (engine_.schedule_ahead ? 1 : 0);
  run_.count = std::min(run_.count, (seen + poll - 1) / poll * poll - since_poll_);
  run_.end = run_.until(run_.count);
}

/// Decode iterations until prompts that are held back are looked at again.
std::uint64_t Replica::UntilLook() const {
  if (waiting_.empty() || running_ >= max_running()) return ~std::uint64_t{0};
  if (!Polls()) return engine_.poll_interval - since_poll_;
  if (!Seen(waiting_.front())) return engine_.poll_interval;
  return WaitsForMore() ? engine_.batch_wait_iterations - waited_ : ~std::uint64_t{0};
}

std::uint64_t Replica::Run::CountAt(double when) const {
  const double passed = std::max(0.0, when - start), slope = line.increment.wall;
  const double first = line.first.wall;
  // Whole iterations that fit: the root of first * k + slope * k (k - 1) / 2 = passed.
  const double linear = first - 0.5 * slope;
  const double root =
      slope <= 0.0 ? passed / first
                   : 2.0 * passed / (linear + std::sqrt(linear * linear + 2.0 * slope * passed));
  std::uint64_t n = static_cast<std::uint64_t>(std::min(root, static_cast<double>(count)));
  while (n > 0 && until(n) > when) --n;
  while (n < count && until(n) <= when) ++n;
  return n;
}

void Replica::MeterTo(double now) {
  const double passed = now - metered_;
  if (passed <= 0.0) return;
  metered_ = now;
  const double idle = cost_.idle_power() * passed;
  double energy = idle, busy = 0.0;
  if (run_.active) {
    const double n = static_cast<double>(run_.count), pairs = n * (n - 1.0) / 2.0;
    const double left = run_.end - (now - passed);
    const double share = left <= passed ? 1.0 : passed / left;
    const IterationTime &first = run_.line.first, &more = run_.line.increment;
    energy = share * (n * first.energy + pairs * more.energy - run_.metered_energy);
    busy = share * (n * first.busy + pairs * more.busy - run_.metered_busy);
    run_.metered_energy += energy;
    run_.metered_busy += busy;
    for (std::size_t i = 0; i < first.use.seconds.size(); ++i) {
      const double s = share * (n * first.use.seconds[i] + pairs * more.use.seconds[i] - run_.metered_use.seconds[i]);
      const double e = share * (n * first.use.above[i] + pairs * more.use.above[i] - run_.metered_use.above[i]);
      run_.metered_use.seconds[i] += s;
      run_.metered_use.above[i] += e;
      counters_.use.seconds[i] += s * params_.accelerators;
      counters_.use.above[i] += e * params_.accelerators;
    }
    counters_.iterating += passed * params_.accelerators;
  }
  if (guest_) energy -= idle;
  counters_.idle_energy += guest_ ? 0.0 : idle * params_.accelerators;
  counters_.energy += energy * params_.accelerators;
  counters_.busy += busy * params_.accelerators;
}

void Replica::Complete() {
  const double end = run_.end;
  const std::uint64_t before = counters_.output_tokens;
  MeterTo(end);
  last_start_ = run_.until(run_.count - 1);
  launch_ = engine_.launches && !chunks_.empty() ? cost_.eager() : 0.0;
  if (run_.decodes) {
    HR_CHECK(kv_.Take(static_cast<std::uint32_t>(decodes_.BlocksFor(run_.count))), kv_.available());
    CountGaps();
    decodes_.Advance(run_.count);
    counters_.output_tokens += run_.count * decodes_.size();
    last_decode_ = end;
    if (run_.drafted > 0) KeepDrafts();
  }
  HandOn(counters_.output_tokens - before + chunk_ends_);
  counters_.iterations += run_.count;
  counters_.kv_peak_blocks = std::max(counters_.kv_peak_blocks, kv_.in_use());
  run_.active = false;
  time_ = end;
  if (chunks_.empty()) {
    since_poll_ = static_cast<std::uint32_t>((since_poll_ + run_.count) % engine_.poll_interval);
    if (held_) waited_ += static_cast<std::uint32_t>(run_.count);
  } else {
    since_poll_ = 0;
  }
  std::uint32_t slot, context;
  if (run_.decodes)
    while (decodes_.PopFinished(slot, context)) {
      Slot& s = slots_[slot];
      s.lease.private_blocks =
          Blocks(context) - static_cast<std::uint32_t>(s.lease.shared.size()) * kv_.unit_blocks();
      s.request.generated = s.request.output_tokens;
      warm_ -= s.request.warm_up;
      --groups_[s.group].decodes;
      if (s.request.prefix_holds_answer) kv_.Publish(s.lease, Names(s.request, context));
      Answer(slot, end);
    }
  for (const Chunk& chunk : chunks_) {
    counters_.prefilled_tokens += chunk.tokens;
    if (chunk.slot != groups_[slots_[chunk.slot].group].partial) Emit(chunk.slot, end);
  }
  for (const std::uint32_t slot : cancelled_)
    if (slots_[slot].cancelled) Withdraw(slot);
  cancelled_.clear();
  CheckConservation();
}

/// `tokens` of the run go through the process that hands answers on; handed_on_ is when the last of them has.
void Replica::HandOn(std::uint64_t tokens) {
  const double work = static_cast<double>(tokens) * engine_.egress / engine_.stream_interval;
  handed_on_ = std::max(run_.end, std::max(handed_on_, run_.start) + work);
}

/// Gives every decoding sequence, beside the token of the iteration, those of its draft that the
/// target kept.
void Replica::KeepDrafts() {
  for (std::uint32_t slot = slots_[0].after; slot != 0; slot = slots_[slot].after) {
    if (!decodes_.Has(slot)) continue;
    const std::uint32_t kept = kept_(run_.drafted);
    ++counters_.checks;
    counters_.drafted += cost_.speculation().Nodes(run_.drafted);
    counters_.accepted += kept;
    const std::uint32_t tokens = std::min(kept, decodes_.remaining(slot));
    const std::uint32_t context = decodes_.context(slot);
    HR_CHECK(kv_.Take(Blocks(context + tokens) - Blocks(context)), kv_.available());
    decodes_.Skip(slot, tokens);
    counters_.output_tokens += tokens;
  }
}

/// Every decoding sequence waits for its next token from the end of the previous iteration, or,
/// where prompts went first, from its own last token.
void Replica::CountGaps() {
  std::uint32_t steady = counted();
  for (const Stall& s : stalls_) {
    gaps_.Add(run_.until(1) - s.since, s.sequences);
    steady -= s.sequences;
  }
  const double first = run_.line.first.wall, slope = run_.line.increment.wall;
  if (stalls_.empty()) {
    gaps_.AddSeries(first, slope, run_.count, counted());
  } else {
    gaps_.Add(first, steady);
    gaps_.AddSeries(first + slope, slope, run_.count - 1, counted());
  }
  stalls_.clear();
}

/// The whole prompt of `slot` is in the cache: it yields a token.
void Replica::Emit(std::uint32_t slot, double when) {
  Slot& s = slots_[slot];
  const std::uint32_t context = s.request.prefill_tokens();
  ++s.request.generated;
  ++counters_.output_tokens;
  --to_come_;
  const std::uint32_t remaining = s.request.output_tokens - s.request.generated;
  if (params_.hands_over && remaining > 0) {
    to_come_ -= remaining;
    asked_ -= remaining;
    HR_CHECK(handovers_ != nullptr, id_);
    if (!s.cancelled) handovers_->push_back({s.request, when});
    return Remove(slot);
  }
  s.joined = when;
  if (!s.cancelled && !s.request.seen)
    log_.FirstToken(s.request, std::max(when, handed_on_));
  else if (!s.request.warm_up && !s.cancelled)
    gaps_.Add(when - s.request.last_token);
  s.request.seen = true;
  if (remaining == 0) return Answer(slot, when);
  to_come_ -= remaining;
  decodes_.Join(slot, context, remaining);
  ++groups_[s.group].decodes;
  warm_ += s.request.warm_up;
}

void Replica::Answer(std::uint32_t slot, double when) {
  if (slots_[slot].cancelled) return Remove(slot);
  Request& request = slots_[slot].request;
  request.last_token = std::max(when, handed_on_);
  log_.Finish(request, request.last_token);
  if (answers_ != nullptr) answers_->push_back(request);
  Remove(slot);
}

void Replica::Remove(std::uint32_t slot) {
  Slot& s = slots_[slot];
  kv_.Release(s.lease);
  slots_[s.before].after = s.after;
  slots_[s.after].before = s.before;
  committed_blocks_ -= s.target_blocks;
  if (params_.adapters.count > 0) adapters_.Release(s.request.adapter);
  s.cancelled = false;
  vacant_.push_back(slot);
  --running_;
  AttentionGroup& group = groups_[s.group];
  --group.running;
  if (group.partial == slot) group.partial = 0;
  if (!loading_.empty()) std::erase(loading_, slot);
}

/// Its tokens to come are asked for no more.
void Replica::Withdraw(std::uint32_t slot) {
  if (decodes_.Has(slot)) LeaveDecodes(slot);
  const Request& r = slots_[slot].request;
  asked_ -= r.output_tokens - r.generated;
  to_come_ -= r.output_tokens - r.generated;
  Remove(slot);
}

ReplicaCounters& ReplicaCounters::operator+=(const ReplicaCounters& o) {
  iterations += o.iterations;
  preemptions += o.preemptions;
  prompt_tokens += o.prompt_tokens;
  cached_tokens += o.cached_tokens;
  tier_tokens += o.tier_tokens;
  prefilled_tokens += o.prefilled_tokens;
  output_tokens += o.output_tokens;
  checks += o.checks;
  drafted += o.drafted;
  accepted += o.accepted;
  adapter_loads += o.adapter_loads;
  swapped_out += o.swapped_out;
  energy += o.energy;
  idle_energy += o.idle_energy;
  busy += o.busy;
  iterating += o.iterating;
  use += o.use;
  kv_peak_blocks = std::max(kv_peak_blocks, o.kv_peak_blocks);
  return *this;
}

void Replica::CheckConservation() const {
  HR_CHECK(asked_ == counters_.output_tokens + to_come_ + decodes_.tokens_to_come(), asked_,
           counters_.output_tokens, to_come_, decodes_.tokens_to_come());
  HR_CHECK(running_ > 0 || kv_.in_use() == 0, kv_.in_use());
  std::uint32_t running = 0, decodes = 0;
  for (const AttentionGroup& group : groups_) running += group.running, decodes += group.decodes;
  HR_CHECK(running == running_ && decodes == decodes_.size(), running, running_, decodes, decodes_.size());
  kv_.CheckBalance();
  if (tiers_ != nullptr) tiers_->CheckBalance();
}

}  // namespace headroom::serving
