#include "models/scheduling/admission.h"

namespace headroom::scheduling {
namespace {

class Strict final : public Admission {
 public:
  void Pass(Cluster& c) override {
    while (!c.waiting().empty() && c.Fits(c.waiting().front().job)) c.Start({0, 0});
  }
};

class Greedy final : public Admission {
 public:
  void Pass(Cluster& c) override {
    Cluster::Place p;
    while (true) {
      const std::uint32_t free = c.free();
      if (free == 0) return;
      p = c.waiting().FindFirst(p, [&](const SmallestWaiting& s) { return s.units <= free; },
                                [&](const WaitingJob& w) { return w.units <= free; });
      if (c.waiting().AtEnd(p)) return;
      p = c.Fits(c.waiting().at(p).job) ? c.Start(p) : c.waiting().Next(p);
    }
  }
};

}  // namespace

std::unique_ptr<Admission> MakeStrict() { return std::make_unique<Strict>(); }
std::unique_ptr<Admission> MakeGreedy() { return std::make_unique<Greedy>(); }

}  // namespace headroom::scheduling
