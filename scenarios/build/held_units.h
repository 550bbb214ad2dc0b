#pragma once

#include <cstdint>
#include <vector>

#include "models/scheduling/job.h"
#include "scenarios/build/load_groups.h"
#include "sim/engine/port.h"

namespace headroom::scenario {

/// What jobs hold of the load ports behind their units: each unit that a job holds draws `watts` and is busy for the share
/// `busy` of the time, whatever the job and the clock. Processors draw through their host alone.
class HeldUnits final : public Settler {
 public:
  struct Draw {
    double watts = 0.0;  ///< of an accelerator under a job; 0 for processors
    double busy = 1.0;
    bool accelerators = true;
  };
  HeldUnits(std::vector<PortRun> ports, Draw draw);

  void Take(Instant now, const scheduling::Allocation& units) { Change(now, units, +1); }
  void Give(Instant now, const scheduling::Allocation& units) { Change(now, units, -1); }
  void Settle(Instant now) override;
  const char* what() const { return draw_.accelerators ? "accelerators" : "processors"; }
  double Energy() const { return held_ * draw_.watts; }  ///< J
  double Held() const { return held_; }                  ///< unit-seconds

 private:
  struct Part {
    power::LoadPort* port;
    std::uint32_t first;    ///< unit
    std::uint32_t held = 0;
    Instant settled;
  };
  void Change(Instant now, const scheduling::Allocation& units, int sign);
  void Settle(Part& part, Instant now);

  std::vector<Part> parts_;
  Draw draw_;
  std::uint32_t units_ = 0;
  double held_ = 0.0;
};

}  // namespace headroom::scenario
