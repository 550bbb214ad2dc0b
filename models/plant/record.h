#pragma once

#include <string>
#include <vector>

#include "models/plant/plant_params.h"
#include "models/plant/plant_step.h"
#include "sim/probe/recorder.h"

namespace headroom::plant {

/// The plant's series: means over a recording interval of any whole number of steps. Recording
/// reads what the steps found and changes nothing.
class PlantRecord {
 public:
  /// Announces the series at `recorder`, not owned.
  PlantRecord(Recorder& recorder, const PlantParams& params,
              const std::vector<std::string>& stages);
  void Add(const PlantStep& step, const cooling::HeatNetwork& network);
  /// Puts the means since the last Put(); nothing if no step came. The caller ends the interval.
  void Put();

 private:
  struct Series {
    SeriesId id;
    std::vector<double> sums;  // value x seconds
  };
  Series Announce(const char* name, const char* units, const char* text, const char* dimension,
                  const std::vector<std::string>& entities);
  Recorder& recorder_;
  Series utility_, it_, losses_, cooling_, group_, die_, clock_, utilisation_, supply_, return_,
      loop_;
  Series battery_, charge_;  // announced where there is a battery
  Series sources_;           // announced where more than the utility may carry the site
  Series price_, carbon_;    // announced where they move
  const PlantParams& params_;
  SeriesId pue_;
  std::vector<double> installed_;  // accelerator-seconds by group
  double seconds_ = 0.0;
};

}  // namespace headroom::plant
