#pragma once

#include <cstdint>
#include <vector>

#include "models/serving/kv_cache.h"
#include "models/serving/kv_tier.h"
#include "models/serving/transfer_link.h"

namespace headroom::serving {

/// One tier as a replica reaches it. Tier and links may be shared with other replicas and outlive
/// the stack.
struct KvTierAccess {
  KvTier* tier = nullptr;
  bool shared = false;  ///< by replicas: stays when one of them goes
  TransferPath read;    ///< to HBM
  TransferPath write;   ///< from HBM into the first tier, else from the tier above
  TransferPath ahead = {};  ///< to the first tier, for a request that waits
};

/// The memories below a replica's HBM, fastest first.
///
/// A prefix unit that is complete in HBM is written to the first tier, unless a tier has it
/// (write-through, as SGLang's HiCache and vLLM's offloading connector do by default). What a full
/// tier gives up is written to the next one, unless that has it; what the last gives up is lost. A
/// unit found in a tier is read into HBM and, from a lower tier, copied into the first on the way.
/// Writes do not hold up compute; a unit can be read once it is written. Left out: partial units.
class KvTierStack final : public KvBacking {
 public:
  struct Counters {
    std::vector<std::uint64_t> found;  ///< units read, by tier
    std::uint64_t written = 0, lost = 0, loads = 0, ahead = 0;
    double load_seconds = 0.0;  ///< from asking until in HBM, over loads
  };

  /// `unit_bytes`: keys and values of a prefix unit on all accelerators of the replica.
  KvTierStack(std::vector<KvTierAccess> tiers, double unit_bytes);

  /// Units after the first `from` of `names` that tiers hold without a gap.
  std::uint32_t Match(const UnitNames& names, std::uint32_t from) const;
  /// Reads units from..to of `names`, which Match() found; when they are in HBM [s].
  double Load(const UnitNames& names, std::uint32_t from, std::uint32_t to, double now);
  /// Has the units after the first `from` of `names` that lie in lower tiers copied into the first, for
  /// a request that waits: it then reads them from there.
  void ReadAhead(const UnitNames& names, std::uint32_t from, double now);
  /// The instant at which what follows happens [s].
  void SetTime(double now) { now_ = now; }
  void Complete(std::uint64_t hash) override;
  /// The replica goes: its own tiers are emptied, shared ones stay.
  void Forget();

  const std::vector<KvTierAccess>& tiers() const { return tiers_; }
  const Counters& counters() const { return counters_; }
  void CheckBalance() const;

 private:
  std::size_t Find(std::uint64_t hash) const;
  void Put(std::size_t tier, std::uint64_t hash, double ready);

  std::vector<KvTierAccess> tiers_;
  double unit_bytes_;
  double now_ = 0.0;
  Counters counters_;
};

}  // namespace headroom::serving
