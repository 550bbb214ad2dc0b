#include <algorithm>
#include <cmath>

#include "models/serving/replica.h"
#include "sim/core/check.h"

namespace headroom::serving {

void Replica::Form(double start) {
  chunks_.clear();
  prefill_ = {};
  chunk_tokens_ = chunk_ends_ = 0;
  preempted_ = false;
  adapter_load_ = layers_until_ = 0.0;
  run_.drafted = 0;
  run_.start = start;
  if (tiers_ != nullptr) tiers_->SetTime(start);
  const bool prefill_first = engine_.policy == BatchPolicy::kPrefillFirst;
  const bool ahead = engine_.schedule_ahead && (decodes_.size() > 0 || Partial());
  planned_ = ahead ? std::min(start, last_start_ + launch_) : start;
  if (!prefill_first) MakeRoomForDecodes();
  while (!preempted_ && !holds_ && AdmitReceived(start)) {
  }
  if (!prefill_first) run_.drafted = std::min(run_.drafted, DraftsFor(decodes_.size()));
  const std::uint32_t each = 1 + cost_.speculation().Nodes(run_.drafted);
  const auto most = static_cast<std::uint32_t>(engine_.max_tokens / groups_.size());
  for (AttentionGroup& group : groups_) {
    const std::uint32_t decodes = prefill_first ? 0 : group.decodes * each;
    group.left = most - std::min(decodes, most);
    group.tokens = group.chunks = group.ends = 0;
    group.prefill = {};
  }
  for (AttentionGroup& group : groups_)
    if (group.partial != 0 && !preempted_) ContinuePrompt(group);
  while (!preempted_) {
    const std::uint32_t slot = TakeLoaded(start);
    if (slot == 0) break;
    ContinuePrompt(groups_[slots_[slot].group]);
  }
  held_ = Polls() && WaitsForMore();
  const bool looks = Polls() && !held_ && !holds_;
  if (looks) waited_ = 0;
  while (looks && !preempted_ && AdmitNext(start)) {
  }
  if (prefill_first && chunks_.empty()) MakeRoomForDecodes();
  run_.decodes = decodes_.size() > 0 && (!prefill_first || chunks_.empty());
}

/// Decodes come before prompts: the blocks that the next decode iteration takes are found first.
void Replica::MakeRoomForDecodes() {
  while (decodes_.size() > 0 && decodes_.BlocksFor(1) > kv_.available()) Preempt(Victim());
  // In an iteration with prompts these blocks must not go to a prompt.
  run_.drafted = DraftsFor(decodes_.size());
}

/// As many as the token budget and free blocks leave room for.
std::uint32_t Replica::DraftsFor(std::uint32_t decodes) const {
  const Speculation& s = cost_.speculation();
  if (s.tokens == 0 || decodes == 0 || decodes > s.max_batch) return 0;
  const std::uint32_t most = engine_.max_tokens / decodes - 1;
  std::uint32_t drafts = std::min(s.tokens, most);
  while (drafts > 0 && (s.Nodes(drafts) > most || decodes_.BlocksFor(1 + s.Nodes(drafts)) > kv_.available())) --drafts;
  return drafts;
}

/// The newest sequence of the lowest priority.
std::uint32_t Replica::Victim() const {
  std::uint32_t victim = slots_[0].before;
  if (!priorities_) return victim;
  for (std::uint32_t slot = victim; slot != 0; slot = slots_[slot].before)
    if (slots_[slot].request.priority < slots_[victim].request.priority) victim = slot;
  return victim;
}

/// Brings the first request whose adapter may run to the head of the queue; false if none may.
bool Replica::BringAdmissible() {
  const auto admits = [&](const Request& r) { return adapters_.Admits(r.adapter); };
  const auto first = std::find_if(waiting_.begin(), waiting_.end(), admits);
  if (first == waiting_.end()) return false;
  std::rotate(waiting_.begin(), first, first + 1);
  return true;
}

/// Goes on with the prompt that an earlier iteration cut.
void Replica::ContinuePrompt(AttentionGroup& group) {
  const std::uint32_t slot = group.partial;
  Slot& s = slots_[slot];
  const std::uint32_t tokens = std::min(group.left, s.request.prefill_tokens() - s.prefilled);
  if (tokens == 0) return;
  const std::uint32_t held = static_cast<std::uint32_t>(s.lease.shared.size()) * kv_.unit_blocks() +
                             s.lease.private_blocks;
  const std::uint64_t growth = Growth();
  const std::uint32_t need = Blocks(s.prefilled + tokens) - held;
  if (kv_.available() < growth + need) return Preempt(slot);
  kv_.Grow(s.lease, need);
  TakeChunk(slot, tokens);
}

/// Some group may take another prompt.
bool Replica::Open() const {
  return std::any_of(groups_.begin(), groups_.end(), [](const AttentionGroup& g) { return g.partial == 0 && g.left > 0; });
}

bool Replica::Partial() const {
  return std::any_of(groups_.begin(), groups_.end(), [](const AttentionGroup& g) { return g.partial != 0; });
}

/// Of those that may take another prompt, the one with the fewest sequences, and of those the first; if prompts are not cut,
/// rather one that has room for `tokens`.
Replica::AttentionGroup& Replica::GroupFor(std::uint32_t tokens) {
  const auto rank = [&](const AttentionGroup& g) {
    const bool open = g.partial == 0 && g.left > 0;
    return std::pair(!open || (!engine_.chunked_prefill && g.left < tokens), g.running);
  };
  return *std::min_element(groups_.begin(), groups_.end(),
                           [&](const AttentionGroup& a, const AttentionGroup& b) { return rank(a) < rank(b); });
}

Busiest Replica::BusiestGroup() const {
  Busiest most;
  const std::uint32_t each = run_.decodes ? 1 + cost_.speculation().Nodes(run_.drafted) : 0;
  for (const AttentionGroup& g : groups_) {
    most.tokens = std::max(most.tokens, g.tokens + g.decodes * each);
    most.emitting = std::max(most.emitting, g.ends + g.decodes * each);
    if (each > 0) most.decodes = std::max(most.decodes, g.decodes);
    if (g.prefill.seconds <= most.prefill.seconds) continue;
    most.prefill = g.prefill;
    most.chunks = g.chunks;
  }
  return most;
}

/// Prompts are held back for a fuller iteration.
bool Replica::WaitsForMore() const {
  if (waited_ >= engine_.batch_wait_iterations || decodes_.size() == 0 || waiting_.empty() ||
      Partial())
    return false;
  std::uint64_t tokens = decodes_.size();
  for (const Request& r : waiting_) {
    if (!Seen(r)) break;
    if (tokens + r.prefill_tokens() > engine_.max_tokens) return false;  // as full as it gets
    tokens += r.prefill_tokens();
  }
  return static_cast<double>(tokens) < engine_.batch_wait_share * engine_.max_tokens;
}

/// Admits the head of the waiting queue with what is left of a group's budget. False if it has to wait.
bool Replica::AdmitNext(double start) {
  if (waiting_.empty() || running_ >= max_running() || !Open()) return false;
  if (params_.adapters.count > 0 && !BringAdmissible()) return false;
  Request& r = waiting_.front();
  if (r.received || !Seen(r)) return false;
  const std::uint32_t total = r.prefill_tokens();
  // At least one token is computed, or there would be nothing to sample from.
  const UnitNames names = Names(r, total - 1);
  const std::uint32_t units = names.count == 0 ? 0 : kv_.Match(names);
  if (const std::uint32_t below = tiers_ == nullptr ? 0 : tiers_->Match(names, units); below > 0)
    return AdmitLoading(names, units, below, start);
  const std::uint32_t cached = units * params_.prefix_unit_tokens;
  std::uint32_t tokens = total - cached;
  const AttentionGroup& group = GroupFor(tokens);
  if (tokens > group.left) {
    // Without chunks a prompt waits for an iteration that holds it; one that grew by preemption
    // gets one of its own.
    const bool alone = chunks_.empty() && r.generated > 0;
    if (engine_.chunked_prefill)
      tokens = group.left;
    else if (!alone)
      return false;
  }
  const std::uint64_t growth = Growth();
  const std::uint32_t need = Blocks(cached + tokens) - units * kv_.unit_blocks();
  if (kv_.available() < growth + need + kv_.PinCost(names, units)) return false;
  const std::uint32_t target = TargetBlocks(r);
  if (engine_.reserved_output > 0.0 && running_ > 0 && committed_blocks_ + target > kv_.blocks())
    return false;

  const std::uint32_t slot = Admit(target, group);
  Slot& s = slots_[slot];
  s.prefilled = cached;
  if (units > 0) kv_.Pin(s.lease, names);
  HR_CHECK(kv_.Grow(s.lease, need), need, kv_.available());
  if (s.request.generated == 0) {
    counters_.prompt_tokens += total;
    counters_.cached_tokens += cached;
  }
  TakeChunk(slot, tokens);
  return true;
}

/// Admits the head of the waiting queue, of whose prefix the cache holds `units` and tiers the
/// `below` after them, and has these brought. Waits for room for what it would compute first, too.
/// False if it has to wait.
bool Replica::AdmitLoading(const UnitNames& names, std::uint32_t units, std::uint32_t below,
                           double start) {
  const Request& r = waiting_.front();
  const std::uint32_t total = r.prefill_tokens(), unit = params_.prefix_unit_tokens;
  const std::uint32_t cached = (units + below) * unit;
  const bool layered = params_.load_layers > 0;
  AttentionGroup& group = GroupFor(total - cached);
  const std::uint32_t budget = group.left;
  if (layered && !engine_.chunked_prefill && total - cached > budget && !(chunks_.empty() && r.generated > 0))
    return false;
  const std::uint64_t growth = Growth();
  const std::uint32_t room =
      Blocks(cached + std::min(budget, total - cached)) - units * kv_.unit_blocks();
  if (kv_.available() < growth + room + kv_.PinCost(names, units)) return false;
  const std::uint32_t target = TargetBlocks(r);
  if (engine_.reserved_output > 0.0 && running_ > 0 && committed_blocks_ + target > kv_.blocks())
    return false;
  const std::uint32_t slot = Admit(target, group);
  Slot& s = slots_[slot];
  if (units > 0) kv_.Pin(s.lease, names);
  HR_CHECK(kv_.Grow(s.lease, below * kv_.unit_blocks()), below, kv_.available());
  s.prefilled = cached;
  s.loaded_at = tiers_->Load(names, units, units + below, start);
  if (s.request.generated == 0) {
    counters_.prompt_tokens += total;
    counters_.cached_tokens += s.prefilled;
    counters_.tier_tokens += below * unit;
  }
  if (layered) {
    layers_until_ = std::max(layers_until_, s.loaded_at);
    kv_.Publish(s.lease, Names(s.request, s.prefilled));
    group.partial = slot;
    ContinuePrompt(group);
    return true;
  }
  const auto later = [&](std::uint32_t other) { return slots_[other].loaded_at > s.loaded_at; };
  loading_.insert(std::find_if(loading_.begin(), loading_.end(), later), slot);
  return true;
}

/// Makes the first sequence whose prefix has come the one to read on. 0 if there is none, or if its group has a cut prompt, or
/// the rest of its prompt has to wait for an iteration that holds it.
std::uint32_t Replica::TakeLoaded(double start) {
  if (loading_.empty() || slots_[loading_.front()].loaded_at > start) return 0;
  const std::uint32_t slot = loading_.front();
  Slot& s = slots_[slot];
  AttentionGroup& group = groups_[s.group];
  if (group.partial != 0) return 0;
  if (!engine_.chunked_prefill && !chunks_.empty() &&
      s.request.prefill_tokens() - s.prefilled > group.left)
    return 0;
  loading_.erase(loading_.begin());
  kv_.Publish(s.lease, Names(s.request, s.prefilled));
  group.partial = slot;
  return slot;
}

std::uint32_t Replica::TargetBlocks(const Request& r) const {
  const double answer = params_.hands_over ? 0.0 : r.output_tokens - 1.0;
  return Blocks(r.input_tokens +
                static_cast<std::uint64_t>(std::ceil(engine_.reserved_output * answer)));
}

/// The head of the waiting queue takes a slot as the newest.
std::uint32_t Replica::Admit(std::uint32_t target_blocks, const AttentionGroup& group) {
  const std::uint32_t slot = vacant_.back();
  vacant_.pop_back();
  Slot& s = slots_[slot];
  s.request = waiting_.front();
  s.target_blocks = target_blocks;
  waiting_.pop_front();
  s.cancelled = false;
  if (s.request.generated == 0) s.request.started = run_.start;
  if (params_.adapters.count > 0) {
    const double load = adapters_.Acquire(s.request.adapter);
    counters_.adapter_loads += load > 0.0;
    adapter_load_ += load;
  }
  committed_blocks_ += target_blocks;
  ++running_;
  s.group = static_cast<std::uint32_t>(&group - groups_.data());
  ++groups_[s.group].running;
  s.before = slots_[0].before;
  s.after = 0;
  slots_[s.before].after = slot;
  slots_[0].before = slot;
  return slot;
}

/// Lets the head of the waiting queue decode if its keys and values came from a prefill replica and
/// there are blocks for them and for its next token beside those of the others.
bool Replica::AdmitReceived(double start) {
  if (waiting_.empty() || running_ >= max_running()) return false;
  if (params_.adapters.count > 0 && !BringAdmissible()) return false;
  if (!waiting_.front().received || !Seen(waiting_.front())) return false;
  const Request& r = waiting_.front();
  const std::uint32_t target = TargetBlocks(r);
  // Its latest token is in no cache yet.
  const std::uint32_t context = r.prefill_tokens() - 1;
  if (kv_.available() < decodes_.BlocksFor(1) + Blocks(context + 1)) return false;
  if (engine_.reserved_output > 0.0 && running_ > 0 && committed_blocks_ + target > kv_.blocks())
    return false;
  const auto fewest = std::min_element(groups_.begin(), groups_.end(), [](const AttentionGroup& a, const AttentionGroup& b) {
    return a.running < b.running;
  });
  const std::uint32_t slot = Admit(target, *fewest);
  Slot& s = slots_[slot];
  if (s.request.swapped) {
    swapped_blocks_ -= Blocks(context);
    swap_load_ += Blocks(context) * params_.swap_block;
  }
  s.request.received = s.request.swapped = false;
  if (s.request.seen) {
    s.joined = std::min(start, s.request.last_token);
  } else {
    // The token of the prefill replica goes to the user now.
    s.joined = start;
    log_.FirstToken(s.request, std::max(start, handed_on_));
    s.request.seen = true;
  }
  HR_CHECK(kv_.Grow(s.lease, Blocks(context)), kv_.available());
  const std::uint32_t remaining = s.request.output_tokens - s.request.generated;
  to_come_ -= remaining;
  decodes_.Join(slot, context, remaining);
  ++groups_[s.group].decodes;
  warm_ += s.request.warm_up;
  if (!s.request.warm_up) stalls_.push_back({s.joined, 1});
  return true;
}

void Replica::TakeChunk(std::uint32_t slot, std::uint32_t tokens) {
  Slot& s = slots_[slot];
  s.prefilled += tokens;
  chunks_.push_back({slot, tokens});
  chunk_tokens_ += tokens;
  const bool ends = s.prefilled == s.request.prefill_tokens();
  const Cost attention = cost_.Prefill(tokens, s.prefilled);
  AttentionGroup& group = groups_[s.group];
  group.left -= std::min(group.left, tokens);
  group.tokens += tokens;
  ++group.chunks;
  if (ends) ++chunk_ends_, ++group.ends;
  group.partial = ends ? 0 : slot;
  group.prefill += attention;
  prefill_ += attention;
  if (!s.request.prefix.empty()) {
    UnitNames names = Names(s.request, s.prefilled);
    names.count = std::min(names.count, static_cast<std::uint32_t>(names.shared.size()));
    kv_.Publish(s.lease, names);
  }
}

/// Units in the first `tokens` tokens; beyond the prompt's shared ones only a sequence that was
/// preempted has any.
UnitNames Replica::Names(const Request& r, std::uint32_t tokens) const {
  const std::uint32_t unit = params_.prefix_unit_tokens;
  if (unit == 0) return {};
  const std::uint32_t named =
      r.input_tokens + (r.prefix_holds_answer ? r.output_tokens : 0u);
  const std::uint32_t whole = std::min<std::size_t>(r.prefix.size(), named / unit);
  return {r.prefix.first(whole), r.index,
          r.generated > 0 ? tokens / unit : std::min(whole, tokens / unit)};
}

/// Takes every block from `slot` and queues its request first in line, to be computed again with
/// what it has generated.
void Replica::Preempt(std::uint32_t slot) {
  HR_CHECK(slot != 0, running_);
  const bool swaps = SwapOut(slot);
  if (decodes_.Has(slot)) LeaveDecodes(slot);
  Request r = slots_[slot].request;
  r.received = r.swapped = swaps;
  r.queued = 0.0;
  Remove(slot);
  Queue(r, true);
  preempted_ = true;
  ++counters_.preemptions;
}

/// A decoding sequence whose keys and values find room in host memory is copied there.
bool Replica::SwapOut(std::uint32_t slot) {
  if (params_.swap_blocks == 0 || !decodes_.Has(slot)) return false;
  const std::uint32_t blocks = Blocks(decodes_.context(slot));
  if (swapped_blocks_ + blocks > params_.swap_blocks) return false;
  swapped_blocks_ += blocks;
  swap_load_ += blocks * params_.swap_block;
  ++counters_.swapped_out;
  return true;
}

/// A sequence stops to decode: its request says what it has, and its cache what it leaves.
void Replica::LeaveDecodes(std::uint32_t slot) {
  Slot& s = slots_[slot];
  const std::uint32_t context = decodes_.context(slot);
  s.request.generated = s.request.output_tokens - decodes_.remaining(slot);
  s.request.last_token = std::max(s.joined, last_decode_);
  for (Stall& stall : stalls_)
    if (!s.request.warm_up && stall.sequences > 0 &&
        (stall.since == s.request.last_token || stall.since == s.joined)) {
      s.request.last_token = stall.since;
      --stall.sequences;
      break;
    }
  s.lease.private_blocks =
      Blocks(context) - static_cast<std::uint32_t>(s.lease.shared.size()) * kv_.unit_blocks();
  kv_.Publish(s.lease, Names(s.request, context));
  to_come_ += decodes_.remaining(slot);
  decodes_.Leave(slot);
  --groups_[s.group].decodes;
  warm_ -= s.request.warm_up;
}

/// Into the queue behind all of its priority, or, if it has run, before them.
void Replica::Queue(const Request& r, bool again) {
  priorities_ = priorities_ || r.priority != 0;
  auto place = again ? waiting_.begin() : waiting_.end();
  if (priorities_) {
    if (again)
      while (place != waiting_.end() && place->priority > r.priority) ++place;
    else
      while (place != waiting_.begin() && (place - 1)->priority < r.priority) --place;
  }
  waiting_.insert(place, r);
}

}  // namespace headroom::serving
