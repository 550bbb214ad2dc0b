#include "scenarios/build/held_units.h"

#include <algorithm>

#include "models/power/clock_power.h"
#include "sim/core/check.h"

namespace headroom::scenario {

HeldUnits::HeldUnits(std::vector<PortRun> ports, Draw draw) : draw_(draw) {
  for (const PortRun& run : ports) {
    parts_.push_back({run.port, units_, {}, {}, run.port->clock.value()});
    units_ += run.accelerators * draw_.parts;
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i].pace = parts_[i].port->pace.value();
    parts_[i].port->clock.Subscribe([this, i](Instant now, const double&) { Follow(i, now); });
    parts_[i].port->pace.Subscribe([this, i](Instant now, const double&) { Follow(i, now); });
  }
}

void HeldUnits::Follow(std::size_t i, Instant now) {
  Part& part = parts_[i];
  Settle(part, now);
  part.clock = part.port->clock.value();
  part.pace = part.port->pace.value();
  const std::uint32_t end = i + 1 == parts_.size() ? units_ : parts_[i + 1].first;
  if (on_clock_) on_clock_(now, part.first, end - part.first);
}

double HeldUnits::Pace(const scheduling::Allocation& units) const {
  double slowest = 1.0, least = 1.0;
  for (const scheduling::UnitRun& run : units) {
    auto part = std::upper_bound(parts_.begin(), parts_.end(), run.first,
                                 [](std::uint32_t unit, const Part& p) { return unit < p.first; }) - 1;
    for (; part != parts_.end() && part->first < run.first + run.count; ++part) {
      slowest = std::min(slowest, part->clock);
      least = std::min(least, part->pace);
    }
  }
  return slowest <= power::kStoppedClock ? 0.0 : slowest * least;
}

void HeldUnits::Settle(Part& part, Instant now) {
  const double span = (now - part.settled).seconds();
  part.settled = now;
  if (span <= 0.0 || part.held.empty()) return;
  const double scale = power::ClockLaw().Power(part.clock, 1.0);
  for (const auto& [full, count] : part.held) {
    const double seconds = span * count / draw_.parts;
    const double watts = full > 0.0 ? std::min(full, draw_.idle) + std::max(0.0, full - draw_.idle) * scale : 0.0;
    part.port->energy.Add(seconds * watts);
    energy_ += seconds * watts;
    part.port->held.Add(seconds);
    const double busy = part.clock <= power::kStoppedClock ? 0.0 : seconds * draw_.busy;
    part.port->busy.Add(busy);
    part.port->host.Add(busy * draw_.host_load);
    held_ += seconds;
  }
}

void HeldUnits::Settle(Instant now) {
  for (Part& part : parts_) Settle(part, now);
}

void HeldUnits::Change(Instant now, const scheduling::Allocation& units, double watts, int sign) {
  for (const scheduling::UnitRun& run : units) {
    auto part = std::upper_bound(parts_.begin(), parts_.end(), run.first,
                                 [](std::uint32_t unit, const Part& p) { return unit < p.first; }) - 1;
    for (std::uint32_t at = run.first, end = run.first + run.count; at < end; ++part) {
      const std::uint32_t part_end = part + 1 == parts_.end() ? units_ : (part + 1)->first;
      const std::uint32_t n = std::min(end, part_end) - at;
      Settle(*part, now);
      std::uint32_t& held = part->held[watts];
      HR_CHECK(sign > 0 || held >= n, held, n);
      held = sign > 0 ? held + n : held - n;
      if (held == 0) part->held.erase(watts);
      at += n;
    }
  }
}

}  // namespace headroom::scenario
