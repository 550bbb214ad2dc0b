#pragma once

#include <optional>
#include <vector>

#include "models/plant/arbitrage.h"
#include "models/plant/phased_load.h"
#include "models/plant/power_window.h"
#include "models/plant/ramp_statistics.h"
#include "models/plant/site_tree.h"
#include "sim/probe/metric.h"
#include "sim/probe/recorder.h"

namespace headroom::plant {

/// The plant's sub-second side: phases and smoothing between accelerators and racks, the battery
/// between site and utility, windows, and the grid's verdict. Shelf storage holds well below a
/// second of power and acts in windows alone: over a coupling step it is taken as neutral.
class PowerPath {
 public:
  /// Tells the ports that it wants phases. `params` outlives it.
  explicit PowerPath(const PlantParams& params);
  /// Joules that the boards of a group draw beyond what its meters gave.
  double Take(std::size_t group, double start, double seconds, double energy, double held);
  /// The battery's answer to the step's site load, by the step's source: sets utility and battery figures of `step`. Charging, and
  /// peaks that are shaved, stay below `ceiling` at the utility [W].
  void Settle(PlantStep& step, double ceiling);
  /// Null without one.
  const power::Bess* battery() const { return battery_ ? &*battery_ : nullptr; }
  /// Share of its speed that the work of a group keeps in the next step.
  double Pace(std::size_t group) const { return loads_[group].Pace(params_.step); }
  /// After Settle(), with the step complete.
  void Add(double start, const PlantStep& step, const std::optional<power::Bess>& leveller);
  /// Evaluates the windows; once, at the end.
  void Finish();
  void SetMetrics(MetricSet& metrics) const;
  /// `/windows/1/power`, `/windows/1/spectrum` ...
  void WriteTables(Recorder& recorder) const;
  const std::vector<WindowResult>& windows() const { return results_; }

 private:
  void SetGridMetrics(MetricSet& metrics) const;

  const PlantParams& params_;
  bool wants_phases_;
  std::vector<PhasedLoad> loads_;
  std::optional<power::Bess> battery_, battery_before_;
  std::optional<Arbitrage> trades_;
  std::vector<PowerWindow> windows_;
  std::vector<WindowResult> results_;
  RampStatistics ramp_;
  bool begun_ = false;
  double seconds_ = 0.0;
};

}  // namespace headroom::plant
