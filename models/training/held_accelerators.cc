#include "models/training/held_accelerators.h"

#include <algorithm>

namespace headroom::training {

std::uint32_t HeldAccelerators::count() const {
  std::uint32_t sum = 0;
  for (const HeldPart& p : parts_) sum += p.accelerators;
  return sum;
}

double HeldAccelerators::Clock() const {
  double slowest = 1.0;
  for (const HeldPart& p : parts_) slowest = std::min(slowest, p.port->clock.value());
  return slowest;
}

void HeldAccelerators::Add(double seconds, double watts, double busy) {
  for (const HeldPart& p : parts_) {
    p.port->energy.Add(p.accelerators * watts * seconds);
    p.port->held.Add(p.accelerators * seconds);
    p.port->busy.Add(p.accelerators * seconds * busy);
  }
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
