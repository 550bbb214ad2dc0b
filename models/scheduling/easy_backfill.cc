#include "models/scheduling/admission.h"

namespace headroom::scheduling {
namespace {

/// Lifka 1995: with F units free and running jobs ending at estimates e,
///
///     shadow = first e at which F + what ended by then >= head,  extra = free then - head
///
/// a later job starts if it fits and ends by `shadow`, or needs no more than `extra`. Nothing is kept between passes.
class EasyBackfill final : public Admission {
 public:
  explicit EasyBackfill(const EasyOptions& options) : options_(options) {}

  void Pass(Cluster& c) override {
    const WaitingQueue& queue = c.waiting();
    while (!queue.empty() && queue.front().units <= c.free()) c.Start({0, 0});
    if (queue.size() < 2 || c.free() == 0) return;
    Shadow shadow = c.running().ShadowOf(c.free(), queue.front().units, c.now(), options_.sum_ties);
    const std::int64_t room = shadow.time - c.now();
    Cluster::Place p = queue.Next({0, 0});
    while (true) {
      const std::uint32_t free = c.free();
      if (free == 0) return;
      const auto extra = static_cast<std::uint32_t>(std::min<std::uint64_t>(shadow.extra, free));
      p = queue.FindFirst(
          p, [&](const SmallestWaiting& s) { return s.units <= extra || (s.units <= free && s.estimate <= room); },
          [&](const WaitingJob& w) { return w.units <= extra || (w.units <= free && w.estimate <= room); });
      if (queue.AtEnd(p)) return;
      if (queue.at(p).estimate > room) shadow.extra -= queue.at(p).units;
      p = c.Start(p);
    }
  }

 private:
  EasyOptions options_;
};

}  // namespace

std::unique_ptr<Admission> MakeEasyBackfill(const EasyOptions& options) {
  return std::make_unique<EasyBackfill>(options);
}

}  // namespace headroom::scheduling
