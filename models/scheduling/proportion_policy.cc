#include <algorithm>
#include <tuple>

#include "models/scheduling/admission.h"
#include "models/scheduling/preemption.h"

namespace headroom::scheduling {
namespace {

/// Volcano's proportion plugin over gangs: what queues deserve of the units that are up follows from what they hold and ask for
/// (Deserved). The queue with the smallest share of what it deserves goes first, its jobs by priority, then in order; a queue that holds
/// what it deserves is overused and starts nothing more, and no job takes its queue beyond its capability. A job of a queue that
/// is not overused may reclaim from queues that hold more than they deserve. Within a queue a job that does not fit lets others by.
class Proportion final : public Admission {
 public:
  explicit Proportion(const ProportionOptions& options) : queues_(options.queues) {
    if (queues_.empty()) queues_.emplace_back();
    held_.assign(queues_.size(), 0.0);
  }

  void Leaving(Cluster& c, JobIndex job, const Allocation&, std::int64_t) override { held_[QueueOf(c, job)] -= c.jobs()[job].units; }

  void Pass(Cluster& c) override {
    std::vector<std::vector<JobIndex>> waiting(queues_.size());
    for (std::size_t q = 0; q < queues_.size(); ++q) queues_[q].request = held_[q];
    c.waiting().Each([&](const WaitingJob& w) {
      const std::size_t q = QueueOf(c, w.job);
      waiting[q].push_back(w.job);
      queues_[q].request += c.jobs()[w.job].units;
    });
    const std::vector<double> deserved = Deserved(c.units() - c.down(), queues_);
    std::vector<std::size_t> at(queues_.size(), 0);
    while (true) {
      std::size_t next = queues_.size();
      double least = 0.0;
      for (std::size_t q = 0; q < queues_.size(); ++q) {
        if (at[q] == waiting[q].size() || held_[q] >= deserved[q] - 1e-9) continue;
        const double share = held_[q] / deserved[q];
        if (next < queues_.size() && share >= least) continue;
        next = q;
        least = share;
      }
      if (next == queues_.size()) return;
      const JobIndex job = waiting[next][at[next]++];
      const double units = c.jobs()[job].units;
      if (held_[next] + units > queues_[next].capability + 1e-9) continue;
      if (!c.Fits(job) && !MakeRoom(c, job, next, deserved)) continue;
      c.Start(c.PlaceOf(job));
      held_[next] += units;
    }
  }

 private:
  std::size_t QueueOf(const Cluster& c, JobIndex job) const { return std::min<std::size_t>(c.jobs()[job].queue, queues_.size() - 1); }

  /// Victims stop to be any where their queue is down to what it deserves.
  bool MakeRoom(Cluster& c, JobIndex job, std::size_t own, const std::vector<double>& deserved) const {
    if (c.preemption().mode == PreemptMode::kOff) return false;
    std::vector<double> left = held_;
    const std::vector<JobIndex> victims = ChooseVictims(
        c, c.jobs()[job].units,
        [&](JobIndex v) { return QueueOf(c, v) != own && held_[QueueOf(c, v)] > deserved[QueueOf(c, v)] + 1e-9; },
        [&](const std::vector<JobIndex>& gone) {
          left = held_;
          for (const JobIndex v : gone) {
            const std::size_t q = QueueOf(c, v);
            if (left[q] <= deserved[q] + 1e-9) return false;
            left[q] -= c.jobs()[v].units;
          }
          return !c.picky() || c.Fits(job, gone);
        });
    for (const JobIndex v : victims) c.Preempt(v);
    return !victims.empty();
  }

  std::vector<ProportionQueue> queues_;
  std::vector<double> held_;
};

}  // namespace

std::unique_ptr<Admission> MakeProportion(const ProportionOptions& options) { return std::make_unique<Proportion>(options); }

}  // namespace headroom::scheduling
