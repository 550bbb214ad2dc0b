#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <tuple>
#include <vector>

#include "models/scheduling/admission.h"

namespace headroom::scheduling {
namespace {

/// Sizes of all jobs so that the sum of their speeds, each against the speed that it asked for, is largest (Pollux' goal with
/// fairness p = 1 and a speed-up units^scaling; after Qiao et al. 2021 and Sia, Jayaram Subramanya et al. 2023):
///
///     speed(n) = (n / asked)^scaling,   1 <= n <= most * asked,   n = asked * 2^k or 1, and the sum of n is what is there
///
/// In the order of the queue every job gets one unit while there are any; then the doubling that adds the most speed per
/// unit goes first, until nothing fits. Sizes are looked at every `period`; in between, waiting jobs start on free units, at most at
/// the size that they asked for, and units that come free lie idle. A job whose size changes is stopped, with its progress
/// kept, and starts anew at once. Left out: batch sizes and statistical efficiency, kinds of accelerators, placement as a cost.
class Elastic final : public Admission {
 public:
  explicit Elastic(const ElasticOptions& options) : o_(options) {}

  void Pass(Cluster& c) override {
    if (c.now() >= due_ && (!c.waiting().empty() || c.running().size() > 0)) {
      due_ = c.now() + o_.period;
      Resize(c);
    }
    Fill(c);
  }
  std::int64_t NextWake(const Cluster& c) const override {
    return c.running().size() == 0 && c.waiting().empty() ? kNever : std::max(due_, c.now() + 1);
  }

 private:
  double Speed(std::uint32_t units, std::uint32_t asked) const { return std::pow(static_cast<double>(units) / asked, o_.scaling); }
  /// The next size up from `n`; `n` itself at the largest.
  std::uint32_t Above(std::uint32_t n, std::uint32_t asked, std::uint32_t all) const {
    std::uint32_t size = asked;
    while (size / 2 > n) size /= 2;  // the smallest of asked / 2^k above n, or asked * 2^k
    while (size <= n) size *= 2;
    const std::uint64_t most = std::min<std::uint64_t>(std::uint64_t{asked} * o_.most, all);
    return size <= most ? size : n;
  }
  void Resize(Cluster& c) {
    std::map<JobIndex, std::uint32_t> now, target;
    std::vector<std::pair<std::int64_t, JobIndex>> active;  // by submission
    c.running().Each([&](const RunningJob& r) {
      active.emplace_back(c.records()[r.job].submitted, r.job);
      now[r.job] = r.units;
    });
    c.waiting().Each([&](const WaitingJob& w) { active.emplace_back(c.records()[w.job].submitted, w.job); });
    std::sort(active.begin(), active.end());
    const std::uint32_t all = c.units() - c.down();
    std::uint32_t left = all;
    // One that started at this instant cannot be stopped again.
    for (const auto& [job, units] : now)
      if (c.records()[job].last_start == c.now()) left -= units;
    using Step = std::tuple<double, std::int64_t, JobIndex>;  // gain per unit, -submission rank, job
    std::priority_queue<Step> steps;
    const auto enter = [&](std::int64_t rank, JobIndex job) {
      const std::uint32_t asked = c.jobs()[job].units, n = target[job], up = Above(n, asked, all);
      if (up > n) steps.emplace((Speed(up, asked) - Speed(n, asked)) / (up - n), -rank, job);
    };
    for (std::size_t i = 0; i < active.size(); ++i) {
      const JobIndex job = active[i].second;
      if (now.count(job) > 0 && c.records()[job].last_start == c.now()) continue;
      if (left == 0) break;
      --left;
      target[job] = 1;
      enter(static_cast<std::int64_t>(i), job);
    }
    while (!steps.empty()) {
      const auto [gain, rank, job] = steps.top();
      steps.pop();
      const std::uint32_t up = Above(target[job], c.jobs()[job].units, all);
      if (up - target[job] > left) continue;
      left -= up - target[job];
      target[job] = up;
      enter(-rank, job);
    }
    for (const auto& [job, units] : now)
      if (c.records()[job].last_start < c.now() && target[job] != units) c.Preempt(job);
    for (const auto& [since, job] : active)
      if (target.count(job) > 0 && target[job] > 0 && c.records()[job].state == JobState::kWaiting)
        c.Start(c.PlaceOf(job), c.PlaceUnits(target[job]));
  }

  void Fill(Cluster& c) {
    while (c.free() > 0 && !c.waiting().empty()) {
      const WaitingJob w = c.waiting().front();
      std::uint32_t size = w.units;
      while (size > 1 && size > c.free()) size /= 2;
      c.Start({0, 0}, c.PlaceUnits(size));
    }
  }

  ElasticOptions o_;
  std::int64_t due_ = 0;
};

}  // namespace

std::unique_ptr<Admission> MakeElastic(const ElasticOptions& options) { return std::make_unique<Elastic>(options); }

}  // namespace headroom::scheduling
