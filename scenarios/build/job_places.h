#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/scheduling/job.h"
#include "scenarios/build/inventory.h"
#include "sim/engine/time.h"
#include "sim/probe/recorder.h"

namespace headroom::scenario {

/// Where and when the jobs of a workload ran: a row for each run of adjoining units that a job held from a start to the
/// end or the preemption after it.
class JobPlaces {
 public:
  explicit JobPlaces(std::size_t jobs) : open_(jobs, kNone) {}
  void Start(Instant now, scheduling::JobIndex job, const scheduling::Allocation& units);
  void Leave(Instant now, scheduling::JobIndex job);
  /// Columns job (row of the table of jobs), start, end (missing where it still runs), first, count, and the system and node of the first unit.
  /// `slices` are the units of the workload, `parts` of which are one accelerator.
  Table MakeTable(const std::string& path, const std::vector<Slice>& slices, const std::vector<SystemStock>& systems, std::uint32_t parts) const;

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  std::vector<std::size_t> open_;  ///< first row of a job's running stay
  std::vector<std::int64_t> job_, first_, count_;
  std::vector<double> start_, end_;
};

}  // namespace headroom::scenario
