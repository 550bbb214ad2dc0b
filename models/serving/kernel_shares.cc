#include "models/serving/kernel_shares.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::serving {

std::vector<KernelShare> KernelShares(const Deployment& d) {
  const ReplicaCounters totals = d.totals();
  const double idle = d.cost().idle_power();
  std::vector<KernelShare> out;
  KernelShare other{"other", totals.busy, totals.energy - totals.idle_energy + idle * totals.busy};
  for (std::size_t i = 0; i < kKernelKinds; ++i) {
    const double seconds = totals.use.seconds[i];
    out.push_back({kKernelNames[i], seconds, totals.use.above[i] + idle * seconds});
    other.seconds -= seconds;
    other.energy -= out.back().energy;
  }
  // What is left of many sums is no kernel.
  const double least = 1e-6 * std::max(1.0, totals.energy);
  HR_CHECK(other.energy > -least, other.energy, totals.energy);
  other.seconds = std::max(0.0, other.seconds);
  other.energy = std::max(0.0, other.energy);
  out.push_back(other);
  const double between = std::max(0.0, totals.iterating - totals.busy);
  const double waiting = std::max(0.0, d.held() - totals.iterating);
  out.push_back({"host", between, idle * between});
  out.push_back({"waiting", waiting, std::max(0.0, totals.idle_energy - idle * totals.iterating)});
  double sum = 0.0;
  for (const KernelShare& k : out) sum += k.energy;
  HR_CHECK(std::abs(sum - totals.energy) <= 4.0 * least, sum, totals.energy);
  return out;
}

Phases PhasesOf(const Deployment& d) {
  const ReplicaCounters totals = d.totals();
  const double idle = d.cost().idle_power();
  const double prefill = totals.use.above[kKernelKinds] + idle * totals.use.seconds[kKernelKinds];
  return {prefill, totals.energy - totals.idle_energy + idle * totals.busy - prefill};
}

std::vector<std::string> CallNames(const Deployment& d) {
  std::vector<std::string> names = {"answer"};
  if (d.stages() == nullptr || !d.stages()->has_calls()) return {};
  for (const StageParams& s : d.stages()->stages()) names.push_back(s.name);
  return names;
}

}  // namespace headroom::serving
