#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/serving/adapter_set.h"
#include "models/serving/decode_set.h"
#include "models/serving/iteration_cost.h"
#include "models/serving/kv_cache.h"
#include "models/serving/kv_tier_stack.h"
#include "models/serving/request_log.h"
#include "models/serving/token_traffic.h"

namespace headroom::serving {

class DeviceShare;

/// What a replica has done so far; sums over its whole life.
struct ReplicaCounters {
  std::uint64_t iterations = 0;
  std::uint64_t preemptions = 0;
  std::uint64_t prompt_tokens = 0;     ///< of requests admitted for the first time
  std::uint64_t cached_tokens = 0;     ///< of these, found in the prefix cache or a tier below
  std::uint64_t tier_tokens = 0;       ///< of these, found in a tier below
  std::uint64_t prefilled_tokens = 0;  ///< computed, recomputation after preemption included
  std::uint64_t output_tokens = 0;
  std::uint64_t checks = 0;    ///< sequences times iterations that checked drafts
  std::uint64_t drafted = 0;   ///< tokens drafted in them
  std::uint64_t accepted = 0;  ///< of these, kept by the target
  std::uint64_t adapter_loads = 0;
  std::uint32_t kv_peak_blocks = 0;
  std::uint64_t swapped_out = 0;   ///< preemptions that kept their keys and values
  double energy = 0.0;  ///< J of all its accelerators, up to the last MeterTo()
  double idle_energy = 0.0;  ///< of it, at idle power all the time
  double busy = 0.0;         ///< s of kernels, times accelerators
  double iterating = 0.0;    ///< s of iterations, times accelerators
  KernelUse use;             ///< of `busy` and, above idle power, of `energy`; times accelerators

  ReplicaCounters& operator+=(const ReplicaCounters& o);
  /// Tokens that went through the layers: of prompts, put out (each is read by the next pass), and drafts that were not kept.
  double passed() const { return static_cast<double>(prefilled_tokens + output_tokens + drafted) - static_cast<double>(accepted); }
  double sampled() const { return static_cast<double>(output_tokens + drafted) - static_cast<double>(accepted); }
};

/// A prompt that a replica has read for another one.
struct Handover {
  Request request;
  double ready = 0.0;  ///< s
};

struct ReplicaParams {
  std::uint32_t accelerators = 1;
  std::uint32_t kv_blocks = 1;
  /// Tokens of one entry of Request::prefix; 0: no prefix caching. Without prefixes in the
  /// requests, block_tokens lets a preempted sequence find again what is left of its blocks.
  std::uint32_t prefix_unit_tokens = 0;
  std::uint32_t max_length =
      std::numeric_limits<std::uint32_t>::max();  ///< of prompt and answer together
  /// Reads prompts for decode replicas: a request leaves with its first token.
  bool hands_over = false;
  bool read_ahead = false;  ///< tiers bring a waiting request's prefix up to the first of them
  AdapterParams adapters;
  TokenTraffic traffic;
  /// Over 0: a prompt whose prefix comes from a tier begins at once, layer by layer of so many.
  std::uint32_t load_layers = 0;
  /// Host memory for preempted sequences [blocks], 0: they are computed anew; and the time to move one [s].
  std::uint32_t swap_blocks = 0;
  double swap_block = 0.0;
  std::uint64_t seed = 1;            ///< of what is drawn in it
  std::string path = "replica";      ///< of its random streams
  KvEviction eviction;
  bool merge_runs =
      true;  ///< false steps every iteration apart; the answers are the same to rounding
};

/// One copy of a model under iteration-level (continuous) batching with a paged KV cache.
///
/// The replica advances its own iterations: AdvanceTo(now) completes those that end by `now` and
/// starts those that begin before it, so arrivals must come in order, each after AdvanceTo() its
/// instant. An iteration takes, by policy, decodes first and then prompt chunks, or prompts first;
/// a sequence for which no block is left makes the newest one give up its blocks and queue again at
/// the front, to be computed anew (recompute preemption) as far as the prefix cache has lost them, or, while
/// `swap_blocks` has room, to be copied out and in again, for which iterations wait (swap preemption).
/// Decode-only iterations of an unchanged batch are taken as one run. A prompt whose prefix is in a
/// tier below HBM gets its blocks and waits, without holding up others, until they are filled, or, with `load_layers` = L, is read at
/// once: an iteration of W seconds whose prefixes are there after T takes max(T / L + W, T + W / L). Source: vLLM V1 scheduler;
/// the differences of other engines are EngineSettings.
///
/// With speculation (IterationCost::speculation()) each decode iteration drafts as many tokens as
/// `max_tokens` and free blocks leave room for, steps apart and gives blocks back for drafts that
/// were not kept. Requests of higher priority go first in the queue and are preempted last.
///
/// Where attention groups share the batch (IterationCost::groups()), a prompt goes to the group with the fewest sequences among
/// those with room, each of which has its part of `max_tokens` and may have a cut prompt; KV blocks are one pool.
///
/// Each iteration checks that tokens asked = emitted + to come and that KV blocks add up.
class Replica {
 public:
  Replica(std::uint16_t id, const ReplicaParams& params, const IterationCost& cost, RequestLog& log,
          LatencyHistogram& gaps);

