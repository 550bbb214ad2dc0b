#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/cooling/heat_network.h"
#include "models/plant/clock_control.h"
#include "models/plant/plant_change.h"
#include "models/plant/plant_params.h"
#include "models/plant/plant_step.h"
#include "models/plant/power_nodes.h"
#include "models/plant/power_path.h"
#include "models/plant/record.h"
#include "models/plant/shelves.h"
#include "models/plant/site_supply.h"
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
/// Without the utility, generators, the site's battery or the UPS batteries carry it (site_supply.h); whatever
/// empties carries its last step whole. Racks that nothing reaches live on the batteries in their shelves
/// (shelves.h), then they are dark. The UPS goes on its bypass where the modules left cannot carry its load, until a fault ends.
/// The answers of a step act on work from its end on: throttling lags by one step. Node fans follow
/// the inlet at the step's start. Starts in the steady state of a site whose accelerators all idle.
/// Where the hall's air reaches PlantParams::inlet_limit all racks go off.
/// Groups of racks with a measured power draw that, whatever work, clocks and temperatures say.
/// Balances are asserted every step.
class Plant {
 public:
  /// @throws ConfigError for parameters out of range. Ports, weather and engine outlive the plant.
  Plant(Engine& engine, const PlantParams& params);
  /// A model that writes to the ports; asked in the order added. Not owned.
  void Add(Settler* settler) { settlers_.push_back(settler); }
  /// Called when switches of the fabric are lost or back, with all that are lost (numbers from 0).
  using FabricWatch = std::function<void(const std::vector<int>& leaves, const std::vector<int>& spines, const std::vector<int>& cores)>;
  void OnFabric(FabricWatch watch) { on_fabric_ = std::move(watch); }
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
  /// Changes the plant from `now` on, not before the last coupling; see plant_change.h.
  void Change(Instant now, const PlantChange& change);

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
    PowerCap supplies;  // of those that are left
    double metered = 0.0;  // of the port's held meter, so far
    double sent = 0.0, received = 0.0;  // B by its NICs, so far
    double passes = 0.0;                // B through switches: leaf, spine and leaf, core and spine; so far
  };
  void Schedule();
  void TakeLoads();
  void SolvePower();
  /// The UPS batteries' part where they level what the UPS draws.
  void LevelUps();
  /// Share of a site stage's modules that run.
  double InService(power::BusId bus) const;
  void SetClocks(Instant now);
  /// Of the accelerators under work [K].
  double MemoryTemperature(std::size_t group) const;
  void SetFaults(Instant now);
  void ApplyPending();
  const cooling::Weather& weather() const {
    return weather_ ? *weather_ : params_.weather ? *params_.weather : mild_;
  }
  void WatchDewPoint();
  /// Whether a source reaches a group's racks: through boxes above them that are alive, and power supplies.
  bool Fed(std::size_t group) const {
    return supply_.source() != Source::kNone && !nodes_.dark(group) && health_.lost[group] == 0 && health_.supplies[group] > 0.0;
  }
  bool dark(std::size_t group) const { return !Fed(group) && !shelves_.Carries(group); }
  bool AnyDark() const;
  /// Air too warm at the racks' inlets: all of them go off. A cause that stays cannot make it cycle: they wait for the end of a fault, or
  /// the return of power to cooling, and for cool air; boards start as after any loss of power.
  void WatchHall(double now);
  bool Out(std::size_t group) const { return dark(group) || hall_hot_; }
  double SupplyCap(std::size_t group);

  Engine& engine_;
  PlantParams params_;
  SiteTree site_;
  PowerPath path_;
  std::vector<Rack> racks_;
  cooling::HeatNetwork network_;
  PlantTotals totals_;
  PowerNodes nodes_;
  SiteSupply supply_;
  Shelves shelves_;
  cooling::ConstantWeather mild_;
  std::unique_ptr<cooling::Weather> weather_;  // after a change
  std::vector<PlantChange> pending_;           // act from the next step on
  std::vector<Settler*> settlers_;
  std::unique_ptr<PlantRecord> record_;
  std::vector<cooling::GroupHeat> heat_;
  std::vector<PlantEvent> events_;
  PlantStep step_;
  SiteHealth health_;
  std::vector<char> fault_on_, fault_lost_;  // by params_.faults
  bool condensing_ = false, bypass_ = false, main_open_ = false, overloaded_ = false;
  double ups_input_ = 0.0;    // W
  double cooled_load_ = 0.0;  // W of the site when last its cooling ran
  bool hall_hot_ = false;
  bool cooling_mended_ = false;  // a fault ended, or cooling has power again, since the hall was hot
  FabricWatch on_fabric_;
  bool any_dark_ = false, cooled_ = true, pumps_ = false;
  int faults_begun_ = 0;
  double last_fault_ = -1.0, to_throttle_ = -1.0, to_shutdown_ = -1.0, to_dark_ = -1.0;  // s
  Instant last_;
  EventId next_;
  bool running_ = false;
};

}  // namespace headroom::plant
