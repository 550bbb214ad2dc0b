#pragma once

#include <string>
#include <vector>

#include "models/scheduling/scheduler.h"

namespace headroom::validation {

/// Starts and allocations of `jobs` on `units` equal machines, in the order of `jobs`.
struct Replayed {
  std::vector<double> start;             ///< s
  std::vector<std::string> allocation;   ///< "0 4-6"
  double last_end = 0.0;                 ///< s
};

Replayed Replay(std::uint32_t units, const std::vector<scheduling::Job>& jobs, const std::string& policy,
                scheduling::Passes passes, scheduling::Reservations reservations);

}  // namespace headroom::validation
