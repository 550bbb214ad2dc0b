#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/plant/clock_control.h"
#include "models/plant/demand_score.h"
#include "models/plant/draw_statistics.h"
#include "models/plant/fault.h"
#include "models/plant/plant_event.h"
#include "models/plant/plant_params.h"
#include "models/plant/plant_step.h"
#include "models/plant/site_tree.h"
#include "models/power/breaker.h"
#include "sim/probe/metric.h"
#include "sim/probe/recorder.h"

namespace headroom::plant {

/// The boxes of the power tree one by one: what each carries, against what it may, and what happens there.
///
/// A PDU carries the racks that hang from it, each with the mean power of its group; what has no place on
/// the floor (the fabric's switches) is spread by nameplate. A stage's losses, the cooling plant and the charging of UPS
/// batteries are spread in proportion, so that the boxes of a stage add up to the tree's bus. With redundant
/// paths a box has a copy on each of them. A rack draws evenly from all that are alive, or with two paths by its cords
/// (LoadGroupParams::cord_a); a copy is dead with the one above it, and its racks draw from the others, or are dark where they have no cord
/// there; one behind a transfer switch draws from the first path while it is alive, then from the second. Each copy has its own breaker; of copies that are due in one step the warmest opens and the others see what it leaves them.
///
///     use of a copy = its output / (the stage's capacity in service * rating / sum of its boxes' ratings / paths alive)
///     use of a box  = the largest of its copies
///
/// Capping: one integral control per box (PowerCap); a group follows the least clock of those above its racks. Shedding: once a
/// box has been over its limit for `shed_delay`, the workload of least priority below it stops (later in the scenario
/// first), one after the other; it goes on, best first, once there has been room for what it drew for `shed_hold`.
/// A breaker opens by its curve (power/breaker.h): racks below are dark; that of the utility cuts off the site.
class PowerNodes {
 public:
  explicit PowerNodes(const PlantParams& params);
  /// The utility's limit [W] and what happens at it from `at` [s] on; what is absent stays.
  void ChangeLimit(double at, std::optional<double> limit, std::optional<AtLimit> at_limit);
  /// Paths and copies that faults have left.
  void SetHealth(const SiteHealth& health);
  /// After a step; `tree` as solved. `powered`: something carries the site through its boxes.
  void Update(const PlantStep& step, const SiteTree& site, bool powered, std::vector<PlantEvent>* events);
  bool dark(std::size_t group) const { return dark_[group] != 0 || dropped_[group] != 0; }
  bool stopped(std::size_t group) const { return stopped_[group] != 0; }
  double clock(std::size_t group) const { return clock_[group]; }
  bool main_open() const { return main_open_; }
  /// What the utility allows in `step` [W]; +inf without a limit.
  double Ceiling(const PlantStep& step) const;
  /// Largest use of a PDU in the last step, spare paths not counted; below 0 where their ratings are no limit.
  double busway_use() const { return busway_use_; }
  double output(std::size_t node) const { return nodes_[node].output; }
  double use(std::size_t node) const { return nodes_[node].use; }
  double breaker_heat_max() const { return heat_max_; }
  void SetMetrics(MetricSet& metrics) const;
  /// `/power/nodes`, after the run.
  void WriteTable(Recorder& recorder) const;

 private:
  struct Copy {
    power::Breaker breaker;
    bool lost = false, alive = true;
    double output = 0.0, use = 0.0;
    double opened = -1.0;  // s; below 0: closed
  };
  struct Node {
    explicit Node(const ClockParams& clock) : cap(clock) {}
    std::vector<std::pair<int, double>> racks;  // of itself and all below, by group
    PowerCap cap;
    DrawStatistics draw;  // output over rating
    DrawStatistics by_nameplate;  // output over the racks' nameplate
    double unequal = 0.0;         // largest load of a copy over the mean of those alive
    AtLimit at_limit = AtLimit::kReport;
    int stage = -1;  // of the site's
    bool has_breaker = false, trips = false;
    std::vector<Copy> copies;  // by path; the utility has one
    double output = 0.0, use = -1.0, use_max = -1.0, peak = 0.0, heat_max = 0.0;
    double over_since = -1.0, room_since = -1.0;  // s; below 0: not
  };
  void Darken();
  void Transfer();
  double Weight(int group, std::size_t path) const;
  /// Power of racks by the copies that carry it; nothing where none does.
  void Spread(Node& node, int group, double watts) const;
  void CountLevels(MetricSet& metrics) const;
  void Carry(const PlantStep& step, const SiteTree& site);
  void Act(const PlantStep& step, bool powered, std::vector<PlantEvent>* events);
  void Trip(std::size_t i, const PlantStep& step, bool powered, std::vector<PlantEvent>* events);
  void Cap(Node& node, double limit, const PlantStep& step);
  void Shed(std::size_t i, double limit, const PlantStep& step, std::vector<PlantEvent>* events);
  std::vector<std::size_t> Together(std::size_t group) const;
  bool StopOne(std::size_t i, const PlantStep& step, std::vector<PlantEvent>* events);
  bool StartOne(std::size_t i, double room, const PlantStep& step, bool start,
                std::vector<PlantEvent>* events);
  double UtilityLimit(double now, const PlantStep& step) const;

  const PlantParams& params_;
  std::vector<PowerNodeParams> boxes_;
  std::vector<Node> nodes_;           // as boxes_
  std::vector<double> stage_rating_;  // sum over its boxes
  std::vector<double> stage_now_, stage_peak_;  // W, of all its boxes
  std::vector<char> paths_;           // in service
  double paths_alive_ = 1.0;
  std::vector<double> placed_;        // by group: racks that hang from a PDU
  double leaf_nameplate_ = 0.0;
  std::vector<char> dark_, stopped_;  // by group
  std::vector<char> other_path_, dropped_;  // by group: its transfer switch stands on the second path; its supplies could not bridge it
  int transfers_ = 0;
  double transfer_margin_ = 1e9;     // s, least
  std::vector<PlantEvent> noticed_;  // at the end of the step
  std::vector<double> drawn_;  // W, by group, in the last step
  std::vector<double> clock_, drew_;  // by group; drew_: W when its work was stopped
  std::vector<int> stopped_by_;       // by group: node
  DrawStatistics it_;                 // racks' power over nameplate
  double nameplate_ = 0.0, busway_use_ = -1.0, heat_max_ = 0.0;
  bool main_open_ = false;
  int trips_ = 0, sheds_ = 0;
  double shed_seconds_ = 0.0;
  std::vector<std::pair<double, double>> limits_;  // changed: from when [s], the utility's limit [W]
  double over_seconds_ = 0.0;                      // over the utility's limit, where it changed
  DemandScore demand_;
  std::vector<double> rack_peak_;  // by group [W]
  double racks_peak_ = 0.0;        // of all together [W]
};

}  // namespace headroom::plant