  /// Switched on at `now` after it was off: nothing runs and nothing is cached.
  void Restart(double now);
  /// False if `r` could never run here: longer than max_length, than the KV cache, or, without
  /// chunked prefill, than an iteration.
  bool CanServe(const Request& r) const;
  /// Puts `r`, which CanServe() and arrives at `now`, into the waiting queue.
  void Enqueue(const Request& r, double now);
  /// Takes back a request that has not been answered, at once or after the iteration under way; it
  /// is neither answered nor logged here any more. Nothing if it is not here.
  std::optional<Request> Cancel(RequestIndex index, double now);
  /// Stops at `now`, the iteration under way lost, and gives back what was not answered, with the
  /// tokens that it has, in order of admission and arrival. Restart() before it is used again.
  std::vector<Request> Fail(double now);
  /// Stops in the same way, but nobody knows: it takes requests and answers none, until Fail().
  void Stand(double now);
  bool stands() const { return stands_; }
  void AdvanceTo(double now) {
    while (Step(now)) {
    }
  }
  /// From now on `share`, which outlives this, begins and ends its iterations, in turns with others
  /// on the same accelerators; a `guest` does not meter their idle power.
  void TakeTurns(DeviceShare* share, bool guest) {
    share_ = share;
    guest_ = guest;
  }
  /// Completes the run that ends by `now` or starts the next one before it; false if there is
  /// neither. For replicas that share links and so have to advance in order of time.
  bool Step(double now);
  bool CanStep(double now) const {
    if (share_ != nullptr || stands_) return false;
    return run_.active ? run_.end <= now : outstanding() > 0 && time_ < now;
  }
  /// When the replica next changes by itself; +inf if it has nothing to do.
  double next_change() const;
  /// Allowed share of the full clock from the next iteration on; a `pace` below 1 stretches iterations at the same power.
  void SetClock(double now, double clock, double pace = 1.0);
  /// Adds energy and busy time up to `now`, at most next_change(), to the counters.
  void MeterTo(double now);

