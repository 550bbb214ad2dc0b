#pragma once

#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "models/power/load_port.h"
#include "models/serving/replica.h"
#include "sim/engine/engine.h"

namespace headroom::serving {

/// The accelerators of one replica, by the load port that carries them.
struct ReplicaPlace {
  struct Part {
    power::LoadPort* port = nullptr;
    std::uint32_t accelerators = 0;
    double host_load = 1.0;  ///< of their hosts while kernels run
  };
  std::vector<Part> parts;
  std::uint32_t first = 0;  ///< of its accelerators, in the order of the deployment's
};

enum class ReplicaStage : std::uint8_t {
  kOff,       ///< holds nothing, draws nothing
  kStarting,  ///< holds its accelerators, which idle
  kLive,
  kDraining,  ///< takes no request and is off once its last is answered
  kFailed,    ///< holds its accelerators, which idle, until it is repaired
};

/// Replicas of one kind with their places, some of them on.
///
/// Settle() meters joules and busy and held accelerator-seconds of those that are on into the load
/// ports; a replica runs at the lowest clock and pace that its ports allow, from its next iteration on.
class ReplicaSet {
 public:
  /// Replicas are numbered from `first_id`; the first `live` of them are.
  ReplicaSet(const ReplicaParams& replica, std::vector<ReplicaPlace> places,
             const IterationCost& cost, RequestLog& log, LatencyHistogram& gaps,
             std::uint16_t first_id, std::uint32_t live);

  /// Takes clocks from now on; `changed` is called after each change.
  void Start(Instant now, const std::function<void(Instant)>& changed);
  /// Replicas that share links of tiers advance in the order of time, others one after another.
  void AdvanceTo(double now);
  /// Gives each replica its tiers.
  void SetTiers(std::vector<std::unique_ptr<KvTierStack>> stacks);
  void Settle(Instant now);

  std::span<Replica* const> live() const { return live_; }
  std::size_t size() const { return replicas_.size(); }
  Replica& replica(std::size_t i) { return *replicas_[i]; }
  const Replica& replica(std::size_t i) const { return *replicas_[i]; }
  ReplicaStage stage(std::size_t i) const { return stages_[i]; }
  std::uint32_t count(ReplicaStage stage) const;
  /// Earliest change of a replica by itself [s]; +inf if none comes.
  double next_change() const { return NextChange(false); }
  double next_drain() const { return NextChange(true); }
  /// Accelerator-seconds held so far, up to the last Settle().
  double held() const { return held_; }
  /// What replica i sent and received so far, in passes and besides them, up to its last Settle().
  const network::Traffic& passes(std::size_t i) const { return metered_[i].passes; }
  const network::Traffic& transfers(std::size_t i) const { return metered_[i].transfers; }
  /// Replica i has moved so much between replicas.
  void AddTransfer(std::size_t i, const network::Traffic& bytes);
  /// Its accelerators are those of another set, which holds them.
  void HoldNothing() { holds_ = false; }
  void CollectAnswers(std::vector<Request>* answers) {
    for (const auto& replica : replicas_) replica->CollectAnswers(answers);
  }

  /// From now on these accelerators (first, count) have no fabric: replicas on them that span more than `domain` accelerators, or all
  /// where `pooled`, stand.
  void SetCut(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& cut, std::uint32_t domain, bool pooled, Instant now);
  /// Switches the first replica that is off to kStarting; its number, or size() if all are on.
  std::size_t SwitchOn(Instant now);
  /// A replica that still starts takes requests from now on.
  void MakeLive(std::size_t i);
  /// Gives up the last replica that starts, else drains the last live one; its number.
  std::size_t GiveUp(Instant now);
  /// A replica that is on stands until Fail(); see Replica::Stand().
  void Stand(std::size_t i, Instant now) { replicas_[i]->Stand(now.seconds()); }
  /// Drained replicas for which `busy` is true stay on.
  void SetBusy(std::function<bool(std::size_t)> busy) { busy_ = std::move(busy); }
  /// A replica that is on fails; what it has not answered.
  std::vector<Request> Fail(std::size_t i, Instant now);
  /// A failed replica starts again.
  void Repair(std::size_t i, Instant now);
  /// Takes no request more and is off once its last is answered; a failed one at once.
  void Drain(std::size_t i, Instant now);
  /// Switches drained replicas off.
  void ReleaseDrained(Instant now);

 private:
  void AdvanceInOrder(double now);
  /// At the lowest clock and pace of its ports.
  void SetClock(std::size_t i, Instant now);
  void SettleOne(std::size_t i, Instant now);
  void MeterLinks(std::size_t i, const network::Traffic& bytes);
  void SetStage(std::size_t i, ReplicaStage stage);
  double NextChange(bool draining) const;

  struct Metered {
    double energy = 0.0, busy = 0.0;
    Instant at;
    double passed = 0.0, sampled = 0.0;  ///< tokens
    network::Traffic passes, transfers;
  };
  std::vector<ReplicaPlace> places_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<ReplicaStage> stages_;
  std::vector<Metered> metered_;
  std::vector<Replica*> live_;
  std::vector<std::unique_ptr<KvTierStack>> tiers_;  ///< of each replica, or empty
  std::vector<char> cut_;  ///< by replica
  std::function<void(Instant)> changed_;
  std::function<bool(std::size_t)> busy_;
  double held_ = 0.0;
  bool holds_ = true;
};

}  // namespace headroom::serving
