#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/serving/autoscaler.h"
#include "models/serving/device_share.h"
#include "models/serving/kv_flows.h"
#include "models/serving/kv_tier_plan.h"
#include "models/serving/kv_transfer.h"
#include "models/serving/replica_set.h"
#include "models/serving/request_source.h"
#include "models/serving/router.h"
#include "models/serving/stage_graph.h"
#include "models/serving/traffic.h"
#include "sim/engine/engine.h"
#include "sim/probe/metric.h"

namespace headroom::serving {

/// Replicas that write answers whose prompts others read.
struct DecodePool {
  ReplicaParams replica;
  std::vector<ReplicaPlace> places;
  std::unique_ptr<const IterationCost> cost;
  KvTransferParams transfer;
  KvLeaves leaves;
  bool in_turn = false;  ///< requests go to its replicas in turn, else to the one with the fewest
  std::optional<AutoscaleParams> autoscale = {};  ///< of the first group's: max is the number of places
};

/// Replicas of another model, or of the version that a roll-out brings.
struct ReplicaGroup {
  std::string name;
  ReplicaParams replica;
  std::vector<ReplicaPlace> places;
  std::unique_ptr<const IterationCost> cost;
  std::optional<DecodePool> decode = {};
  double load = 0.0;  ///< s to bring its weights into device memory, where models share accelerators
};

/// The deployment ordered a replica, or gave one up, of then `replicas` that are there or start.
struct ScaleEvent {
  double time = 0.0;  ///< s
  bool up = false;
  std::uint32_t replicas = 0;
  std::string pool = {};  ///< "prefill", "decode"; empty: of replicas that do both
};

/// Something else befell it: "failure", "detection", "repair", "roll-out".
struct FleetEvent {
  double time = 0.0;  ///< s
  std::string kind, what;
};

struct DeploymentParams {
  std::string name;
  ReplicaParams replica;
  /// One per replica, parts adding up to replica.accelerators; may be empty parts.
  std::vector<ReplicaPlace> places;
  std::optional<AutoscaleParams> autoscale;  ///< of `places`: max is their number; none: all are on
  std::string router = "least-outstanding";
  Slo slo;
  std::vector<RequestClass> classes;  ///< empty: one, of `slo`
  AdmissionParams admission;
  PatienceParams patience;
  FailureParams failures;
  std::optional<RolloutParams> rollout;  ///< to the second group
  std::vector<double> shares;            ///< of requests for each group, where several models are served
  std::vector<std::string> groups;       ///< their names; empty: one group
  AdapterDemand adapters;
  std::optional<SharingParams> sharing;  ///< all groups on the places of the first, replica by replica
  double load = 0.0;                     ///< of the first, as ReplicaGroup::load
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
/// be. A replica that is given up takes no request more and answers those that it has. Pools scale each by its own load:
/// requests at prefill replicas, and those at decode replicas or on their way there.
///
/// With a DecodePool, the router chooses the replica that reads the prompt. As it ends, the decode
/// replica with the fewest requests, those on their way included, gets keys, values and the token
/// by KvTransfer, or KvFlows where uplinks may be short; the token reaches the user with them. A request that needs no more
/// ends where its prompt was read. What a failed prefill replica was sending is read anew elsewhere; what
/// was on its way to a failed decode replica goes to another one, or waits for one. Each group of replicas
/// has pools of its own. Left out: the blocks that a prefill replica holds while it sends, and
/// that a decode replica holds while it receives.
///
/// With several groups a request is for one model, or, during a roll-out, goes to the new version
/// with the weight of the step; once that is 1 the old replicas drain. Autoscaling ends where a
/// roll-out begins. A replica that fails stands, with what is sent to or from it and what still comes, until that is detected; then
/// its requests go to others with the tokens that they have, to be computed anew, or
/// wait until one takes requests. A request that its user gives up, or that admission turns away, is
/// sent again from the start as often as PatienceParams say. Each request ends once (RequestLog).
class Deployment final : public Settler {
 public:
  Deployment(Engine& engine, DeploymentParams params, std::unique_ptr<const IterationCost> cost,
             std::unique_ptr<RequestSource> source, std::optional<DecodePool> decode = {},
             std::vector<ReplicaGroup> more = {});
  ~Deployment() override;

