#include "models/plant/phased_load.h"

#include <algorithm>

#include "models/power/lost_time.h"

namespace headroom::plant {
namespace {

constexpr double kLeastPace = 0.02;

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
    : smoothing_(SmoothingOf(group, path)), tdp_(group.node.accelerator_tdp), rest_(smoothing_) {
  if (path.ballast)
    ballast_ = power::BallastParams{path.ballast->level * tdp_, path.ballast->delay, path.ballast->slowdown};
}

double PhasedLoad::Pace(double seconds) const {
  double debt = rest_debt_;
  for (const Feed& f : feeds_) debt = std::max(debt, f.debt);
  return Whole() * std::max(kLeastPace, 1.0 - debt / seconds);
}

double PhasedLoad::Take(power::LoadPort& port, double start, double seconds, double energy,
                        double held) {
  pace_ = port.pace.value();
  double extra = 0.0, unheld = port.accelerators * seconds - held;
  for (std::size_t i = 0; i < port.feeds.size(); ++i) {
    if (i == feeds_.size()) {
      feeds_.push_back({double(port.feeds[i].accelerators), power::PowerSmoother(smoothing_), {}, {}});
      if (ballast_) feeds_.back().ballast.emplace(*ballast_, tdp_);
    }
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
  const double end = start + seconds, filled = feed.ballast ? feed.ballast->burnt() : 0.0;
  double at = start, lost = 0.0;
  const auto draw = [&](double length, double watts, bool held, bool active) {
    filled_.clear();
    if (feed.ballast)
      feed.ballast->Advance(length, watts, held, &filled_);
    else
      filled_.push_back({length, watts});
    for (const power::Ballast::Piece& p : filled_)
      feed.smoother.Advance(p.seconds, p.watts, p.watts, active, &feed.pieces);
  };
  const auto rest_until = [&](double t) {
    if (t - at > 1e-9 * std::max(1.0, seconds)) draw(t - at, smoothing_.idle, false, false);
  };
  for (const power::LoadPhase& p : phases.phases) {
    rest_until(p.start);
    const std::size_t first = feed.pieces.size();
    draw(p.seconds, p.watts, true, p.active);
    if (p.active) lost += power::LostTime(feed.pieces, first, p.watts, smoothing_.idle);
    useful_ += feed.accelerators * p.seconds * p.watts;
    *held += p.seconds;
    at = p.start + p.seconds;
  }
  rest_until(end);
  const double whole = Whole();
  const double paid = phases.phases.empty() ? feed.debt : std::min(feed.debt, std::max(0.0, 1.0 - pace_ / whole) * *held);
  feed.debt += lost - paid;
  slowed_ += feed.accelerators * (phases.phases.empty() ? 0.0 : paid + (1.0 - whole) * *held);
  phases.phases.clear();
  Count(before, feed.smoother, feed.accelerators);
  if (feed.ballast) burnt_ += feed.accelerators * (feed.ballast->burnt() - filled);
  const double drawn = feed.smoother.drawn() - before.drawn();
  return feed.accelerators * (drawn - smoothing_.idle * std::max(0.0, seconds - *held));
}

/// Joules that smoothing adds to work without phases.
double PhasedLoad::TakeRest(double seconds, double energy, double held) {
  const double count = held / seconds;
  if (count < 1e-6) {
    rest_.Advance(seconds, smoothing_.idle, smoothing_.idle, false);
    rest_debt_ = 0.0;
    return 0.0;
  }
  const double watts = energy / held;
  const power::PowerSmoother before = rest_;
  rest_pieces_.clear();
  rest_.Advance(seconds, watts, watts, watts > smoothing_.idle * (1.0 + 1e-9), &rest_pieces_);
  const double paid = std::min(rest_debt_, std::max(0.0, 1.0 - pace_ / Whole()) * seconds);
  rest_debt_ += power::LostTime(rest_pieces_, 0, watts, smoothing_.idle) - paid;
  slowed_ += count * paid;
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
