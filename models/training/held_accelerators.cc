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

}  // namespace headroom::training