  /// Memories below HBM of the replicas (with pools, of those that read prompts). Before Start().
  void SetTiers(KvTierPlan plan);
  /// What requests pass before they come to a replica, and after. Before Start(). With stages that call the model
  /// (StageParams::calls) each request of the source is a task: the calls of its graph are rows of the log, and its
  /// user is answered when all stages are through. A call that ends without an answer ends its task.
  void SetStages(std::vector<StageParams> stages);
  /// How a replica that starts gets its weights, after `start_up`: calls `done` once they are there.
  using Load = std::function<void(std::size_t replica, std::function<void()> done)>;
  void SetLoad(Load load) { load_ = std::move(load); }
  void Start();
  /// These of its accelerators (first, count) have no fabric from `now` on; see ReplicaSet::SetCut().
  void SetCut(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& cut, std::uint32_t domain, Instant now);
  /// The machine of a replica that is on breaks, with all models that share it, and is mended, when the replica starts again. One
  /// that is `gone` is detected after machine_detection, else after detection.
  void Break(std::size_t replica, bool gone = true);
  void Mend(std::size_t replica);
  /// Another rate of arrivals from `now` on; false where the source has no constant Poisson rate.
  bool SetArrivalRate(Instant now, double rate);
  void Settle(Instant now) override;
  bool done() const { return done_; }
  /// Called once, at the instant of the last answer.
  void OnDone(std::function<void()> callback) { on_done_ = std::move(callback); }

  const std::string& name() const { return params_.name; }
  const RequestLog& log() const { return log_; }
  const LatencyHistogram& gaps() const { return gaps_; }
  const IterationCost& cost() const { return *groups_[0]->cost; }
  /// Places for replicas, those of further groups and of the decode pools after the others.
  std::size_t replicas() const { return start_ups_.size(); }
  const Replica& replica(std::size_t i) const;
  ReplicaStage stage(std::size_t replica) const;
  const ReplicaSet& set() const { return groups_[0]->set; }
  const KvTierPlan& tiers() const { return tiers_; }
  /// What replica i sent and received, up to the last Settle(): in passes, and of prompts handed over that have arrived.
  network::Traffic passes(std::size_t i) const;
  network::Traffic moved(std::size_t i) const;
  /// Of all pools.
  struct Transfers {
    std::uint64_t count = 0;
    double bytes = 0.0, seconds = 0.0;  ///< B; s from ready to received, over transfers
  };
  Transfers transfers() const;
  /// Other workloads make transfers between leaves take so many times as long.
  void SetUplinkStretch(double stretch);
  std::uint64_t model_swaps() const;
  /// What autoscaling changes the number of.
  struct Scaled {
    std::string pool;  ///< as ScaleEvent::pool
    ReplicaSet* set;
    std::size_t first_id;
    AutoscaleParams params;
    Autoscaler rule;
  };
  const std::vector<Scaled>& scaled() const { return scaled_; }
  /// Share of the blocks of replicas that are on that sequences hold.
  double kv_share() const;
  const std::vector<ScaleEvent>& scale_events() const { return scale_events_; }
  const std::vector<FleetEvent>& fleet_events() const { return fleet_events_; }
  const StageGraph* stages() const { return stages_.get(); }
  const std::vector<double>& task_times() const { return task_times_; }  ///< s, of those done that count
  std::uint64_t tasks_failed() const { return tasks_failed_; }
  std::uint64_t failures() const { return failed_; }
  std::uint64_t rerouted() const { return rerouted_; }  ///< requests of failed replicas
  /// Sums over replicas; kv_peak_blocks is the largest.
  ReplicaCounters totals() const;
  /// Largest share of a replica's blocks ever in use.
  double kv_peak_share() const;
  std::uint32_t waiting() const;  ///< those on their way to a decode replica included
  std::uint32_t running() const;
  /// Accelerator-seconds held, up to the last Settle().
  double held() const;
  /// Seconds from Start() until now or done, as far as settled.
  double lifetime() const { return (settled_ - started_).seconds(); }
  const DeploymentParams& params() const { return params_; }

