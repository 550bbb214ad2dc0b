#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/serving/eviction_policy.h"

namespace headroom::serving {

/// In which order a sequence gives its prefix blocks back, which is the order in which they are
/// evicted later. `kTailFirst` keeps the shared heads of prompts longest (vLLM); `kHeadFirst` is
/// plain LRU in order of touch.
enum class ReleaseOrder { kTailFirst, kHeadFirst };

/// What a full cache gives up, and how prefixes are found: by a table of block hashes (vLLM), of which any unit that no
/// sequence uses may go, or by a radix tree (SGLang, TensorRT-LLM), of which only leaves go, so that what is behind a unit
/// never outlives it. With kLru and kTailFirst both keep the same units.
struct KvEviction {
  EvictionPolicy policy = EvictionPolicy::kLru;
  bool leaves = false;
};

/// Names of the prefix units of a sequence: the first ones by the chained hashes of its prompt,
/// which others may share, the rest, up to `count`, by names of its own, under which it finds them
/// again after a preemption.
struct UnitNames {
  std::span<const std::uint64_t> shared;
  std::uint64_t owner = 0;
  std::uint32_t count = 0;
  std::uint64_t operator[](std::uint32_t i) const { return i < shared.size() ? shared[i] : Own(i); }

 private:
  std::uint64_t Own(std::uint32_t i) const;
};

/// What one sequence holds in a KvCache.
struct KvLease {
  std::uint32_t private_blocks = 0;
  std::vector<std::uint32_t> shared;  ///< prefix units from the head of the prompt on
};

/// What stands behind a KvCache and is told of prefix units.
class KvBacking {
 public:
  virtual ~KvBacking() = default;
  /// A unit of this hash, new to the cache, is complete.
  virtual void Complete(std::uint64_t hash) = 0;
};

/// The paged key/value cache of one replica: a fixed number of blocks, each free, held by one
/// sequence, or holding a *prefix unit* that sequences share.
///
/// A prefix unit is `unit_blocks` blocks whose content is named by a chained hash. It is pinned
/// while a sequence uses it and evictable, in the order of KvEviction, when none does. Blocks held
/// by one sequence are interchangeable, so they are counted, not numbered. At every instant
///
///     free + held + unit_blocks * (pinned + evictable) = blocks
///
/// Left out: generated tokens are found again by their own sequence only; a unit is shared only as
/// a whole.
class KvCache {
 public:
  KvCache(std::uint32_t blocks, std::uint32_t unit_blocks = 1,
          ReleaseOrder order = ReleaseOrder::kTailFirst, KvEviction eviction = {});

  /// Tells `backing`, which outlives this, of units from now on; null for nobody.
  void SetBacking(KvBacking* backing) { backing_ = backing; }

  std::uint32_t blocks() const { return blocks_; }
  std::uint32_t unit_blocks() const { return unit_blocks_; }
  /// Blocks that a sequence can get: free ones and those that eviction would free.
  std::uint32_t available() const { return free_ + unit_blocks_ * evictable_; }
  /// Blocks that sequences hold or pin.
  std::uint32_t in_use() const { return blocks_ - available(); }

  /// Length in units of the longest cached prefix.
  std::uint32_t Match(const UnitNames& names) const;
  /// Blocks by which pinning the first `units` of `names`, all cached, would lower available().
  std::uint32_t PinCost(const UnitNames& names, std::uint32_t units) const;
  /// Pins the longest cached prefix for a lease without units. Returns its length.
  std::uint32_t Pin(KvLease& lease, const UnitNames& names);
  /// Gives the lease `blocks` more; evicts where needed. False, and nothing changes, if available()
  /// is less.
  bool Grow(KvLease& lease, std::uint32_t blocks);
  /// Takes `blocks` that the caller adds to a lease before it releases it; else as Grow().
  bool Take(std::uint32_t blocks);
  /// Makes units of the lease's blocks until it has names.count of them; a unit that is cached
  /// already is used instead and the lease's own blocks are freed.
  void Publish(KvLease& lease, const UnitNames& names);
  /// Takes everything back; the lease is empty afterwards. Units stay cached until evicted.
  void Release(KvLease& lease);
  /// Forgets every unit that no sequence uses.
  void Clear();
  /// @throws InternalError if the block balance does not close.
  void CheckBalance() const;

 private:
  struct Unit {
    std::uint64_t hash = 0;
    std::uint32_t pins = 0;
    std::uint32_t before = 0, after = 0;  ///< neighbours among the evictable, 0 is the list's head
    std::uint32_t parent = 0, behind = 0;  ///< of a tree: unit before it, and how many are behind it
    std::uint32_t uses = 0;
    std::uint64_t sequence = 0;  ///< when it was written (kFifo) or last given back
  };
  /// Under kLru the evictable are a list, which tail-first release keeps children before parents; else an order.
  bool listed() const { return eviction_.policy == EvictionPolicy::kLru; }
  struct Rank {
    std::uint64_t uses, sequence;
    auto operator<=>(const Rank&) const = default;
  };
  Rank RankOf(const Unit& u) const { return {eviction_.policy == EvictionPolicy::kLfu ? u.uses : 0u, u.sequence}; }
  void MayGo(std::uint32_t unit);
  void MustStay(std::uint32_t unit);
  void Evict();
  void Unlink(std::uint32_t unit);
  void LinkLast(std::uint32_t unit);
  void PinUnit(std::uint32_t unit);
  void Unpin(std::uint32_t unit);

  std::uint32_t blocks_, unit_blocks_, free_;
  std::uint32_t held_ = 0, pinned_ = 0, evictable_ = 0;
  ReleaseOrder order_;
  KvEviction eviction_;
  std::uint64_t sequence_ = 0;
  std::map<Rank, std::uint32_t> next_;  ///< evictable units in the order in which they go; empty under kLru
  KvBacking* backing_ = nullptr;
  std::vector<Unit> units_;            ///< [0] heads the list of evictable units
  std::vector<std::uint32_t> vacant_;  ///< unit records for reuse
  std::unordered_map<std::uint64_t, std::uint32_t> cached_;  ///< looked up only, never iterated
};

}  // namespace headroom::serving
