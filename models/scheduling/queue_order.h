#pragma once

#include <cstdint>
#include <memory>

#include "models/scheduling/cluster.h"

namespace headroom::scheduling {

/// In which order waiting jobs are looked at: the lowest key first, equal keys in the order of the job list.
class QueueOrder {
 public:
  virtual ~QueueOrder() = default;
  /// Key of a job that enters the queue, or of a waiting one when the queue is sorted anew.
  virtual double Key(const Cluster& cluster, JobIndex job) = 0;
  /// `job` held its units for `held` ns and leaves them.
  virtual void Left(const Cluster& cluster, JobIndex job, std::int64_t held) { (void)cluster, (void)job, (void)held; }
  /// ns after which keys are worked out anew; 0: keys stay.
  virtual std::int64_t period() const { return 0; }
  /// Called before keys are worked out anew.
  virtual void Refresh(const Cluster& cluster) { (void)cluster; }
};

/// First come, first served.
std::unique_ptr<QueueOrder> MakeFifoOrder();
/// Higher priority first, then first come, first served.
std::unique_ptr<QueueOrder> MakePriorityOrder();
/// Shortest remaining estimate first (for jobs that were not preempted: shortest job first).
std::unique_ptr<QueueOrder> MakeShortestOrder();

}  // namespace headroom::scheduling
