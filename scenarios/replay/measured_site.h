#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/cooling/weather.h"
#include "models/plant/measured_power.h"
#include "models/plant/plant_params.h"
#include "scenarios/replay/telemetry.h"

namespace headroom::replay {

/// Where a driving column was not measured for so long that it was not bridged [s from the first row].
struct Gap {
  std::string signal;
  double from = 0.0, to = 0.0;
};

/// Loads and weather of telemetry, put in place of a scenario's.
///
/// Loads drive where `loads` is set, each group of racks by the first of these that the file has:
///
///     rack_group_power:GROUP   of the group
///     rack_power:rack-N        of its racks; those without a column draw as the mean of those with one
///     it_power                 of all racks, less what the columns above measure, shared out by nameplate
///
/// Groups that none of them measures draw as they do without work. Weather drives always: outdoors:dry_bulb, outdoors:wet_bulb.
///
/// Missing values, and rows more than 1.5 median steps apart, are bridged linearly up to `bridge` [s]; a longer gap holds the last value.
class MeasuredSite {
 public:
  /// @throws ConfigError for columns of racks or groups that no site could have.
  MeasuredSite(const Telemetry& telemetry, bool loads, double bridge);
  /// Changes the plant. This object outlives it. @throws ConfigError with a suggestion for groups and racks that the site does not have,
  /// and where loads drive and no column does.
  void Amend(plant::PlantParams* params);
  /// Whether a column drives, and so is not judged.
  bool Drives(const Signal& signal) const;
  const std::vector<Gap>& gaps() const { return gaps_; }
  /// Groups of racks that are driven, after Amend().
  const std::vector<std::string>& driven() const { return driven_; }

 private:
  /// Without holes: at the times of the rows.
  std::vector<double> Bridged(const Signal& signal);
  void SetWeather(plant::PlantParams* params);
  void SetLoads(plant::PlantParams* params);

  const Telemetry& telemetry_;
  bool loads_;
  double bridge_;
  std::vector<std::unique_ptr<plant::MeasuredPower>> powers_;
  std::unique_ptr<cooling::Weather> weather_;
  std::vector<Gap> gaps_;
  std::vector<std::string> driven_;
};

}  // namespace headroom::replay
