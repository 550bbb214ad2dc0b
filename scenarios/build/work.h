#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/network/fabric.h"
#include "scenarios/build/context.h"
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

/// What a workload that repeats itself sends from leaf to leaf.
struct UplinkUse {
  double cycle = 0;     ///< s
  double transfer = 0;  ///< s of it in which its NICs send over the uplinks, with those to itself
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
  /// Requests not answered yet, for the series; nothing for work without requests.
  virtual std::optional<double> Outstanding() const { return std::nullopt; }
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
  /// Requests come at another rate [1/s] from `now` on.
  virtual void SetArrivalRate(Instant now, double rate) { (void)now, (void)rate; }
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
