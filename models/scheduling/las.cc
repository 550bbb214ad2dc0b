#include <algorithm>
#include <tuple>

#include "models/scheduling/admission.h"

namespace headroom::scheduling {
namespace {

/// Tiresias' discretised 2D-LAS (Gu et al. 2019). Attained service is units times time held; a job falls to the next of the
/// queues when it passes a threshold. In each pass all jobs, running or not, are taken by queue, then in order of their
/// first start (not yet started: of submission); those that fit in this order run, the others are stopped. Passes come with
/// events and at the instant at which a running job passes a threshold. Left out: promotion of jobs that starve.
class Las final : public Admission {
 public:
  explicit Las(const LasOptions& options) : options_(options) {}

  void Pass(Cluster& c) override {
    struct Active {
      std::size_t queue;
      std::int64_t since;
      JobIndex job;
      bool running;
      bool operator<(const Active& o) const { return std::tie(queue, since, job) < std::tie(o.queue, o.since, o.job); }
    };
    std::vector<Active> active;
    const auto add = [&](JobIndex job, bool running) {
      const JobRecord& r = c.records()[job];
      active.push_back({QueueOf(c, job), r.first_start < 0 ? c.jobs()[job].submit.ns() : r.first_start, job, running});
    };
    c.running().Each([&](const RunningJob& r) { add(r.job, true); });
    if (c.waiting().empty()) return;
    c.waiting().Each([&](const WaitingJob& w) { add(w.job, false); });
    std::sort(active.begin(), active.end());
    std::uint32_t room = c.units() - c.down();
    for (const Active& a : active)
      if (Stays(c, a.job)) room -= c.jobs()[a.job].units;
    std::vector<JobIndex> stop, start;
    for (const Active& a : active) {
      if (Stays(c, a.job)) continue;
      const bool fits = c.jobs()[a.job].units <= room;
      if (fits) room -= c.jobs()[a.job].units;
      if (a.running && !fits) stop.push_back(a.job);
      if (!a.running && fits) start.push_back(a.job);
    }
    for (const JobIndex job : stop) c.Preempt(job);
    for (const JobIndex job : start)
      if (c.jobs()[job].units <= c.free()) c.Start(c.PlaceOf(job));
  }

  std::int64_t NextWake(const Cluster& c) const override {
    if (c.waiting().empty()) return kNever;
    std::int64_t next = kNever;
    c.running().Each([&](const RunningJob& r) {
      if (Exempt(c, r.job)) next = std::min(next, c.records()[r.job].last_start + c.preemption().exempt);
      const std::size_t queue = QueueOf(c, r.job);
      if (queue == options_.thresholds.size()) return;
      const double to_go = options_.thresholds[queue] / r.units * 1e9 - static_cast<double>(c.Served(r.job));
      next = std::min(next, c.now() + std::max<std::int64_t>(1, static_cast<std::int64_t>(to_go) + 1));
    });
    return next;
  }

 private:
  bool Stays(const Cluster& c, JobIndex job) const {
    return Exempt(c, job) || (c.jobs()[job].fixed && c.records()[job].state == JobState::kRunning);
  }
  bool Exempt(const Cluster& c, JobIndex job) const {
    const JobRecord& r = c.records()[job];
    return r.state == JobState::kRunning && c.now() - r.last_start < c.preemption().exempt;
  }
  std::size_t QueueOf(const Cluster& c, JobIndex job) const {
    const double service = static_cast<double>(c.Served(job)) * 1e-9 * c.jobs()[job].units;
    return static_cast<std::size_t>(std::upper_bound(options_.thresholds.begin(), options_.thresholds.end(), service) -
                                    options_.thresholds.begin());
  }
  LasOptions options_;
};

}  // namespace

std::unique_ptr<Admission> MakeLas(const LasOptions& options) { return std::make_unique<Las>(options); }

}  // namespace headroom::scheduling
