#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/serving/autoscaler.h"
#include "models/serving/kv_tier_plan.h"
#include "models/serving/kv_transfer.h"
#include "models/serving/replica_set.h"
#include "models/serving/request_source.h"
#include "models/serving/router.h"
#include "sim/engine/engine.h"
#include "sim/probe/metric.h"

namespace headroom::serving {

/// What must be met; infinite where nothing is asked [s].
struct Slo {
  double ttft = std::numeric_limits<double>::infinity();
  double tpot = std::numeric_limits<double>::infinity();
  double e2e = std::numeric_limits<double>::infinity();
  bool any() const { return ttft < kInf || tpot < kInf || e2e < kInf; }
  static constexpr double kInf = std::numeric_limits<double>::infinity();
};

/// Replicas that write answers whose prompts the deployment's own replicas read.
struct DecodePool {
  ReplicaParams replica;
  std::vector<ReplicaPlace> places;
  std::unique_ptr<const IterationCost> cost;
  KvTransferParams transfer;
};

/// The deployment ordered a replica, or gave one up, of then `replicas` that are there or start.
struct ScaleEvent {
  double time = 0.0;  ///< s
  bool up = false;
  std::uint32_t replicas = 0;
};

struct DeploymentParams {
  std::string name;
  ReplicaParams replica;
  /// One per replica, parts adding up to replica.accelerators; may be empty parts.
  std::vector<ReplicaPlace> places;
  std::optional<AutoscaleParams> autoscale;  ///< max is the number of places; none: all are on
  std::string router = "least-outstanding";
  Slo slo;
  std::uint64_t seed = 1;
};

/// A model served by replicas behind a router, on the engine's clock.
///
/// Requests arrive as events; replicas advance themselves and wake the engine only where an answer
/// brings a request, a prompt is handed over, a drained replica is given back, or the run may end.
/// The run is done when the source is exhausted and every request is answered or rejected.
/// Accelerators are held by replicas that are on, from Start() until done.
///
/// With `autoscale`, `min` replicas answer at the start and Autoscaler says how many there should
/// be. A replica that is given up takes no request more and answers those that it has.
///
/// With a DecodePool, the router chooses the replica that reads the prompt. As it ends, the decode
/// replica with the fewest requests, those on their way included, gets keys, values and first token
/// by KvTransfer; the first token reaches the user with them. A request for a single token ends
/// where its prompt was read. Left out: the blocks that a prefill replica holds while it sends, and
/// that a decode replica holds while it receives.
class Deployment final : public Settler {
 public:
  Deployment(Engine& engine, DeploymentParams params, std::unique_ptr<const IterationCost> cost,
             std::unique_ptr<RequestSource> source, std::optional<DecodePool> decode = {});
  ~Deployment() override;

  /// Memories below HBM of the replicas (with pools, of those that read prompts). Before Start().
  void SetTiers(KvTierPlan plan);
  void Start();
  /// Another rate of arrivals from `now` on; false where the source has no constant Poisson rate.
  bool SetArrivalRate(Instant now, double rate);
  void Settle(Instant now) override;
  bool done() const { return done_; }
  /// Called once, at the instant of the last answer.
  void OnDone(std::function<void()> callback) { on_done_ = std::move(callback); }

  const std::string& name() const { return params_.name; }
  const RequestLog& log() const { return log_; }
  const LatencyHistogram& gaps() const { return gaps_; }
  const IterationCost& cost() const { return *cost_; }
  /// Places for replicas, those of the decode pool after the others.
  std::size_t replicas() const { return first_.size() + (decode_ ? decode_->set.size() : 0); }
  const Replica& replica(std::size_t i) const {
    return i < first_.size() ? first_.replica(i) : decode_->set.replica(i - first_.size());
  }
  const ReplicaSet& set() const { return first_; }
  const KvTierPlan& tiers() const { return tiers_; }
  const KvTransfer* transfer() const { return decode_ ? &decode_->transfer : nullptr; }
  const std::vector<ScaleEvent>& scale_events() const { return scale_events_; }
  /// Sums over replicas; kv_peak_blocks is the largest.
  ReplicaCounters totals() const;
  /// Largest share of a replica's blocks ever in use.
  double kv_peak_share() const;
  std::uint32_t waiting() const;  ///< those on their way to a decode replica included
  std::uint32_t running() const;
  /// Accelerator-seconds held, up to the last Settle().
  double held() const { return first_.held() + (decode_ ? decode_->set.held() : 0.0); }
  /// Seconds from Start() until now or done, as far as settled.
  double lifetime() const { return (settled_ - started_).seconds(); }
  const DeploymentParams& params() const { return params_; }

 private:
  struct Decode {
    Decode(DecodePool pool, std::size_t senders, RequestLog& log, LatencyHistogram& gaps);
    std::unique_ptr<const IterationCost> cost;
    ReplicaSet set;
    KvTransfer transfer;
    std::vector<std::uint32_t> coming;  ///< requests on their way, by replica
  };
  void AdvanceAll(Instant now);
  void Arrive(Instant now);
  void Wake(Instant now);
  void HandOver(Instant now);
  void Receive(Request r, std::size_t to, Instant now);
  void LookAtScale(Instant now);
  void ScheduleArrival(Instant now);
  void ScheduleWake(Instant now);
  void ScheduleLook(Instant now);
  void FinishIfDone(Instant now);

  Engine& engine_;
  DeploymentParams params_;
  std::unique_ptr<const IterationCost> cost_;
  std::unique_ptr<RequestSource> source_;
  std::unique_ptr<Router> router_;
  RequestLog log_;
  LatencyHistogram gaps_;
  KvTierPlan tiers_;
  ReplicaSet first_;  ///< all replicas, or those that read prompts
  std::unique_ptr<Decode> decode_;
  std::optional<Autoscaler> autoscaler_;
  std::vector<EventId> start_ups_;
  std::vector<ScaleEvent> scale_events_;
  std::vector<Request> answers_, handovers_;
  EventId arrival_, wake_;
  Instant arrival_at_, started_, settled_;
  bool done_ = false;
  std::function<void()> on_done_;
};

/// Sets workloads.NAME.* of a deployment; what it cannot know (cost_per_token) is left out.
/// Percentiles of TTFT, TPOT and E2E are exact over counted requests; ITL as in LatencyHistogram.
/// Rates are over the time from the first counted arrival to the last counted answer.
/// energy_per_token counts the boards of held accelerators.
void AddMetrics(const Deployment& deployment, MetricSet& metrics);

}  // namespace headroom::serving
