#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "models/power/load_port.h"
#include "models/serving/replica.h"
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

/// The accelerators of one replica, by the load port that carries them.
struct ReplicaPlace {
  struct Part {
    power::LoadPort* port = nullptr;
    std::uint32_t accelerators = 0;
  };
  std::vector<Part> parts;
};

struct DeploymentParams {
  std::string name;
  ReplicaParams replica;
  std::vector<ReplicaPlace>
      places;  ///< one per replica, parts adding up to replica.accelerators; may be empty parts
  std::string router = "least-outstanding";
  Slo slo;
  std::uint64_t seed = 1;
};

/// A model served by replicas of one kind behind a router, on the engine's clock.
///
/// Requests arrive as events; replicas advance themselves and wake the engine only where an answer
/// brings a request or may end the run. The run is done when the source is exhausted and every
/// request is answered or rejected. Settle() meters energy and busy and held accelerator-seconds
/// into the load ports; a replica runs at the lowest clock that its ports allow, from its next
/// iteration on. Accelerators are held from Start() until done.
class Deployment final : public Settler {
 public:
  Deployment(Engine& engine, DeploymentParams params, std::unique_ptr<const IterationCost> cost,
             std::unique_ptr<RequestSource> source);
  ~Deployment() override;

  void Start();
  void Settle(Instant now) override;
  bool done() const { return done_; }
  /// Called once, at the instant of the last answer.
  void OnDone(std::function<void()> callback) { on_done_ = std::move(callback); }

  const std::string& name() const { return params_.name; }
  const RequestLog& log() const { return log_; }
  const LatencyHistogram& gaps() const { return gaps_; }
  const IterationCost& cost() const { return *cost_; }
  std::size_t replicas() const { return replicas_.size(); }
  const Replica& replica(std::size_t i) const { return *replicas_[i]; }
  /// Sums over replicas; kv_peak_blocks is the largest.
  ReplicaCounters totals() const;
  std::uint32_t waiting() const;
  std::uint32_t running() const;
  /// Used share of the KV cache, mean over replicas.
  double kv_share() const;
  const DeploymentParams& params() const { return params_; }

 private:
  void AdvanceAll(double now);
  void Arrive(Instant now);
  void Wake(Instant now);
  void ScheduleArrival(Instant now);
  void ScheduleWake(Instant now);
  void FinishIfDone(Instant now);
  void SetClock(std::size_t replica, Instant now);

  Engine& engine_;
  DeploymentParams params_;
  std::unique_ptr<const IterationCost> cost_;
  std::unique_ptr<RequestSource> source_;
  std::unique_ptr<Router> router_;
  RequestLog log_;
  LatencyHistogram gaps_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<double> metered_energy_, metered_busy_;
  std::vector<Request> answers_;
  EventId arrival_, wake_;
  Instant arrival_at_, settled_;
  bool done_ = false;
  std::function<void()> on_done_;
};

/// Sets workloads.NAME.* of a deployment; what it cannot know (cost_per_token) is left out.
/// Percentiles of TTFT, TPOT and E2E are exact over counted requests; ITL as in LatencyHistogram.
/// Rates are over the time from the first counted arrival to the last counted answer.
/// energy_per_token counts the boards of held accelerators.
void AddMetrics(const Deployment& deployment, MetricSet& metrics);

}  // namespace headroom::serving
