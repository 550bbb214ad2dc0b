#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/catalog/library.h"
#include "scenarios/read/scenario_file.h"
#include "sim/probe/metric.h"
#include "sim/probe/recorder.h"

namespace headroom::training {
class StepModel;
}
namespace headroom::plant {
struct PlantParams;
}
namespace headroom::topology {
class Facility;
}

namespace headroom::scenario {

/// What a scenario amounts to, before it runs.
struct RunSize {
  std::uint64_t racks = 0;
  std::uint64_t nodes = 0;
  std::uint64_t accelerators = 0;
  std::uint64_t plant_groups = 0;    ///< groups of racks that the plant treats as one
  double duration_s = 0.0;           ///< 0: until the work is done
  std::vector<std::string> works;    ///< one line per workload
};

/// Racks that the plant treats as one.
struct GroupSize {
  std::string name;    ///< entity of the series `rack_group_power`
  std::string system;
  double racks = 0.0;  ///< in whole racks: one that is filled by half counts half
};

/// How a run ended.
struct Outcome {
  std::string status;         ///< done | out-of-memory | interrupted
  std::string explanation;    ///< for a person, where the status is not "done"
  double simulated_s = 0.0;
  MetricSet metrics;
};

/// Asked between stretches of simulated time; share of the run that is done (negative: unknown) and simulated seconds.
/// Returns false to interrupt.
using Watch = std::function<bool(double share, double simulated_s)>;

/// Changes the plant before it is made: a measured power or weather in place of the scenario's.
using AmendPlant = std::function<void(plant::PlantParams* params)>;

/// A scenario made ready to run: the facility, its work and its plant around one engine. One per process.
class Simulation {
 public:
  /// @throws ConfigError with everything in the scenario that does not fit together, each at its place.
  Simulation(const LoadedScenario& loaded, const catalog::Library& library, const AmendPlant& amend = {});
  ~Simulation();

  const RunSize& size() const;
  const std::vector<Finding>& warnings() const;
  std::vector<GroupSize> groups() const;
  /// The step of the training workload of that name; null if there is none. Lives as long as the simulation.
  const training::StepModel* StepModelOf(const std::string& workload) const;
  const plant::PlantParams& plant_params() const;
  const topology::Facility& site() const;
  /// From the branch on, the changes of another scenario, which is the same but for them.
  /// @throws ConfigError where they do not fit the site.
  void TakeChanges(const LoadedScenario& loaded);
  /// Calls `reached` once, at `at` [s] before the changes of that instant, or before the end where the
  /// work cannot run at all. One of the changes is due at `at`.
  void SetBranch(double at, std::function<void()> reached);
  /// Runs to the end, to an interruption, or not at all where work cannot fit. Once.
  Outcome Run(Recorder& recorder, const Watch& watch);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Loads a scenario file with the built-in catalog's names checked, and gives the catalog with the file's own sheets.
struct Prepared {
  LoadedScenario loaded;
  catalog::Library library;
};
Prepared Prepare(const std::string& path, LoadOptions options);
/// The same from a tree that `ReadTreeWithIncludes(path)` gave.
Prepared Prepare(config::Node root, const std::string& path, LoadOptions options);

}  // namespace headroom::scenario
