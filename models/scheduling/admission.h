#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/scheduling/cluster.h"
#include "models/scheduling/max_min.h"
#include "models/scheduling/proportion.h"
#include "models/scheduling/quota_tree.h"

namespace headroom::scheduling {

inline constexpr std::int64_t kNever = INT64_MAX;

/// Decides which waiting jobs may start now. One file each: strict.cc, easy_backfill.cc ...
class Admission {
 public:
  virtual ~Admission() = default;
  /// `job` was put into the queue (also after a preemption).
  virtual void Submitted(Cluster& cluster, JobIndex job) { (void)cluster, (void)job; }
  /// A pass started `job`.
  virtual void Started(Cluster& cluster, JobIndex job) { (void)cluster, (void)job; }
  /// A running job is about to leave its `units`, which were expected back at `expected_end`.
  virtual void Leaving(Cluster& cluster, JobIndex job, const Allocation& units, std::int64_t expected_end) {
    (void)cluster, (void)job, (void)units, (void)expected_end;
  }
  /// `units`, which are free and no longer to be had, are expected back at `until`.
  virtual void Down(Cluster& cluster, const Allocation& units, std::int64_t until) { (void)cluster, (void)units, (void)until; }
  /// They are back, although they were expected at `until`.
  virtual void Up(Cluster& cluster, const Allocation& units, std::int64_t until) { (void)cluster, (void)units, (void)until; }
  /// Starts (and preempts) what is to start at cluster.now().
  virtual void Pass(Cluster& cluster) = 0;
  /// When the next pass is due although nothing happens; kNever if none.
  virtual std::int64_t NextWake(const Cluster& cluster) const {
    (void)cluster;
    return kNever;
  }
};

/// Whether bookings ahead count units or hold certain ones.
enum class Reservations : std::uint8_t { kCount, kMachines };

/// Strictly in order: the head starts when it fits, and nobody passes it.
std::unique_ptr<Admission> MakeStrict();
/// In order, but a job that does not fit does not stop those behind it.
std::unique_ptr<Admission> MakeGreedy();

struct EasyOptions {
  bool sum_ties = true;  ///< jobs that end together at the shadow time count together
};
/// EASY backfilling: the head has a reservation at the shadow time; a later job may start if it does not delay it.
std::unique_ptr<Admission> MakeEasyBackfill(const EasyOptions& options);
/// The same with reservations of machines: the head books its lowest free ids at its first fit, and a later job starts
/// where it finds machines that are free for its whole estimate.
std::unique_ptr<Admission> MakeEasyMachines(const Cluster& cluster);

/// The same where jobs may have to wait for a place or for power (Cluster::picky()): the head books units and power.
std::unique_ptr<Admission> MakeEasyPlaces();

/// Conservative backfilling: every waiting job holds a reservation that is never put off.
std::unique_ptr<Admission> MakeConservativeBackfill(const Cluster& cluster);
std::unique_ptr<Admission> MakeConservativeMachines(const Cluster& cluster);

struct PlannedOptions {
  std::uint32_t depth = 100;                       ///< jobs of the queue that are looked at (Slurm bf_max_job_test)
  std::int64_t window = 86'400'000'000'000;        ///< ns ahead (bf_window, 1440 min)
};
/// Slurm's backfill without its cadence: every pass plans the first `depth` jobs anew, in order, each at its earliest hole;
/// those whose hole is now start. Higher priorities may preempt lower ones where the cluster's options allow it.
std::unique_ptr<Admission> MakePlanned(const PlannedOptions& options);

struct GangOptions {
  std::vector<double> queue_weights;  ///< empty: all 1
};
/// Volcano: higher priority first, then the tenant (queue and user) with the lowest dominant share over weight; a job starts
/// with all its units or not at all, and one that does not fit lets others by.
std::unique_ptr<Admission> MakeGang(const GangOptions& options);

struct LasOptions {
  /// Attained service at which a job falls to the next queue [unit-seconds]. Assumed: an hour and ten hours of one unit.
  std::vector<double> thresholds{3600.0, 36000.0};
};
/// Least attained service first; preempts.
std::unique_ptr<Admission> MakeLas(const LasOptions& options);

struct ElasticOptions {
  double scaling = 0.9;                     ///< speed grows as units^scaling, 0 < scaling <= 1
  std::uint32_t most = 4;                   ///< times the units that it asked for that a job may have
  std::int64_t period = 60'000'000'000;     ///< ns between two looks at all sizes
};
/// Jobs run on fewer or more units than they asked for; preempts to change a size.
std::unique_ptr<Admission> MakeElastic(const ElasticOptions& options);

struct GavelOptions {
  ShareObjective objective = ShareObjective::kMaxMin;
  std::int64_t period = 360'000'000'000;  ///< ns of a round
  std::vector<double> queue_weights;      ///< empty: all 1
};
/// Shares of time on kinds of accelerators, dealt out in rounds; preempts.
std::unique_ptr<Admission> MakeGavel(const GavelOptions& options);

struct ProportionOptions {
  /// By Job::queue; `request` is worked out. Empty: one queue of weight 1.
  std::vector<ProportionQueue> queues;
};
/// Volcano's proportion: queues deserve units by weight; one that has what it deserves waits, and others reclaim what is beyond.
std::unique_ptr<Admission> MakeProportion(const ProportionOptions& options);

/// Kubernetes: by priority, each that fits; one that fits nowhere may preempt lower ones on one node.
std::unique_ptr<Admission> MakeKubernetes();

enum class WithinQueue : std::uint8_t { kNever, kLower, kLowerOrNewer };
enum class Reclaim : std::uint8_t { kNever, kLower, kAny };
struct QuotaOptions {
  std::vector<QuotaTree::Node> nodes;        ///< cohorts and queues, one pair each
  std::vector<std::uint32_t> leaf_of_queue;  ///< by Job::queue, which must be below its size
  bool strict = false;                       ///< StrictFIFO: a head that does not fit blocks its queue
  bool fair_sharing = false;
  WithinQueue within = WithinQueue::kNever;
  Reclaim reclaim = Reclaim::kNever;
  /// Kinds of accelerators that each queue has quota for, in the order in which they are tried; pair k of `nodes` is kind k. Empty: one
  /// quota whatever the kind.
  std::vector<std::vector<std::uint32_t>> flavors;
  bool borrow_first = true;    ///< whenCanBorrow: a flavor that fits by borrowing ends the search
  bool preempt_first = false;  ///< whenCanPreempt: a flavor that fits by preempting ends the search
};
/// Kueue: quotas with cohorts, borrowing, lending and reclaiming.
std::unique_ptr<Admission> MakeQuota(const QuotaOptions& options, const Cluster& cluster);

}  // namespace headroom::scheduling
