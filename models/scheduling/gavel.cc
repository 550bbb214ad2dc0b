#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "models/scheduling/admission.h"
#include "models/scheduling/max_min.h"

namespace headroom::scheduling {
namespace {

/// Gavel's rounds (Narayanan et al., OSDI 2020). When the set of jobs has changed, the shares of time of all are worked out anew
/// (ShareTime) and rounds counted from 0. Every `period` each pair of job and kind has the priority
///
///     share of time / rounds received on that kind        (infinite without any, larger shares first, then the order of the queue)
///
/// and the pairs of highest priority whose job has no kind yet and fits run through the round. A job that keeps its kind goes on; one
/// that is stopped or moved keeps its progress and pays PreemptOptions::restart; without preemption those that run go on. Units that come free inside a round lie idle until
/// the next. Left out: sharing one accelerator among two jobs, and throughputs that have to be measured first.
class Gavel final : public Admission {
 public:
  explicit Gavel(const GavelOptions& options) : o_(options) {}

  void Submitted(Cluster&, JobIndex job) override { changed_ = changed_ || shares_.count(job) == 0; }
  void Leaving(Cluster&, JobIndex, const Allocation&, std::int64_t) override { changed_ = changed_ || !in_round_; }

  void Pass(Cluster& c) override {
    if (c.now() < due_) return;
    std::vector<JobIndex> active;
    c.running().Each([&](const RunningJob& r) { active.push_back(r.job); });
    c.waiting().Each([&](const WaitingJob& w) { active.push_back(w.job); });
    if (active.empty()) return;
    std::sort(active.begin(), active.end());
    due_ = c.now() + o_.period;
    std::vector<double> capacity;
    for (std::uint32_t k = 0; k < c.kinds(); ++k) capacity.push_back(c.UnitsOfKind(k));
    if (changed_ || capacity != capacity_) {
      capacity_ = capacity;
      Share(c, active);
    }
    changed_ = false;
    in_round_ = true;
    Round(c, active);
    in_round_ = false;
  }
  std::int64_t NextWake(const Cluster& c) const override {
    bool any = !c.waiting().empty();
    c.running().Each([&](const RunningJob&) { any = true; });
    return any ? std::max(due_, c.now() + 1) : kNever;
  }

 private:
  struct Pair {
    double priority;
    double share;
    JobIndex job;
    std::uint32_t kind;
    bool operator<(const Pair& o) const { return std::tuple(-priority, -share, job, kind) < std::tuple(-o.priority, -o.share, o.job, o.kind); }
  };

  /// 0 where the job would not even fit on an empty floor: its nodes there, or their processors, are too few.
  const std::vector<double>& Speeds(const Cluster& c, JobIndex job) {
    const auto [it, fresh] = speeds_.try_emplace(job);
    for (std::uint32_t k = 0; fresh && k < c.kinds(); ++k)
      it->second.push_back(!c.limited() || !c.PlaceOnKind(Floor(c.floor().shape()), job, k).empty() ? c.SpeedOn(job, k) : 0.0);
    return it->second;
  }

  double Weight(const Cluster& c, JobIndex job) const {
    if (o_.objective == ShareObjective::kMakespan) return std::max(1.0, static_cast<double>(c.RemainingRuntime(job)) * 1e-9);
    const std::uint32_t queue = c.jobs()[job].queue;
    return queue < o_.queue_weights.size() ? o_.queue_weights[queue] : 1.0;
  }

