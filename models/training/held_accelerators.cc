#include "models/training/held_accelerators.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::training {

std::uint32_t HeldAccelerators::count() const {
  std::uint32_t sum = 0;
  for (const HeldPart& p : parts_) sum += p.accelerators;
  return sum;
}

std::uint32_t HeldAccelerators::present() const {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) sum += parts_[i].accelerators - absent_[i];
  return sum;
}

void HeldAccelerators::Lose(std::uint32_t accelerator, std::uint32_t n) {
  HR_CHECK(accelerator < count(), accelerator, count());
  std::size_t part = 0;
  while (accelerator >= parts_[part].accelerators) accelerator -= parts_[part++].accelerators;
  n = std::min(n, parts_[part].accelerators - absent_[part]);
  absent_[part] += n;
  losses_.push_back({part, n});
}

void HeldAccelerators::Regain() {
  HR_CHECK(!losses_.empty(), count());
  absent_[losses_.front().part] -= losses_.front().accelerators;
  losses_.erase(losses_.begin());
}

double HeldAccelerators::Clock() const {
  double slowest = 1.0;
  for (const HeldPart& p : parts_) slowest = std::min(slowest, p.port->clock.value());
  return slowest;
}

double HeldAccelerators::Pace() const {
  double least = 1.0;
  for (const HeldPart& p : parts_) least = std::min(least, p.port->pace.value());
  return least;
}

void HeldAccelerators::Add(double seconds, double watts, double busy) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const HeldPart& p = parts_[i];
    const std::uint32_t here = p.accelerators - absent_[i];
    p.port->energy.Add(here * watts * seconds);
    p.port->held.Add(here * seconds);
    p.port->busy.Add(here * seconds * busy);
    p.port->host.Add(here * seconds * busy * p.host_load);
  }
}

void HeldAccelerators::AddTraffic(const network::Traffic& bytes) {
  const double all = count();
  for (const HeldPart& p : parts_) p.port->links.Add(bytes, p.accelerators / all);
}

bool HeldAccelerators::wants_phases() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const HeldPart& p) { return p.port->wants_phases; });
}

power::PhaseFeed& HeldAccelerators::Feed(std::size_t part) {
  power::LoadPort& port = *parts_[part].port;
  if (feeds_[part] < 0) {
    feeds_[part] = static_cast<int>(port.feeds.size());
    port.feeds.emplace_back().accelerators = parts_[part].accelerators;
  }
  return port.feeds[feeds_[part]];
}

void HeldAccelerators::Metered(double joules) {
  for (std::size_t i = 0; i < parts_.size(); ++i)
    if (parts_[i].port->wants_phases) Feed(i).metered.Add(parts_[i].accelerators * joules);
}

void HeldAccelerators::Phase(const power::LoadPhase& phase) {
  for (std::size_t i = 0; i < parts_.size(); ++i)
    if (parts_[i].port->wants_phases) Feed(i).phases.push_back(phase);
}

}  // namespace headroom::training
