#pragma once

#include <optional>
#include <vector>

#include "models/plant/plant_event.h"
#include "models/plant/plant_params.h"
#include "models/plant/plant_step.h"
#include "sim/probe/metric.h"

namespace headroom::plant {

/// The battery units in the racks' power shelves, group by group: they carry racks that no source reaches, if the supplies hold the bus until
/// they have started (power/shelf_battery.h), for as long as they have energy; the last step is carried whole. Once the racks
/// are fed again they charge through the supplies. Lossless. A group whose hand-over failed stays dark until it is fed again.
class Shelves {
 public:
  explicit Shelves(const PlantParams& params);
  /// Whether a group that is not fed lives on its shelves.
  bool Carries(std::size_t group) const { return !groups_.empty() && groups_[group].carries; }
  /// W into the batteries of a group that is fed, over the coming step.
  double Charge(std::size_t group, double seconds) const;
  /// From `now` on; `last` is the step that ends there.
  void Choose(double now, std::size_t group, bool fed, bool lost, const PlantStep::Group& last, std::vector<PlantEvent>* events);
  void Settle(const PlantStep& step);
  void SetMetrics(MetricSet& metrics) const;

 private:
  struct Group {
    double full = 0.0, energy = 0.0, nameplate = 0.0;  // J, J, W
    bool fed = true, carries = false;
  };
  const PlantParams& params_;
  std::vector<Group> groups_;  // empty: there are none
  int hand_overs_ = 0, failed_ = 0;
  double margin_ = 0.0, least_ = 1.0;  // s, share
};

}  // namespace headroom::plant
