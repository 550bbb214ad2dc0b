#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "models/jobs/batch_job.h"

namespace headroom::jobs {

struct FixedCount { std::uint32_t value = 1; };
/// 1, 2, 4 ... max, equally likely; max is rounded down to a power of two.
struct PowersOfTwo { std::uint32_t max = 1; };
using CountDistribution = std::variant<FixedCount, PowersOfTwo>;

struct FixedDuration { double seconds = 0.0; };
/// Lognormal with the arithmetic mean `mean` [s]; `sigma` is the deviation of the logarithm.
struct LognormalDuration { double mean = 0.0, sigma = 0.0; };
using DurationDistribution = std::variant<FixedDuration, LognormalDuration>;

/// A Poisson stream of rigid jobs.
///
/// Run times are at least one second. A user's estimate is `estimate_factor` times the run time, rounded up to a minute
/// (users round), so that no generated job is stopped at it. Users are drawn evenly. Left out: daily and weekly swings,
/// sizes that go with durations, sessions of one user.
struct SyntheticParams {
  double rate = 0.0;  ///< 1/s
  CountDistribution units;
  DurationDistribution duration;
  double estimate_factor = 1.5;
  std::uint32_t users = 1;
  std::uint32_t queues = 0;  ///< that jobs are dealt to evenly, counted from 1; 0: none
};

/// The jobs submitted in [0, seconds). `stream` names their random numbers.
JobStream Generate(const SyntheticParams& params, double seconds, std::uint64_t seed, const std::string& stream);

double Mean(const CountDistribution& d);
double Mean(const DurationDistribution& d);

}  // namespace headroom::jobs