 private:
  static constexpr std::uint8_t kFirstCall = 0;  ///< Request::stage of what the source asks for
  static constexpr double kRefusedPause = 1.0;  ///< s until a closed loop's user asks again
  struct Decode {
    Decode(Engine& engine, DecodePool pool, std::size_t senders, RequestLog& log, LatencyHistogram& gaps,
           std::uint16_t first_id, std::uint32_t live);
    std::unique_ptr<const IterationCost> cost;
    std::uint16_t first_id;
    ReplicaSet set;
    KvTransfer transfer;
    std::unique_ptr<KvFlows> flows;     ///< in its place where uplinks may be short
    std::vector<std::uint32_t> coming;  ///< requests on their way, by replica
    bool in_turn;
    std::size_t next = 0;  ///< replica whose turn it is
  };
  struct Group {
    Group(ReplicaGroup group, std::unique_ptr<Router> router, RequestLog& log, LatencyHistogram& gaps,
          std::uint16_t first_id, std::uint32_t live);
    std::unique_ptr<const IterationCost> cost;
    std::uint16_t first_id;
    ReplicaSet set;
    std::unique_ptr<Router> router;
    std::unique_ptr<Decode> decode;
  };
  /// A prompt that has been read and whose answer has no decode replica yet.
  struct Sending {
    static constexpr std::size_t kNobody = ~std::size_t{0};
    Request request;
    double ready;
    std::size_t from, to = kNobody;  ///< kNobody: no decode replica takes requests
    EventId arrival;                 ///< of KvTransfer
    double arrives = 0.0;            ///< likewise [s]
    bool held = false;               ///< an end stands: nothing moves
  };
  struct Task {
    Request first;
    std::uint32_t open = 0;  ///< calls without an end
    bool entered = false, called = false;  ///< the graph; the first call by the graph
    bool failed = false;
    std::map<std::uint8_t, Request> calls;  ///< by stage
    std::map<std::uint8_t, std::vector<std::uint64_t>> names;
  };
  struct Place {
    ReplicaSet* set;
    std::size_t replica;
    std::uint8_t group;
    bool decodes;
  };
  struct Deadline {
    double at;
    RequestIndex index;
    std::uint8_t attempt;
  };
  Place PlaceOf(std::size_t id) const;

  void AdvanceAll(Instant now);
  void Arrive(Instant now);
  void Wake(Instant now);
  void HandOver(Instant now);
  void Send(Sending& s, Instant now);
  void SendWaiting(std::uint8_t group, Instant now);
  void Receive(RequestIndex index, Instant now);
  /// Takes a request that is on its way off it; nothing if it is not.
  std::optional<Request> TakeBack(RequestIndex index);
  /// Ends the transfer of what is on its way.
  void Unwire(Sending& s, Instant now);
  void HoldTransfers(const Place& place, Instant now);
  void LoseTransfers(std::uint8_t group, bool sender, std::size_t replica, Instant now);
  void DrainDecoders(Instant now);
  bool Over() const { return source_->exhausted() && log_.open() == 0 && tasks_.empty(); }
  // deployment_tasks.cc
  void BeginTask(Request& r);
  void Call(std::uint32_t task, std::uint8_t stage, Instant now);
  void NameCall(Task& task, Request& call, const Request* before);
  /// A call has ended: with its answer, or without one.
  void EndCall(const Request& r, bool answered, double when);
  void EndTask(std::uint32_t task, double when);
  void LookAtScale(Instant now);
  void Scale(Scaled& scaled, Instant now);
  // deployment_traffic.cc
  void Admit(Request r, Instant now);
  void Dispatch(Request r, Instant now);
  bool CanServe(const Request& r) const;
  bool Full(const Request& r) const;
  void GiveUp(Request r, RequestState state, Instant now);
  void WatchPatience(const Request& r, Instant now);
  void LoseFirst(Instant now);
  void ScheduleDeadline();
  void DispatchParked(Instant now);
  // deployment_fleet.cc
  void ScheduleFaults(Instant now);
  void DrawFailure(std::size_t replica, Instant now);
  void Fail(std::size_t replica, double repair, double detection, Instant now);
  void Detect(std::size_t replica, double repair, Instant now);
  bool On(const Place& place) const;
  void MendOne(std::size_t replica);
  std::vector<std::size_t> Tenants(std::size_t replica) const;
  void Bring(std::size_t replica, Instant now, double start_up);
  void RollOut(Instant now);
  void StepRollout(std::size_t step, Instant now);
  void ScheduleArrival(Instant now);
  void ScheduleWake(Instant now);
  void ScheduleLook(Instant now);
  void FinishIfDone(Instant now);

