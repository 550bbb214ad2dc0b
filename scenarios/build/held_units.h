#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "models/scheduling/job.h"
#include "scenarios/build/load_groups.h"
#include "sim/engine/port.h"

namespace headroom::scenario {

/// What jobs hold of the load ports behind their units: each accelerator that a job holds draws `watts` at full clock, or the
/// job's own, and is busy for the share `busy` of the time. A unit may be one of `parts` of an accelerator, and stands for so much of it. Under the plant's clock a unit draws what compute-bound work does
/// (power::ClockLaw), but no less than `idle`; a pace below 1 slows it at the same power. Processors draw through their host alone.
class HeldUnits final : public Settler {
 public:
  struct Draw {
    double watts = 0.0;  ///< of an accelerator under a job; 0 for processors
    double idle = 0.0;   ///< W
    double busy = 1.0;
    bool accelerators = true;
    std::uint32_t parts = 1;
    double host_load = 1.0;  ///< of their hosts while busy
  };
  HeldUnits(std::vector<PortRun> ports, Draw draw);

  void Take(Instant now, const scheduling::Allocation& units, double watts) { Change(now, units, watts, +1); }
  void Give(Instant now, const scheduling::Allocation& units, double watts) { Change(now, units, watts, -1); }
  void Settle(Instant now) override;
  /// Called after the clock or the pace of units first .. first + count - 1 has changed.
  using Watcher = std::function<void(Instant now, std::uint32_t first, std::uint32_t count)>;
  void OnClock(Watcher watcher) { on_clock_ = std::move(watcher); }
  /// Pace of work that goes at the slowest of these units; 0 where their boards are off or stopped.
  double Pace(const scheduling::Allocation& units) const;
  const char* what() const { return draw_.accelerators ? "accelerators" : "processors"; }
  double Energy() const { return energy_; }  ///< J
  double Held() const { return held_; }                  ///< accelerator-seconds

 private:
  struct Part {
    power::LoadPort* port;
    std::uint32_t first;    ///< unit
    std::map<double, std::uint32_t> held;  ///< units by their watts
    Instant settled;
    double clock = 1.0, pace = 1.0;
  };
  void Follow(std::size_t part, Instant now);
  void Change(Instant now, const scheduling::Allocation& units, double watts, int sign);
  void Settle(Part& part, Instant now);

  std::vector<Part> parts_;
  Draw draw_;
  std::uint32_t units_ = 0;
  double held_ = 0.0, energy_ = 0.0;
  Watcher on_clock_;
};

}  // namespace headroom::scenario
