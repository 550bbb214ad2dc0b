#include "scenarios/build/held_units.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::scenario {

HeldUnits::HeldUnits(std::vector<PortRun> ports, Draw draw) : draw_(draw) {
  for (const PortRun& run : ports) {
    parts_.push_back({run.port, units_, 0, {}});
    units_ += run.accelerators;
  }
}

void HeldUnits::Settle(Part& part, Instant now) {
  const double seconds = (now - part.settled).seconds() * part.held;
  part.settled = now;
  if (seconds <= 0.0) return;
  part.port->energy.Add(seconds * draw_.watts);
  part.port->held.Add(seconds);
  part.port->busy.Add(seconds * draw_.busy);
  held_ += seconds;
}

void HeldUnits::Settle(Instant now) {
  for (Part& part : parts_) Settle(part, now);
}

void HeldUnits::Change(Instant now, const scheduling::Allocation& units, int sign) {
  for (const scheduling::UnitRun& run : units) {
    auto part = std::upper_bound(parts_.begin(), parts_.end(), run.first,
                                 [](std::uint32_t unit, const Part& p) { return unit < p.first; }) - 1;
    for (std::uint32_t at = run.first, end = run.first + run.count; at < end; ++part) {
      const std::uint32_t part_end = part + 1 == parts_.end() ? units_ : (part + 1)->first;
      const std::uint32_t n = std::min(end, part_end) - at;
      Settle(*part, now);
      HR_CHECK(sign > 0 || part->held >= n, part->held, n);
      part->held = sign > 0 ? part->held + n : part->held - n;
      at += n;
    }
  }
}

}  // namespace headroom::scenario
