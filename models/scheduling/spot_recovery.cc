#include "models/scheduling/spot_recovery.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/scheduling/outside_capacity.h"
#include "sim/core/random.h"

namespace headroom::scheduling {
namespace {

constexpr double kHopeless = 100.0;  ///< times the run time

/// The nodes of one offer over time: there and away by turns.
struct Pool {
  std::size_t offer;
  std::uint32_t nodes;
  double up, back;  ///< s, means
  bool there = true;
  double until = 0.0;  ///< s, when that changes
  void Turn(RandomStream& random) {
    there = !there;
    until += random.Exponential(there ? up : std::max(back, 1e-9));
  }
  void AdvanceTo(double time, RandomStream& random) {
    while (until <= time) Turn(random);
  }
};

class Trial {
 public:
  Trial(const SiteTask& task, const std::vector<SiteOffer>& offers, std::vector<Pool> pools, Recovery recovery, const SiteTransfer& transfer, double alone)
      : task_(task), offers_(offers), pools_(std::move(pools)), recovery_(recovery), transfer_(transfer), alone_(alone) {}

  /// pools[0] is where it begins. False: hopeless.
  bool Run(RandomStream& random, SiteRun* out) {
    for (std::size_t p = 0; p < pools_.size(); ++p) {
      pools_[p].there = p == 0 || random.Uniform() * (pools_[p].up + pools_[p].back) < pools_[p].up;
      pools_[p].until = random.Exponential(pools_[p].there ? pools_[p].up : std::max(pools_[p].back, 1e-9));
    }
    double now = 0.0, done = 0.0, ready = 0.0;  // `ready`: s until it goes on
    std::size_t at = 0;
    while (true) {
      const double lost = pools_[at].until, end = now + ready + alone_ - done;
      const double stop = std::min(lost, end);
      Pay(at, stop - now, out);
      if (end <= lost) {
        out->seconds += end;
        return true;
      }
      const double progress = std::max(0.0, lost - now - ready) + done;
      done = task_.checkpoint > 0.0 ? std::max(done, std::floor(progress / task_.checkpoint) * task_.checkpoint) : 0.0;
      out->preemptions += 1.0;
      now = lost;
      if (now > kHopeless * alone_) return false;
      for (Pool& p : pools_) p.AdvanceTo(now, random);
      const std::size_t next = Next(at, &now, random);
      ready = task_.restart;
      if (next != at) {
        const SiteOffer &from = offers_[pools_[at].offer], &to = offers_[pools_[next].offer];
        const double state = done > 0.0 ? task_.state : 0.0, usd = transfer_.Usd(from, to, state);
        ready += transfer_.Seconds(from, to, state);
        out->moves += 1.0;
        out->moved_usd += usd;
        out->usd += usd;
      }
      at = next;
    }
  }

 private:
  void Pay(std::size_t at, double seconds, SiteRun* out) const {
    const SiteOffer& o = offers_[pools_[at].offer];
    if (seconds > 0.0) out->usd += CandidateCost(o.usd_per_hour, seconds, pools_[at].nodes, o.reserved, 0.0);
  }

  /// Where it goes on; `now` moves on to when.
  std::size_t Next(std::size_t at, double* now, RandomStream& random) {
    std::size_t best = pools_.size();
    const SiteOffer& here = offers_[pools_[at].offer];
    const auto rank = [&](std::size_t p) {
      const SiteOffer& o = offers_[pools_[p].offer];
      const bool same = o.cloud == here.cloud && o.region == here.region;
      return std::pair(recovery_ == Recovery::kFailover ? !same : same, o.usd_per_hour * pools_[p].nodes);
    };
    while (true) {
      for (std::size_t p = 0; p < pools_.size(); ++p)
        if (pools_[p].there && (recovery_ != Recovery::kWait || p == at) && (best == pools_.size() || rank(p) < rank(best))) best = p;
      if (best < pools_.size()) return best;
      double first = std::numeric_limits<double>::infinity();
      for (std::size_t p = 0; p < pools_.size(); ++p)
        if (recovery_ != Recovery::kWait || p == at) first = std::min(first, pools_[p].until);
      *now = first;
      for (Pool& p : pools_) p.AdvanceTo(*now, random);
    }
  }

  const SiteTask& task_;
  const std::vector<SiteOffer>& offers_;
  std::vector<Pool> pools_;
  Recovery recovery_;
  const SiteTransfer& transfer_;
  double alone_;
};

}  // namespace

std::optional<SiteRun> RunAcross(const SiteTask& task, const std::vector<SiteOffer>& offers, std::size_t first, Recovery recovery,
                                 const SiteTransfer& transfer, std::uint32_t trials, std::uint64_t seed) {
  const SiteOffer& begin = offers[first];
  const auto found = task.seconds.find(begin.accelerator);
  if (found == task.seconds.end() || begin.up <= 0.0) return RunOn(task, begin);
  std::vector<Pool> pools;
  const auto add = [&](std::size_t o) {
    const std::uint32_t nodes = (task.accelerators + offers[o].per_node - 1) / offers[o].per_node;
    pools.push_back({o, nodes, offers[o].up / nodes, offers[o].back});
  };
  add(first);
  for (std::size_t o = 0; o < offers.size(); ++o)
    if (o != first && offers[o].up > 0.0 && offers[o].accelerator == begin.accelerator) add(o);
  SiteRun sum;
  RandomStream random(seed, "sites." + task.name + "." + begin.name);
  for (std::uint32_t i = 0; i < trials; ++i)
    if (!Trial(task, offers, pools, recovery, transfer, found->second).Run(random, &sum)) return std::nullopt;
  for (double* part : {&sum.seconds, &sum.usd, &sum.preemptions, &sum.moves, &sum.moved_usd}) *part /= trials;
  return sum;
}

}  // namespace headroom::scheduling
