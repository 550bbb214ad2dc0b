#pragma once

#include <string>
#include <vector>

#include "models/cost/energy_bill.h"
#include "models/plant/plant_params.h"
#include "models/plant/plant_step.h"
#include "models/plant/ramp_statistics.h"
#include "sim/core/balance.h"
#include "sim/probe/metric.h"

namespace headroom::plant {

/// Sums and extremes of a run, from its steps, and the conservation laws that hold over them:
///
///     electrical    energy at the utility = boards + hosts + fans + switches + losses + cooling
///                   + battery losses + stored in the battery
///     thermal       heat made (IT, indoor losses, pumps, CRAH fans) = rejected + stored in masses
///     accelerators  accelerators x time = held by the ports' running totals + charged as idle
class PlantTotals {
 public:
  PlantTotals(const PlantParams& params, const std::vector<std::string>& stages);
  /// Adds a step; `stored` is the network's StoredHeat() after it. Checks both energy laws to 1e-9.
  void Add(const PlantStep& step, const cooling::HeatNetwork& network, double room_heat);
  /// Every `site.*` metric of the plant, and `energy_balance_error`.
  void SetMetrics(MetricSet& metrics) const;
  double EnergyBalanceError() const;
  /// The utility's limit from the next step on [W]. The feed's use is then the largest under any of
  /// its limits, and no stranded power is told.
  void ChangeLimit(double limit);
  const cost::EnergyBill& bill() const { return bill_; }
  double energy() const { return bill_.energy() + generated_; }             ///< J from utility and generators
  double energy_cost() const { return bill_.cost() + fuel_price_ * fuel_; }  ///< USD, fuel included
  double carbon() const { return bill_.carbon() + fuel_carbon_ * fuel_; }    ///< kg, fuel included
  double water() const { return water_ / 1000.0; }                           ///< m^3
  double it_energy() const { return it_; }         ///< J at the racks' inlets
  double board_energy() const { return boards_; }  ///< J drawn by all accelerators
  double seconds() const { return seconds_; }

 private:
  void AddHeadroom(const PlantStep& step, const cooling::HeatNetwork& network);
  void SetHeadroom(MetricSet& metrics) const;
  double BuswayUse(const PlantStep& step) const;
  void AddPeaks(const PlantStep& step);

  std::vector<std::string> stages_;
  double limit_, chiller_capacity_;
  double accelerators_ = 0.0;
  double units_ = 0.0;  // behind all ports: accelerators, and nodes without any that carry work
  cost::EnergyBill bill_;
  double demand_price_ = 0.0;
  bool moving_ = false;  // price or carbon
  double fuel_price_ = 0.0, fuel_carbon_ = 0.0, generated_ = 0.0, fuel_ = 0.0;
  Balance electrical_{"electrical energy"};
  Balance thermal_{"heat"};
  Balance accelerator_seconds_{"accelerator-seconds"};
  double stored_ = 0.0;
  double from_store_ = 0.0;  // J that batteries hold less than at the start
  double seconds_ = 0.0, it_ = 0.0, boards_ = 0.0, useful_ = 0.0, water_ = 0.0;
  std::vector<double> stage_energy_;
  struct BoardStage {
    std::string name;
    std::vector<power::ConversionStage> of_group;  // one accelerator's
    double loss = 0.0;                             // J
  };
  std::vector<BoardStage> board_stages_;
  std::vector<double> accelerators_of_;  // by group
  void AddBoards(const PlantStep& step);
  void AddParts(const PlantStep::Group& group, bool fabric, double seconds);
  double dew_margin_ = 1e3;
  double busy_ = 0.0, installed_ = 0.0, throttled_ = 0.0;
  double healthy_most_ = -1.0;  // largest share of any limit but the feed's, without faults
  double healthy_peak_ = 0.0;
  double peak_ = 0.0, min_ = 0.0, cut_power_ = 0.0;
  bool any_whole_ = false;
  bool limit_changed_ = false;
  double feed_before_ = -1.0, peak_since_ = 0.0;  // use under earlier limits; peak under this one
  double supply_max_ = 0.0, return_max_ = 0.0, hot_max_ = 0.0, hbm_max_ = 0.0;
  double facility_max_ = 0.0, facility_ = 0.0;  // K, K s; 0: nothing is liquid-cooled
  struct Parts {
    double accelerators = 0.0, processors = 0.0, memory = 0.0, nics = 0.0, host = 0.0, fans = 0.0, switches = 0.0, fabric = 0.0;  // J
  } parts_;
  double head_max_ = 0.0, tower_head_max_ = 0.0;  // Pa
  double towers_in_use_ = 0.0;                    // s
  double leakage_ = 0.0, reused_ = 0.0;              // J
  double chilled_ = 0.0, free_ = 0.0, chilling_ = 0.0;  // J: by chillers, by economizer; their power
  // largest shares; below 0: no limit set
  double path_use_ = -1.0, busway_use_ = -1.0, liquid_use_ = -1.0, flow_use_ = -1.0, air_use_ = -1.0;
  std::vector<int> workload_;           // by group, -1: none
  std::vector<double> now_, own_peak_;  // by workload [W]
  double coincident_ = 0.0;
  RampStatistics ramp_second_, ramp_minute_, ramp_quarter_;
  std::vector<FixedUse> fixed_;
  std::vector<BuswayParams> busways_;
  int fabric_;  ///< group of the fabric's switches; -1: none
  std::vector<double> racks_;  // by group
};

}  // namespace headroom::plant
