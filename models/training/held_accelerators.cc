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

void HeldAccelerators::Add(double seconds, double watts, double busy) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const HeldPart& p = parts_[i];
    const std::uint32_t here = p.accelerators - absent_[i];
    p.port->energy.Add(here * watts * seconds);
    p.port->held.Add(here * seconds);
    p.port->busy.Add(here * seconds * busy);
  }
}

}  // namespace headroom::training
