#include "models/network/contention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"
#include "sim/engine/engine.h"
#include "sim/flow/max_min_network.h"

namespace headroom::network {
namespace {

constexpr int kWarmUp = 4;   ///< cycles of the slowest job
constexpr int kCycles = 32;  ///< the same, over which the mean is taken
/// A job whose cycles are shorter than the slowest by more than this counts several as one.
constexpr double kFinest = 64;
/// Starts are as far apart as this share of a cycle times their number allows: the golden ratio
/// spreads any number of them.
constexpr double kSpread = 0.6180339887498949;

class Contest {
 public:
  Contest(const std::vector<double>& links, const std::vector<CyclicJob>& jobs)
      : network_(&engine_), jobs_(jobs), runs_(jobs.size()) {
    std::vector<FlowLinkId> shared;
    for (std::size_t i = 0; i < links.size(); ++i)
      shared.push_back(network_.AddLink(fmt::format("shared {}", i), links[i] * unit::B_per_s));
    for (std::size_t j = 0; j < jobs.size(); ++j)
      for (const LinkLoad& load : jobs[j].loads) {
        const FlowLinkId own = network_.AddLink(fmt::format("job {} on {}", j, load.link),
                                                load.rate * unit::B_per_s);
        runs_[j].routes.push_back(network_.AddRoute({own, shared[load.link]}));
      }
  }

  std::vector<double> Run() {
    double slowest = 0;
    for (const CyclicJob& job : jobs_) slowest = std::max(slowest, job.free + job.transfer());
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      const double cycle = jobs_[j].free + jobs_[j].transfer();
      const double start = std::fmod(static_cast<double>(j) * kSpread, 1.0) * cycle;
      engine_.After(Duration::FromSeconds(start), Phase::kCompletion, [this, j] { Work(j); });
    }
    // The slowest may slow further, but not beyond its share among all.
    const double length = slowest * (kWarmUp + kCycles) * static_cast<double>(jobs_.size() + 1);
    while (!Enough() && engine_.now().seconds() < length)
      engine_.Run(engine_.now() + Duration::FromSeconds(slowest));
    std::vector<double> out;
    for (const JobRun& run : runs_)
      out.push_back(MeanCycle(run));
    network_.Bytes().Assert(1e-9);
    return out;
  }

 private:
  struct JobRun {
    std::vector<FlowRouteId> routes;
    std::size_t open = 0;
    int cycles = 0, counted = 0;
    double first = 0, last = 0;  ///< s, ends of the first and the last counted cycle
  };

  bool Enough() const {
    return std::all_of(runs_.begin(), runs_.end(),
                       [](const JobRun& run) { return run.counted >= kCycles; });
  }
  static double MeanCycle(const JobRun& run) {
    HR_CHECK(run.counted > 0, run.cycles);
    return (run.last - run.first) / run.counted;
  }

  void Work(std::size_t j) {
    engine_.After(Duration::FromSeconds(jobs_[j].free), Phase::kCompletion, [this, j] { Send(j); });
  }

  void Send(std::size_t j) {
    JobRun& run = runs_[j];
    run.open = run.routes.size();
    if (run.open == 0) EndCycle(j);
    for (std::size_t i = 0; i < run.routes.size(); ++i) {
      const LinkLoad& load = jobs_[j].loads[i];
      network_.Open(run.routes[i], load.bytes, load.weight, [this, j] {
        if (--runs_[j].open == 0) EndCycle(j);
      });
    }
  }

  void EndCycle(std::size_t j) {
    JobRun& run = runs_[j];
    const double now = engine_.now().seconds();
    if (++run.cycles == kWarmUp) run.first = now;
    if (run.cycles > kWarmUp) {
      ++run.counted;
      run.last = now;
    }
    Work(j);
  }

  Engine engine_;
  MaxMinNetwork network_;
  const std::vector<CyclicJob>& jobs_;
  std::vector<JobRun> runs_;
};

}  // namespace

double CyclicJob::transfer() const {
  double longest = 0;
  for (const LinkLoad& load : loads) longest = std::max(longest, load.bytes / load.rate);
  return longest;
}

std::vector<double> SharedCycles(const std::vector<double>& links,
                                 const std::vector<CyclicJob>& jobs) {
  double slowest = 0;
  for (const CyclicJob& job : jobs) slowest = std::max(slowest, job.free + job.transfer());
  std::vector<CyclicJob> grouped = jobs;
  std::vector<double> times;
  for (CyclicJob& job : grouped) {
    const double cycle = job.free + job.transfer();
    HR_CHECK(cycle > 0, job.free);
    times.push_back(std::max(1.0, std::floor(slowest / (kFinest * cycle))));
    job.free *= times.back();
    for (LinkLoad& load : job.loads) load.bytes *= times.back();
  }
  std::vector<double> out = Contest(links, grouped).Run();
  for (std::size_t j = 0; j < out.size(); ++j) out[j] /= times[j];
  return out;
}

}  // namespace headroom::network