  std::uint16_t id() const { return id_; }
  /// Sequences that may run at once.
  std::uint32_t max_running() const {
    return std::max(1u, engine_.max_sequences - std::min(engine_.spare_sequences, engine_.max_sequences));
  }
  std::uint32_t outstanding() const {
    return running_ + static_cast<std::uint32_t>(waiting_.size());
  }
  std::uint32_t running() const { return running_; }
  const KvCache& kv() const { return kv_; }
  /// Memories below HBM; null: none. `tiers` outlives this.
  void SetTiers(KvTierStack* tiers);
  const KvTierStack* tiers() const { return tiers_; }
  /// Units of the longest prefix that the cache and, after it, the tiers hold.
  std::uint32_t CachedUnits(const UnitNames& names) const;
  const ReplicaCounters& counters() const { return counters_; }
  const ReplicaParams& params() const { return params_; }
  /// Answers since the last call, if `collect`; used by closed loops.
  void CollectAnswers(std::vector<Request>* answers) { answers_ = answers; }
  /// Prompts that a replica that hands over is through with.
  void CollectHandovers(std::vector<Handover>* handovers) { handovers_ = handovers; }

 private:
  friend class DeviceShare;
  struct Slot {
    Request request;
    KvLease lease;
    std::uint32_t prefilled = 0;          ///< tokens in the cache while the prompt is being read
    std::uint32_t target_blocks = 0;      ///< set aside by admission
    double loaded_at = 0.0;               ///< when its prefix is in HBM, while it is in loading_
    double joined = 0.0;                  ///< when it began to decode
    std::uint32_t group = 0;
    bool cancelled = false;               ///< leaves after the iteration under way
    std::uint32_t before = 0, after = 0;  ///< order of admission; slot 0 heads the list
  };
  struct Chunk {
    std::uint32_t slot, tokens;
  };
  struct Run {
    bool active = false, decodes = false;
    std::uint32_t drafted = 0;  ///< tokens for each decode
    double start = 0.0, end = 0.0;
    DecodeRun line;
    std::uint64_t count = 0;
    double metered_energy = 0.0, metered_busy = 0.0;  ///< of one accelerator
    KernelUse metered_use;
    double until(std::uint64_t n) const;
    /// Iterations up to the end of the one that is under way at `when`.
    std::uint64_t CountAt(double when) const;
  };
  /// One of the groups that share the batch: its sequences, and what of the iteration is its.
  struct AttentionGroup {
    std::uint32_t running = 0, decodes = 0;
    std::uint32_t partial = 0;  ///< slot whose prompt is cut, 0 if none
    std::uint32_t left = 0;     ///< tokens that it may still take
    std::uint32_t tokens = 0, chunks = 0, ends = 0;
    Cost prefill;
  };
  struct Stall {
    double since;
    std::uint32_t sequences;
  };

  // replica_schedule.cc: what the next iteration takes
  void Form(double start);
  void MakeRoomForDecodes();
  std::uint32_t DraftsFor(std::uint32_t decodes) const;
  /// Blocks that must stay free for decodes while prompts are admitted.
  std::uint64_t Growth() const {
    return engine_.policy == BatchPolicy::kDecodeFirst ? decodes_.BlocksFor(1 + cost_.speculation().Nodes(run_.drafted)) : 0;
  }
  std::uint32_t Victim() const;
  bool BringAdmissible();
  void ContinuePrompt(AttentionGroup& group);
  bool Open() const;
  bool Partial() const;
  AttentionGroup& GroupFor(std::uint32_t tokens);
  Busiest BusiestGroup() const;
  bool Polls() const { return since_poll_ == 0 || decodes_.size() == 0; }
  bool WaitsForMore() const;
  /// The host could see `r` when it planned the iteration.
  bool Seen(const Request& r) const { return !engine_.schedule_ahead || r.queued <= planned_; }
  std::uint64_t UntilLook() const;
  bool AdmitNext(double start);
  bool AdmitLoading(const UnitNames& names, std::uint32_t units, std::uint32_t below, double start);
  std::uint32_t TakeLoaded(double start);
  bool AdmitReceived(double start);
  bool SwapOut(std::uint32_t slot);
  /// Blocks for what admission sets aside.
  std::uint32_t TargetBlocks(const Request& r) const;
  std::uint32_t Admit(std::uint32_t target_blocks, const AttentionGroup& group);
  void TakeChunk(std::uint32_t slot, std::uint32_t tokens);
  void Preempt(std::uint32_t slot);
  void LeaveDecodes(std::uint32_t slot);
  UnitNames Names(const Request& r, std::uint32_t tokens) const;
  std::uint32_t Blocks(std::uint64_t tokens) const {
    return static_cast<std::uint32_t>((tokens + block_ - 1) / block_);
  }
  // replica.cc: how it passes
  void Start(double start);
  void Complete();
  /// Decoding sequences that metrics count.
  std::uint32_t counted() const { return decodes_.size() - warm_; }
  void HandOn(std::uint64_t tokens);
  void CountGaps();
  void Emit(std::uint32_t slot, double when);
  void Answer(std::uint32_t slot, double when);
  void Remove(std::uint32_t slot);
  void Withdraw(std::uint32_t slot);
  void KeepDrafts();
  void Queue(const Request& r, bool again);
  void Cut(double now);
  void Lose(double now);
  void Forget(const Request& r);
  void WaitForLayers();
  void WaitForKernels();
  void CheckConservation() const;

