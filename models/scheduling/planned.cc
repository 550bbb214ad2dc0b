#include "models/scheduling/admission.h"
#include "models/scheduling/availability.h"
#include "models/scheduling/preemption.h"

namespace headroom::scheduling {
namespace {

class Planned final : public Admission {
 public:
  explicit Planned(const PlannedOptions& options) : options_(options) {}

  void Pass(Cluster& c) override {
    while (Plan(c)) {
    }
  }

 private:
  /// One walk over the queue; true if a preemption made it void.
  bool Plan(Cluster& c) {
    std::vector<std::pair<std::int64_t, std::uint32_t>> releases;
    c.running().EachHolder([&](const RunningJob& r) { releases.emplace_back(r.end, r.units); });
    Availability profile(c.units(), c.free(), releases);
    const WaitingQueue& queue = c.waiting();
    Cluster::Place p;
    for (std::uint32_t seen = 0; seen < options_.depth && !queue.AtEnd(p); ++seen) {
      const WaitingJob w = queue.at(p);
      std::int64_t start = profile.EarliestHole(w.units, w.estimate, c.now());
      const bool room = start == c.now() && w.units <= c.free();
      if (room && c.Fits(w.job)) {
        profile.Take(w.units, start, start + w.estimate);
        p = c.Start(p);
        continue;
      }
      if (PreemptLower(c, w.job)) {
        c.Start(c.PlaceOf(w.job));
        return true;
      }
      if (room) {
        // No place or no power: booked, as a number, from the first end at which there would be.
        const std::optional<Cluster::Outlook> first = c.FirstFit(w.job);
        start = first ? profile.EarliestHole(w.units, w.estimate, first->time) : kNever;
      }
      if (start != kNever && start - c.now() < options_.window) profile.Take(w.units, start, start + w.estimate);
      p = queue.Next(p);
    }
    return false;
  }

  PlannedOptions options_;
};

}  // namespace

std::unique_ptr<Admission> MakePlanned(const PlannedOptions& options) { return std::make_unique<Planned>(options); }

}  // namespace headroom::scheduling
