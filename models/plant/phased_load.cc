#include "models/plant/phased_load.h"

#include <algorithm>

namespace headroom::plant {
namespace {

power::SmoothingParams SmoothingOf(const LoadGroupParams& group, const PowerPathParams& path) {
  power::SmoothingParams p;
  p.idle = group.node.accelerator_idle;
  if (!path.smoothing) return p;
  p.floor = path.smoothing->floor * group.node.accelerator_tdp;
  p.ramp_up = path.smoothing->ramp_up;
  p.ramp_down = path.smoothing->ramp_down;
  p.stop_delay = path.smoothing->stop_delay;
  return p;
}

}  // namespace

PhasedLoad::PhasedLoad(const LoadGroupParams& group, const PowerPathParams& path)
    : smoothing_(SmoothingOf(group, path)), rest_(smoothing_) {}

double PhasedLoad::Take(power::LoadPort& port, double start, double seconds, double energy,
                        double held) {
  double extra = 0.0, unheld = port.accelerators * seconds - held;
  for (std::size_t i = 0; i < port.feeds.size(); ++i) {
    if (i == feeds_.size())
      feeds_.push_back({double(port.feeds[i].accelerators), power::PowerSmoother(smoothing_), {}});
    const double metered = port.feeds[i].metered.Take();
    double seconds_held = 0.0;
    const double above = TakeFeed(feeds_[i], port.feeds[i], start, seconds, &seconds_held);
    extra += above - metered;
    energy -= metered;
    held -= feeds_[i].accelerators * seconds_held;
    unheld -= feeds_[i].accelerators * (seconds - seconds_held);
  }
  const double rest = TakeRest(seconds, energy, held);
  constant_ = (energy + rest + smoothing_.idle * unheld) / seconds;
  return extra + rest;
}

/// Joules of all its accelerators, less what they draw idle while not held.
double PhasedLoad::TakeFeed(Feed& feed, power::PhaseFeed& phases, double start, double seconds,
                            double* held) {
  feed.pieces.clear();
  const power::PowerSmoother before = feed.smoother;
  const double end = start + seconds;
  double at = start;
  const auto rest_until = [&](double t) {
    if (t - at > 1e-9 * std::max(1.0, seconds))
      feed.smoother.Advance(t - at, smoothing_.idle, smoothing_.idle, false, &feed.pieces);
  };
  for (const power::LoadPhase& p : phases.phases) {
    rest_until(p.start);
    feed.smoother.Advance(p.seconds, p.watts, p.watts, p.active, &feed.pieces);
    useful_ += feed.accelerators * p.seconds * p.watts;
    *held += p.seconds;
    at = p.start + p.seconds;
  }
  rest_until(end);
  phases.phases.clear();
  Count(before, feed.smoother, feed.accelerators);
  const double drawn = feed.smoother.drawn() - before.drawn();
  return feed.accelerators * (drawn - smoothing_.idle * std::max(0.0, seconds - *held));
}

/// Joules that smoothing adds to work without phases.
double PhasedLoad::TakeRest(double seconds, double energy, double held) {
  const double count = held / seconds;
  if (count < 1e-6) {
    rest_.Advance(seconds, smoothing_.idle, smoothing_.idle, false);
    return 0.0;
  }
  const double watts = energy / held;
  const power::PowerSmoother before = rest_;
  rest_.Advance(seconds, watts, watts, watts > smoothing_.idle * (1.0 + 1e-9));
  Count(before, rest_, count);
  useful_ += energy;
  return count * (rest_.drawn() - before.drawn() - watts * seconds);
}

void PhasedLoad::Count(const power::PowerSmoother& before, const power::PowerSmoother& after,
                       double times) {
  burnt_ += times * (after.burnt() - before.burnt());
  undelivered_ += times * (after.undelivered() - before.undelivered());
}

}  // namespace headroom::plant
