#pragma once

#include <optional>
#include <vector>

#include "models/plant/plant_event.h"
#include "models/plant/plant_params.h"
#include "models/plant/plant_step.h"
#include "models/power/bess.h"
#include "models/power/generator.h"
#include "sim/probe/metric.h"

namespace headroom::plant {

/// What carries the site from step to step: the utility, or where that is lost the first of these that can,
///
///     generators   once they run, until the utility has been back for a while (power/generator.h)
///     battery      the site's, where it keeps a reserve: it carries all until it is empty
///     UPS          their batteries carry the racks; pumps, fans and chillers stand
///     none         racks are dark, unless their shelves have batteries
///
/// While generators take load in blocks the UPS batteries carry what is left. They charge with what their charge time
/// and the source allow. With smoothing a share of their energy levels what the UPS draws.
class SiteSupply {
 public:
  explicit SiteSupply(const PlantParams& params);
  /// Chooses the source from `now` on. `battery` may be null; `load` is the site's last [W].
  void Choose(double now, bool utility, bool ups_able, int generators_lost, double load, const power::Bess* battery,
              std::vector<PlantEvent>* events);
  Source source() const { return source_; }
  bool cooled() const { return source_ == Source::kUtility || source_ == Source::kGenerators || source_ == Source::kBattery; }

  /// W into the UPS batteries over the coming step, with `spare` left at the source.
  double Charge(double seconds, double spare) const;
  /// W that the generators may deliver from `now` on, and all that run at full load.
  double Available(double now) const { return generators_ ? generators_->Available(now) : 0.0; }
  double Rated() const { return generators_ ? generators_->rated() : 0.0; }
  /// Null where the UPS does not level its input now.
  power::Bess* leveller() { return leveller_ ? &*leveller_ : nullptr; }
  const std::optional<power::Bess>& leveller_state() const { return leveller_; }
  /// After a step, in which some racks were `dark`: batteries and tanks. Sets the step's fuel.
  void Settle(PlantStep* step, bool overloaded, bool dark, double ups_input, std::vector<PlantEvent>* events);
  double ups_energy() const { return ups_energy_; }
  void SetMetrics(MetricSet& metrics) const;

 private:
  double UpsRest() const;  // J that its batteries hold at rest

  const PlantParams& params_;
  std::optional<power::GeneratorSet> generators_;
  std::optional<power::Bess> leveller_;
  Source source_ = Source::kUtility;
  double ups_energy_ = 0.0, ups_least_ = 0.0;  // J
  double lost_at_ = -1.0;  // s since when there is no utility; below 0: it is there
  double without_ = 0.0, dark_ = 0.0, longest_ = 0.0, on_ups_ = 0.0, on_battery_ = 0.0, on_generators_ = 0.0;  // s
  double carried_ = 0.0, carried_time_ = 0.0;  // J, s into the UPS
  int outages_ = 0, overloads_ = 0;
};

}  // namespace headroom::plant