  /// Jobs that are alike share one row of the programme.
  void Share(const Cluster& c, const std::vector<JobIndex>& active) {
    std::map<std::tuple<std::vector<double>, std::uint32_t, double>, std::size_t> known;
    std::vector<JobClass> classes;
    std::vector<std::size_t> of_job;
    for (const JobIndex job : active) {
      const std::vector<double>& speed = Speeds(c, job);
      const double weight = Weight(c, job);
      const auto [it, fresh] = known.emplace(std::tuple(speed, c.jobs()[job].units, weight), classes.size());
      if (fresh) classes.push_back({0, c.jobs()[job].units, weight, speed});
      ++classes[it->second].jobs;
      of_job.push_back(it->second);
    }
    const std::vector<std::vector<double>> shares = ShareTime(classes, capacity_, o_.objective);
    shares_.clear();
    std::erase_if(speeds_, [&](const auto& s) { return !std::binary_search(active.begin(), active.end(), s.first); });
    for (std::size_t i = 0; i < active.size(); ++i) shares_[active[i]] = {shares[of_job[i]], std::vector<std::uint32_t>(c.kinds(), 0)};
  }

  void Round(Cluster& c, const std::vector<JobIndex>& active) {
    std::vector<Pair> pairs;
    for (const JobIndex job : active) {
      const TimeShare& mine = shares_.at(job);
      for (std::uint32_t k = 0; k < c.kinds(); ++k)
        if (Speeds(c, job)[k] > 0.0)
          pairs.push_back({mine.share[k] <= kLeast ? 0.0 : mine.rounds[k] == 0 ? kFirst : mine.share[k] / mine.rounds[k], mine.share[k], job, k});
    }
    std::sort(pairs.begin(), pairs.end());
    // Numbers first, with everything that runs given back; pairs without a share fill what is left.
    std::vector<double> room = capacity_;
    for (const JobIndex job : active)  // one that started at this instant cannot be stopped again
      if (c.records()[job].last_start == c.now() && c.records()[job].state == JobState::kRunning) room[c.KindOf(c.allocation(job))] -= c.jobs()[job].units;
    std::map<JobIndex, std::uint32_t> chosen;
    if (c.preemption().mode == PreemptMode::kOff)
      for (const JobIndex job : active)
        if (c.records()[job].state == JobState::kRunning && c.records()[job].last_start < c.now()) {
          chosen.emplace(job, c.KindOf(c.allocation(job)));
          room[c.KindOf(c.allocation(job))] -= c.jobs()[job].units;
        }
    for (const Pair& p : pairs) {
      const JobRecord& r = c.records()[p.job];
      if (c.jobs()[p.job].units > room[p.kind] || chosen.count(p.job) > 0) continue;
      if (r.state == JobState::kRunning && r.last_start == c.now()) continue;
      chosen.emplace(p.job, p.kind);
      room[p.kind] -= c.jobs()[p.job].units;
    }
    for (const JobIndex job : active) {
      if (c.records()[job].state != JobState::kRunning || c.records()[job].last_start == c.now()) continue;
      const auto it = chosen.find(job);
      if (it == chosen.end() || it->second != c.KindOf(c.allocation(job))) c.Preempt(job);
    }
    // The chosen ones, then whoever finds a place beside them: one may not although the numbers are right.
    for (const bool first : {true, false})
      for (const Pair& p : pairs) {
        const auto it = chosen.find(p.job);
        if (first != (it != chosen.end() && it->second == p.kind) || c.records()[p.job].state != JobState::kWaiting || !c.PowerFits(p.job)) continue;
        if (const Allocation units = c.PlaceOnKind(c.floor(), p.job, p.kind); !units.empty()) c.Start(c.PlaceOf(p.job), units);
      }
    for (const JobIndex job : active)
      if (c.records()[job].state == JobState::kRunning) ++shares_.at(job).rounds[c.KindOf(c.allocation(job))];
  }

  static constexpr double kFirst = 1e300, kLeast = 1e-9;
  struct TimeShare {
    std::vector<double> share;
    std::vector<std::uint32_t> rounds;
  };
  GavelOptions o_;
  std::map<JobIndex, TimeShare> shares_;
  std::map<JobIndex, std::vector<double>> speeds_;
  std::vector<double> capacity_;
  std::int64_t due_ = 0;
  bool changed_ = true, in_round_ = false;
};

}  // namespace

std::unique_ptr<Admission> MakeGavel(const GavelOptions& options) { return std::make_unique<Gavel>(options); }

}  // namespace headroom::scheduling