  Engine& engine_;
  DeploymentParams params_;
  std::unique_ptr<RequestSource> source_;
  RequestLog log_;
  LatencyHistogram gaps_;
  KvTierPlan tiers_;
  std::vector<std::unique_ptr<Group>> groups_;
  std::vector<ReplicaSet*> sets_;  ///< by id of their replicas: of the groups, then decode pools
  std::vector<std::unique_ptr<DeviceShare>> shares_;
  bool pools_ = false;
  std::vector<Scaled> scaled_;
  std::vector<std::uint32_t> start_ups_;  ///< orders so far, by replica; an older one is void
  std::vector<ScaleEvent> scale_events_;
  std::vector<FleetEvent> fleet_events_;
  std::vector<Request> answers_;
  std::vector<Handover> handovers_;
  std::map<RequestIndex, Sending> sending_;
  Labels labels_;
  bool rolling_ = false;     ///< the roll-out has begun, autoscaling has ended
  bool stepping_ = false;    ///< all replicas of the new version have answered
  bool drained_ = false;     ///< the old decode replicas drain
  double new_weight_ = 0.0;  ///< of the second group during a roll-out
  std::unique_ptr<StageGraph> stages_;
  std::map<std::uint32_t, Request> in_stages_;  ///< by number of entry
  bool calls_ = false;                          ///< stages call the model: requests are tasks
  std::map<std::uint32_t, Task> tasks_;
  std::vector<double> task_times_;
  RandomStream call_lengths_;
  std::uint32_t last_task_ = 0;
  std::uint64_t tasks_failed_ = 0;
  std::uint32_t entered_ = 0, between_tries_ = 0;
  std::deque<Request> parked_;  ///< no replica takes requests
  std::deque<Deadline> deadlines_;
  EventId deadline_;
  Load load_;
  std::vector<RandomStream> failure_streams_;
  std::uint64_t failed_ = 0, rerouted_ = 0;
  struct Broken {
    bool leaves = false, mended = false;  ///< it was to be given up; the machine is there again and nobody has noticed its loss
  };
  std::map<std::size_t, Broken> broken_;  ///< replicas whose machine is
  EventId arrival_, wake_;
  Instant arrival_at_, started_, settled_;
  bool done_ = false;
  std::function<void()> on_done_;
};

/// Names of a task's calls, by Request::stage.
std::vector<std::string> CallNames(const Deployment& deployment);

/// Sets workloads.NAME.* of a deployment; what it cannot know (cost_per_token) is left out.
/// Percentiles of TTFT, TPOT and E2E are exact over counted requests; ITL as in LatencyHistogram.
/// Rates are over the time from the first counted arrival to the last counted answer.
/// energy_per_token and board_energy_per_token count the boards of held accelerators, the latter also
/// by idle power, attention above it and all else above it, by kind of kernel, and by phase.
void AddMetrics(const Deployment& deployment, MetricSet& metrics);

}  // namespace headroom::serving
