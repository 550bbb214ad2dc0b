#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/build/simulation.h"

namespace headroom::study {

/// One thing that is lost, and how many others would do the same.
struct Loss {
  std::string what;   ///< "pump-trip"; as `site.faults`
  std::string where;  ///< "cdu-1"
  int alike = 1;      ///< units that it stands for: racks of one group, switches above the same work
  std::string effect = {};  ///< in words, where it follows from the wiring
};

/// What became of the site within the time watched. Compared with the same time without a loss.
struct LossResult {
  Loss loss;
  std::string outcome;  ///< survives, slows, stops, throttles, sheds, shuts-down, trips, dark; the worst of them
  double lost_work = 0.0;           ///< share of tokens, or of busy accelerator-seconds where there are none
  double peak = 0.0;                ///< W at the utility, after the loss
  double least_clock = 1.0;         ///< of groups that stay on
  std::optional<double> throttle;   ///< s from the loss
  std::optional<double> shutdown;   ///< s
  std::optional<double> feed, busway, liquid, flow, air;  ///< headroom, at its least
  std::string binding;
  std::string notes;  ///< events that followed, in order
};

struct ContingencyOptions {
  double at = 0.0;     ///< s from the start
  double watch = 0.0;  ///< s after it
};

/// The moment and the time to watch where the user gives none: an hour into the run and half an hour, less for short runs.
ContingencyOptions DefaultsFor(const schema::Scenario& scenario);

/// Runs the scenario once without a loss and once for each single unit of the site: the utility, generators (with the utility), feeds, transformers, UPS modules, PDUs, CDUs
/// (pumps and whole), towers (fan and whole), chillers, racks (one for each group of equal ones), switches of the fabric (one
/// for each tier above the same work); every run in a process of its own, as the engine is one per process. Faults of the scenario's
/// own are left out; work goes on to the end of the watch. `progress` is called before each.
/// @throws ConfigError as the scenario's build does.
std::vector<LossResult> Contingencies(const scenario::Prepared& prepared, const ContingencyOptions& options,
                                      const std::function<void(std::size_t done, std::size_t all)>& progress);

}  // namespace headroom::study
