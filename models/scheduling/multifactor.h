#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/scheduling/queue_order.h"

namespace headroom::scheduling {

/// Slurm's multifactor priority:
///
///     priority = sum of weight * factor - nice, clamped to [1, 2^32 - 1]
///
/// age = min(1, wait / max age); fair share from the Fair Tree of decayed usage; size from the share of the cluster.
/// Source: SchedMD/slurm 284c3b95, src/plugins/priority/multifactor.
struct PriorityWeights {
  double age = 1000.0;
  double fair_share = 10000.0;
  double size = 1000.0;
  double partition = 0.0;
  double qos = 0.0;
};

struct PriorityFactors {
  double age = 0.0, fair_share = 0.0, size = 0.0, partition = 0.0, qos = 0.0;
};

double PriorityOf(const PriorityWeights& weights, const PriorityFactors& factors, double nice);

/// What usage is multiplied with per second: 1 - 0.693 / half life [s].
double DecayPerSecond(double half_life);

enum class SizeRule { kLarge, kSmall, kRelativeToTime };
struct JobSize {
  double nodes = 0.0, cpus = 0.0;
  double cluster_nodes = 1.0, cluster_cpus = 1.0;
  double limit_minutes = 1.0;
};
double SizeFactor(SizeRule rule, const JobSize& job);

struct MultifactorOptions {
  PriorityWeights weights;
  SizeRule size_rule = SizeRule::kLarge;
  double half_life = 7 * 86400.0;   ///< s
  double max_age = 7 * 86400.0;     ///< s
  double period = 300.0;            ///< s between two calculations
  bool merge_tied = false;
  std::vector<double> queue_shares;     ///< of the account of each queue; empty: users stand below the root
  std::vector<double> queue_priority;   ///< partition factor's value of each queue
};

/// Highest priority first, worked out anew every `period`. Users have equal shares within their queue.
std::unique_ptr<QueueOrder> MakeMultifactorOrder(const MultifactorOptions& options);

}  // namespace headroom::scheduling