  std::uint16_t id_;
  ReplicaParams params_;
  const IterationCost& cost_;
  const EngineSettings& engine_;
  std::uint32_t block_;
  RequestLog& log_;
  LatencyHistogram& gaps_;
  std::vector<Request>* answers_ = nullptr;
  std::vector<Handover>* handovers_ = nullptr;
  DeviceShare* share_ = nullptr;
  bool guest_ = false, single_ = false, holds_ = false, stands_ = false;  ///< holds_: admits nothing

  KvCache kv_;
  DecodeSet decodes_;
  AdapterSet adapters_;
  AcceptanceDraw kept_;
  double adapter_load_ = 0.0;       ///< s for which the iteration waits for adapters
  bool priorities_ = false;         ///< requests differ in priority
  std::vector<std::uint32_t> cancelled_;
  std::deque<Request> waiting_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> vacant_;
  std::uint32_t running_ = 0;
  std::vector<AttentionGroup> groups_;
  KvTierStack* tiers_ = nullptr;
  double layers_until_ = 0.0;           ///< when the prefixes of the iteration's prompts are in HBM
  double swap_load_ = 0.0;              ///< s for which the iteration waits for swapped blocks
  std::uint32_t swapped_blocks_ = 0;
  std::vector<std::uint32_t> loading_;  ///< slots whose prefix is on its way, by loaded_at
  bool idle_ = false;                   ///< nothing to do until time_, when a prefix is there
  std::uint64_t committed_blocks_ = 0;
  std::vector<Chunk> chunks_;
  Cost prefill_;
  std::uint32_t chunk_tokens_ = 0, chunk_ends_ = 0;
  bool preempted_ = false;
  std::uint32_t since_poll_ = 0;  ///< decode iterations since the last look for new requests
  bool held_ = false;             ///< prompts are held back for more of them
  std::uint32_t waited_ = 0;      ///< iterations for which prompts have waited for more of them
  double last_start_ = 0.0, planned_ = 0.0;  ///< of the last iteration; when the next was planned
  double launch_ = 0.0;                      ///< s from the start of the last iteration until its planner was free again
  bool first_use_ = true;         ///< its kernels have not been used
  Run run_;
  std::vector<Stall> stalls_;  ///< counted decodes that wait for prompts, by their last token
  std::uint32_t warm_ = 0;     ///< decodes that no metric counts
  double time_ = 0.0, metered_ = 0.0, clock_ = 1.0, pace_ = 1.0, last_decode_ = 0.0;
  double handed_on_ = 0.0;  ///< when the process that hands answers on is through with what it has
  std::uint64_t asked_ = 0,
                to_come_ = 0;  ///< output tokens: of all requests; of those not decoding
  ReplicaCounters counters_;
};

}  // namespace headroom::serving
