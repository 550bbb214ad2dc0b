#include <map>
#include <set>
#include <tuple>

#include "models/scheduling/admission.h"

namespace headroom::scheduling {
namespace {

/// EASY backfilling where a job may have to wait for a place or for power: the head books the units that it would get at the
/// first end of a running job at which it could start. A later job starts if it ends by then, or if it finds a place and
/// power beside what is booked. Where nothing is known of the running jobs' ends that would let the head start, it books nothing.
class EasyPlaces final : public Admission {
 public:
  void Pass(Cluster& c) override {
    const WaitingQueue& queue = c.waiting();
    while (!queue.empty() && c.Fits(queue.front().job)) c.Start({0, 0});
    if (queue.size() < 2 || c.free() == 0) return;
    const JobIndex head = queue.front().job;
    const std::optional<Cluster::Outlook> shadow = c.FirstFit(head);
    const std::int64_t room = shadow ? shadow->time - c.now() : 0;
    // What is left beside the booking, for jobs that outlast the shadow.
    Floor beside = c.floor();
    double power = 0.0;
    if (shadow) {
      beside.Take(beside.FreeOf(shadow->units));
      power = shadow->power + c.jobs()[head].watts * c.jobs()[head].units;
    }
    // Processors and memory must do now and, for what outlasts the shadow, beside the head then.
    std::optional<Floor> later;
    if (shadow && !c.floor().host_left().empty()) {
      later = shadow->floor;
      later->Take(shadow->units, c.jobs()[head].host);
      beside.LeastHost(c.floor(), *later);
    }
    std::set<Shape> refused;  // a shape that found no place finds none later in the pass
    Cluster::Place p = queue.Next({0, 0});
    while (true) {
      const std::uint32_t free = c.free();
      if (free == 0) return;
      p = queue.FindFirst(p, [&](const SmallestWaiting& s) { return s.units <= free; },
                          [&](const WaitingJob& w) { return w.units <= free; });
      if (queue.AtEnd(p)) return;
      const WaitingJob w = queue.at(p);
      const bool outlasts = shadow && w.estimate > room;
      const Shape shape = ShapeOf(c, w.job, outlasts);
      Allocation units;
      if (refused.count(shape) == 0) {
        units = c.PlaceOn(outlasts ? beside : c.floor(), outlasts ? std::max(power, c.power()) : c.power(), w.job);
        if (units.empty()) refused.insert(shape);
      }
      if (units.empty()) {
        p = queue.Next(p);
        continue;
      }
      if (outlasts) power += c.jobs()[w.job].watts * w.units;
      beside.Take(beside.FreeOf(units));
      if (later && outlasts) later->Take(units, c.jobs()[w.job].host);
      p = c.Start(p, units);
      if (later) beside.LeastHost(c.floor(), *later);
    }
  }

 private:
  using Shape = std::tuple<bool, std::uint32_t, std::uint32_t, std::uint32_t, PlacementMode, std::uint8_t, double, HostNeed, std::uint32_t, std::uint32_t, std::uint8_t>;
  static Shape ShapeOf(const Cluster& c, JobIndex job, bool outlasts) {
    const PlacementRequest r = c.RequestOf(job);
    return {outlasts, r.units, r.place.pod, r.place.segment, r.place.mode, r.place.level, c.jobs()[job].watts, c.jobs()[job].host, c.jobs()[job].speeds, c.jobs()[job].queue, r.place.starts};
  }
};

}  // namespace

std::unique_ptr<Admission> MakeEasyPlaces() { return std::make_unique<EasyPlaces>(); }

}  // namespace headroom::scheduling
