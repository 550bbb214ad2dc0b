#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/jobs/batch_job.h"

namespace headroom::jobs {

/// A kind of jobs of a cluster.
struct JobKind {
  const char* name;
  double share;               ///< of all jobs, 0..1; over all kinds 1
  std::array<double, 6> run;  ///< run time [s] at 10, 25, 50, 75, 90 and 99 % of its jobs
};

/// Sizes and durations of the accelerator jobs of a cluster, as published.
///
/// Run times follow the quantiles, log-linear between them; below 10 and above 99 % on the line of the last two, at
/// least 1 s and at most four times the last. Sizes are drawn from `sizes` (accelerators, cumulative share), whatever the kind, so
/// shares of accelerator time by kind are not the cluster's.
/// Source: quantiles read from the published distribution figures; AcmeTrace (Hu et al. 2024, CC-BY-4.0), Helios (Hu et al.
/// 2021, CC-BY-4.0), Philly (Jeon et al. 2019) as plotted by AcmeTrace.
struct PublishedLoad {
  const char* name;
  std::vector<JobKind> kinds;
  std::vector<std::pair<std::uint32_t, double>> sizes;
  /// Gaussian copula between size and run time. Helios: so that mean accelerator time of a job = published mean utilisation *
  /// accelerators / submissions per hour. Elsewhere 0: not published.
  double correlation = 0.0;
  /// Jobs submitted in each hour of the day, by proportion; empty: the same in all.
  std::vector<double> hours;
  /// Share of the jobs longer than an hour that come at any hour alike (fitted to the swing of utilisation over the day).
  double even = 0.0;
};

const std::vector<PublishedLoad>& PublishedLoads();
/// Null if there is none of that name.
const PublishedLoad* FindPublishedLoad(const std::string& name);

/// Run time [s] of a kind at the share `u` of its jobs, 0 <= u < 1.
double RunTimeAt(const JobKind& kind, double u);

struct LikeParams {
  double rate = 0.0;  ///< 1/s, mean of a day
  double estimate_factor = 1.5;
  std::uint32_t users = 1;
  bool daily = true;  ///< arrivals follow `hours`; hour 0 is that of the start
};

/// Poisson arrivals over [0, seconds). A job's queue is the number of its kind, from 1.
JobStream GenerateLike(const PublishedLoad& load, const LikeParams& params, double seconds, std::uint64_t seed, const std::string& stream);

}  // namespace headroom::jobs
