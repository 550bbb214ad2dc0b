#pragma once

#include <algorithm>
#include <cstdint>

#include "models/scheduling/blocked_list.h"
#include "models/scheduling/job.h"

namespace headroom::scheduling {

/// A running job by its estimated end, or a node that is down until then (`job` is the node's number).
struct RunningJob {
  std::int64_t end = 0;  ///< ns
  JobIndex job = 0;
  std::uint32_t units = 0;
  bool outage = false;
  bool Before(const RunningJob& o) const {
    if (end != o.end) return end < o.end;
    return outage != o.outage ? outage < o.outage : job < o.job;
  }
};

struct RunningUnits {
  std::uint64_t units = 0;
  void Add(const RunningJob& r) { units += r.units; }
};

/// When enough units come free by estimate, and how many are then left over.
struct Shadow {
  std::int64_t time = 0;    ///< ns
  std::uint64_t extra = 0;  ///< units that the waiting head does not need at `time`
};

/// Who holds units, in the order of estimated ends: the running jobs, and the nodes that are down.
class RunningSet {
 public:
  void Insert(const RunningJob& r) { list_.Insert(r); }
  void Erase(const RunningJob& r) { list_.Erase(list_.Find(r)); }
  std::size_t size() const { return list_.size(); }
  /// The jobs.
  template <class F>
  void Each(F f) const {
    list_.Each([&](const RunningJob& r) {
      if (!r.outage) f(r);
    });
  }
  /// The jobs and the outages.
  template <class F>
  void EachHolder(F f) const { list_.Each(f); }
  /// The first estimated end (not before `now`) at which `free` and what ended by then reach `need`, which is more than
  /// `free` and no more than there is. Jobs that end together count together where `sum_ties`, else only those up to
  /// the one that makes it.
  Shadow ShadowOf(std::uint64_t free, std::uint64_t need, std::int64_t now, bool sum_ties) const;

 private:
  BlockedList<RunningJob, RunningUnits> list_;
};

}  // namespace headroom::scheduling
