#include "models/jobs/synthetic.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/core/random.h"

namespace headroom::jobs {
namespace {

constexpr double kMinute = 60.0;
constexpr double kShortest = 1.0;  // s

std::uint32_t Draw(const CountDistribution& d, RandomStream& random) {
  if (const auto* fixed = std::get_if<FixedCount>(&d)) return fixed->value;
  const std::uint32_t kinds = static_cast<std::uint32_t>(std::bit_width(std::get<PowersOfTwo>(d).max));
  return 1u << random.Below(kinds);
}

double Draw(const DurationDistribution& d, RandomStream& random) {
  if (const auto* fixed = std::get_if<FixedDuration>(&d)) return fixed->seconds;
  const auto& l = std::get<LognormalDuration>(d);
  return random.Lognormal(l.mean, l.sigma);
}

std::int64_t Ns(double seconds) { return std::llround(seconds * 1e9); }

}  // namespace

double Mean(const CountDistribution& d) {
  if (const auto* fixed = std::get_if<FixedCount>(&d)) return fixed->value;
  const int kinds = std::bit_width(std::get<PowersOfTwo>(d).max);
  return (std::exp2(kinds) - 1.0) / kinds;
}

double Mean(const DurationDistribution& d) {
  if (const auto* fixed = std::get_if<FixedDuration>(&d)) return fixed->seconds;
  return std::get<LognormalDuration>(d).mean;
}

JobStream Generate(const SyntheticParams& p, double seconds, std::uint64_t seed, const std::string& stream) {
  RandomStream arrivals(seed, stream + ".arrivals"), sizes(seed, stream + ".sizes"), durations(seed, stream + ".durations"),
      users(seed, stream + ".users"), queues(seed, stream + ".queues");
  JobStream out;
  for (double time = arrivals.Exponential(1.0 / p.rate); time < seconds; time += arrivals.Exponential(1.0 / p.rate)) {
    BatchJob j;
    j.id = static_cast<std::int64_t>(out.size()) + 1;
    j.submit = Ns(time);
    j.units = Draw(p.units, sizes);
    const double run = std::max(kShortest, Draw(p.duration, durations));
    j.runtime = Ns(run);
    j.estimate = Ns(kMinute * std::ceil(run * p.estimate_factor / kMinute));
    j.user = static_cast<std::uint32_t>(users.Below(p.users));
    if (p.queues > 0) j.queue = 1 + static_cast<std::uint32_t>(queues.Below(p.queues));
    out.push_back(j);
  }
  return out;
}

}  // namespace headroom::jobs
