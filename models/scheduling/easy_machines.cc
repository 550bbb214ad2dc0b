#include "models/scheduling/admission.h"
#include "models/scheduling/unit_profile.h"

namespace headroom::scheduling {
namespace {

class EasyMachines final : public Admission {
 public:
  explicit EasyMachines(std::uint32_t units) : profile_(units) {}

  void Leaving(Cluster& c, JobIndex, const Allocation& units, std::int64_t expected_end) override {
    profile_.Give(units, c.now(), expected_end);
  }

  void Down(Cluster& c, const Allocation& units, std::int64_t until) override { profile_.Take(units, c.now(), until); }
  void Up(Cluster& c, const Allocation& units, std::int64_t until) override { profile_.Give(units, c.now(), until); }

  void Pass(Cluster& c) override {
    const WaitingQueue& queue = c.waiting();
    profile_.Trim(c.now());
    while (!queue.empty() && queue.front().units <= c.free()) {
      const Allocation units = c.floor().free().Lowest(queue.front().units);
      profile_.Take(units, c.now(), c.now() + queue.front().estimate);
      c.Start({0, 0}, units);
    }
    if (queue.size() < 2 || c.free() == 0) return;
    const std::int64_t length = queue.front().estimate;
    const UnitProfile::Hole head = profile_.FirstFit(queue.front().units, length, c.now());
    profile_.Take(head.units, head.start, head.start + length);
    Cluster::Place p = queue.Next({0, 0});
    while (c.free() > 0) {
      Allocation units;
      p = queue.FindFirst(p, [&](const SmallestWaiting& s) { return s.units <= c.free(); },
                          [&](const WaitingJob& w) {
                            if (w.units > c.free()) return false;
                            const UnitSet free = profile_.FreeDuring(c.now(), w.estimate);
                            if (free.count() < w.units) return false;
                            units = free.Lowest(w.units);
                            return true;
                          });
      if (queue.AtEnd(p)) break;
      profile_.Take(units, c.now(), c.now() + queue.at(p).estimate);
      p = c.Start(p, units);
    }
    profile_.Give(head.units, head.start, head.start + length);
  }

 private:
  UnitProfile profile_;  ///< bookings of the running jobs
};

}  // namespace

std::unique_ptr<Admission> MakeEasyMachines(const Cluster& cluster) {
  return std::make_unique<EasyMachines>(cluster.units());
}

}  // namespace headroom::scheduling
