#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/network/traffic.h"
#include "scenarios/build/context.h"
#include "scenarios/build/fabric_loss.h"
#include "scenarios/build/inventory.h"
#include "scenarios/build/load_groups.h"
#include "sim/engine/engine.h"
#include "sim/engine/port.h"
#include "sim/probe/metric.h"
#include "sim/probe/recorder.h"

namespace headroom::training {
class StepModel;
}

namespace headroom::scenario {

class SharedUplinks;
class SiteServices;
class QueuedWork;

/// A row of the report's /events.
struct WorkEvent {
  double time = 0.0;  ///< s
  std::string kind;   ///< "scale-up", "failure"
  std::string where;  ///< the workload
  std::string what;   ///< in words
};

/// What a workload's accelerators spent on one kind of kernel.
struct KernelTime {
  std::string name;
  double seconds = 0, energy = 0;  ///< accelerator-seconds; J of boards
};

/// Requests of a deployment at an instant.
struct QueueState {
  double waiting = 0, running = 0;
  double cache = 0;  ///< share of the KV blocks that they hold
};

/// What a workload that repeats itself sends from leaf to leaf.
struct UplinkUse {
  double cycle = 0;     ///< s
  double transfer = 0;  ///< s of it in which its NICs send over the uplinks, with those to itself
};

/// Work that can be taken off its accelerators and go on on others.
class Resumable {
 public:
  virtual ~Resumable() = default;
  /// Its accelerators are out of order: it makes no progress until Stop().
  virtual void Stall() = 0;
  /// It is off its accelerators. What it got done is kept, or goes back to what is safe from before `since`.
  virtual void Stop(bool keep, Instant since) = 0;
  /// Before it starts: it goes on where `before`, of the same kind, was stopped, `restart` s after its start.
  virtual void ContinueFrom(Resumable& before, double restart) = 0;
  virtual void SetStragglerPace(double pace) = 0;
};

/// What accelerators first .. first + count - 1 of a workload have sent and received, each as much as the others.
struct PartTraffic {
  std::uint32_t first = 0, count = 0;
  network::Traffic bytes;
};
/// What a workload has sent for one purpose: "tensor-parallel", "kv-transfer".
struct KindTraffic {
  std::string kind;
  network::Traffic bytes;
};

/// A workload made ready to run, whatever its kind: what the simulation needs to know of it.
class Work {
 public:
  virtual ~Work() = default;
  /// One line for `headroom check`.
  virtual std::string Size() const = 0;
  /// Why it cannot run at all (memory), for a person; nothing if it can.
  virtual std::optional<std::string> Verdict() const { return std::nullopt; }
  /// Simulated seconds until it is done, as far as can be told; nothing if it goes on until the run ends.
  virtual std::optional<double> ExpectedSeconds() const = 0;
  /// Schedules its first event; `on_done` is called once, at the instant at which it is done.
  virtual void Start(std::function<void()> on_done) = 0;
  virtual Settler& settler() = 0;
  /// Tokens so far (trained, a step under way in proportion, or put out), for the series; nothing for work without tokens.
  virtual std::optional<double> Tokens() const { return std::nullopt; }
  /// For the series; nothing for work without requests.
  virtual std::optional<QueueState> Queue() const { return std::nullopt; }
  /// Its `workloads.NAME.*` metrics at the end.
  virtual void SetMetrics(MetricSet& metrics) const = 0;
  virtual void WriteTables(Recorder& recorder) const { (void)recorder; }
  /// What befell it so far, in order of time.
  virtual std::vector<WorkEvent> Events() const { return {}; }
  /// Tokens that energy and cost are spread over; 0 where there are none.
  virtual double PricedTokens() const { return 0.0; }
  /// Joules drawn by the boards it held.
  virtual double Energy() const = 0;
  /// Its energy and the time that it held, by kind of kernel and what is between; nothing where it does not tell them apart.
  virtual std::vector<KernelTime> KernelTimes() const { return {}; }
  /// Accelerator-seconds it held.
  virtual double Held() const = 0;
  /// Its accelerator of that number is switched off and may be used by others meanwhile.
  virtual bool SwitchedOff(std::uint32_t accelerator) const { return (void)accelerator, false; }
  /// At full clock; nothing where it does not leave its leaves.
  virtual UplinkUse uplink_use() const { return {}; }
  /// From now on transfers between leaves take `stretch` times as long as alone.
  virtual void SetUplinkStretch(double stretch) { (void)stretch; }
  /// What lost switches do to it from now on, but for transfers between leaves; work that does not send over NICs keeps its pace.
  virtual void SetFabricLoss(const FabricLoss& loss, Instant now) { (void)loss, (void)now; }
  /// Its jobs share the uplinks one by one, where they say what they send.
  virtual void ShareUplinks(SharedUplinks& uplinks) { (void)uplinks; }
  /// Requests come at another rate [1/s] from `now` on.
  virtual void SetArrivalRate(Instant now, double rate) { (void)now, (void)rate; }
  /// Null for work that cannot be moved.
  virtual Resumable* resumable() { return nullptr; }
  /// W that one of its accelerators draws while it works; nothing: no more than its TDP.
  virtual std::optional<double> Watts() const { return std::nullopt; }
  /// It knows what it sends.
  virtual bool tells_traffic() const { return false; }
  /// Bytes over the links of its accelerators so far, part by part.
  virtual void AddTraffic(std::vector<PartTraffic>* parts) const { (void)parts; }
  /// The same by what it is for.
  virtual std::vector<KindTraffic> TrafficByKind() const { return {}; }
  /// The step of training, for what else is made of it; null for other work.
  virtual const training::StepModel* step_model() const { return nullptr; }
};

/// What a builder of work gets.
struct WorkSite {
  const BuildContext& context;
  const schema::Workload& workload;
  std::string path;                  ///< "workloads[chat]"
  std::string folder;                ///< of the scenario file
  const SystemStock& system;         ///< of its accelerators (the first, where it spans several)
  std::uint32_t accelerators = 0;
  std::vector<PortRun> ports;        ///< in the order of its accelerators
  network::FabricParams fabric;
  Engine& engine;
  const std::vector<SystemStock>& systems;
  SiteServices& services;
  const std::vector<Slice>& slices;  ///< what it holds, in the order of its accelerators
  std::uint32_t nodes_per_leaf = 0;  ///< nodes below one leaf switch of its fabric; 0: unknown
  const Work* host = nullptr;        ///< whose switched-off accelerators these jobs use; null: they have their own
  std::vector<QueuedWork*> guests = {};  ///< workloads that queue among these jobs
};

/// One kind of workload: how many accelerators it claims, and how it is built. Builders return null after an error.
struct WorkKind {
  schema::Workload::KindCase kind;
  Claim (*claim)(const schema::Workload& workload, const std::string& path);
  std::unique_ptr<Work> (*build)(const WorkSite& site);
  /// Accelerators that the files of the workload ask for, where they do; 0 where the files are not there.
  std::uint32_t (*ranks)(const schema::Workload& workload, const std::string& folder) = nullptr;
};

Claim ClaimTrain(const schema::Workload& workload, const std::string& path);
std::unique_ptr<Work> BuildTrain(const WorkSite& site);
Claim ClaimServe(const schema::Workload& workload, const std::string& path);
std::unique_ptr<Work> BuildServe(const WorkSite& site);
Claim ClaimCollective(const schema::Workload& workload, const std::string& path);
std::unique_ptr<Work> BuildCollective(const WorkSite& site);
Claim ClaimJobs(const schema::Workload& workload, const std::string& path);
std::unique_ptr<Work> BuildJobs(const WorkSite& site);
Claim ClaimReplay(const schema::Workload& workload, const std::string& path);
std::unique_ptr<Work> BuildReplay(const WorkSite& site);
std::uint32_t ReplayRanks(const schema::Workload& workload, const std::string& folder);

/// What every workload of the scenario asks for, in the order of the file.
std::vector<Claim> ClaimsOf(const BuildContext& context);

/// The row of a kind; null for kinds that the reader refuses.
const WorkKind* FindWorkKind(schema::Workload::KindCase kind);

}  // namespace headroom::scenario
