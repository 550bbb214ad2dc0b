#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/cooling/heat_network.h"
#include "models/plant/clock_control.h"
#include "models/plant/plant_params.h"
#include "models/plant/plant_step.h"
#include "models/plant/power_nodes.h"
#include "models/plant/power_path.h"
#include "models/plant/record.h"
#include "models/plant/site_tree.h"
#include "models/plant/totals.h"
#include "sim/engine/engine.h"
#include "sim/engine/port.h"

namespace headroom::plant {

/// A site's power and cooling, coupled to its work once per plant step (Phase::kCouple):
///
///   1. every settler accounts for itself, each port's meters are taken, unheld boards draw idle
///   2. boards, hosts, fans and switches make the racks' power; the tree carries it to the utility
///   3. the racks' heat, held over the step, moves the thermal network
///   4. pumps, fans and chillers join below the first stage (the transformer); solved again; the
///      battery answers at the utility
///   5. die temperatures and the limits of the power tree set each port's clock for the next step
///   6. faults that are due begin or end; they act from the next step on
///
/// Without any feed, pumps, fans and chillers stand and the UPS batteries carry the racks until they
/// are empty (their last step is carried whole), if the UPS is not on its bypass; then the racks are
/// dark. The UPS goes on its bypass where the modules left cannot carry its load, until a fault ends.
/// The answers of a step act on work from its end on: throttling lags by one step. Node fans follow
/// the inlet at the step's start. Starts in the steady state of a site whose accelerators all idle.
/// Balances are asserted every step.
class Plant {
 public:
  /// @throws ConfigError for parameters out of range. Ports, weather and engine outlive the plant.
  Plant(Engine& engine, const PlantParams& params);
  /// A model that writes to the ports; asked in the order added. Not owned.
  void Add(Settler* settler) { settlers_.push_back(settler); }
  /// Announces series at `recorder`; RecordNow() then puts the means since the last call. Call
  /// before Start().
  void Announce(Recorder& recorder);
  void RecordNow() {
    if (record_) record_->Put();
  }
  /// Couples every step from now on, until Finish().
  void Start();
  /// Couples what is left up to now and stops; safe to call twice.
  void Finish();
  /// One coupling up to `now`; nothing if no time has passed. Start() schedules it.
  void Couple(Instant now);

  void SetMetrics(MetricSet& metrics) const;
  /// Tables of the windows, after Finish().
  void WriteTables(Recorder& recorder) const;
  const PowerPath& path() const { return path_; }
  const PowerNodes& nodes() const { return nodes_; }
  const PlantStep& last() const { return step_; }
  const PlantTotals& totals() const { return totals_; }
  const std::vector<PlantEvent>& events() const { return events_; }
  cooling::HeatNetwork& network() { return network_; }
  const PlantParams& params() const { return params_; }

 private:
  struct Rack {
    ThermalThrottle throttle;
    BoardSwitch boards;
    ClockSteps clock;
    double metered = 0.0;  // of the port's held meter, so far
  };
  void Schedule();
  void TakeLoads();
  void SolvePower();
  /// Share of a site stage's modules that run.
  double InService(power::BusId bus) const;
  void SetClocks(Instant now);
  /// Of the accelerators under work [K].
  double MemoryTemperature(std::size_t group) const;
  void SetFaults(Instant now);
  void WatchDewPoint();
  bool outage() const { return health_.feeds <= 0.0 || nodes_.main_open(); }
  bool dark(std::size_t group) const { return dark_ || nodes_.dark(group) || health_.lost[group] != 0; }

  Engine& engine_;
  PlantParams params_;
  SiteTree site_;
  PowerPath path_;
  std::vector<Rack> racks_;
  cooling::HeatNetwork network_;
  PlantTotals totals_;
  PowerNodes nodes_;
  cooling::ConstantWeather mild_;
  std::vector<Settler*> settlers_;
  std::unique_ptr<PlantRecord> record_;
  std::vector<cooling::GroupHeat> heat_;
  std::vector<PlantEvent> events_;
  PlantStep step_;
  SiteHealth health_;
  std::vector<char> fault_on_, fault_lost_;  // by params_.faults
  bool dark_ = false, bypass_ = false, main_open_ = false, condensing_ = false;
  double ups_energy_ = 0.0;     // J left
  int faults_begun_ = 0;
  double last_fault_ = -1.0, to_throttle_ = -1.0, to_shutdown_ = -1.0;  // s
  Instant last_;
  EventId next_;
  bool running_ = false;
};

}  // namespace headroom::plant
