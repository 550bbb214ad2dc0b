#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "models/scheduling/blocked_list.h"
#include "models/scheduling/job.h"

namespace headroom::scheduling {

/// A waiting job in its place: lower key first, then lower index.
struct WaitingJob {
  double key = 0.0;
  JobIndex job = 0;
  std::uint32_t units = 0;
  std::int64_t estimate = 0;  ///< ns still to go at most
  bool Before(const WaitingJob& o) const { return key != o.key ? key < o.key : job < o.job; }
};

struct SmallestWaiting {
  std::uint32_t units = std::numeric_limits<std::uint32_t>::max();
  std::int64_t estimate = std::numeric_limits<std::int64_t>::max();
  void Add(const WaitingJob& w) {
    units = std::min(units, w.units);
    estimate = std::min(estimate, w.estimate);
  }
};

using WaitingQueue = BlockedList<WaitingJob, SmallestWaiting>;

}  // namespace headroom::scheduling
