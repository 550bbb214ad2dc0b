#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/power/conversion.h"
#include "sim/core/id.h"

namespace headroom::power {

using BusId = Id<struct BusTag>;

/// The power tree of a site: utility <- transformer <- UPS <- PDU <- rectifier <- racks, solved
/// from the leaves up.
///
/// A bus is the output side of one conversion stage; the root is the utility's meter and has no
/// stage. `parallel` equal copies of a stage (the rectifiers of a group's racks) are one bus with
/// the load spread equally.
///
///     output(bus) = load(bus) + sum of input(children)        input(bus) = n f(output / n)
///
/// Every Solve() checks that the utility's power equals loads plus losses. Quasi-static: holds for
/// means over an interval as long as the load inside it moves little (losses are slightly convex in
/// P). Left out: reactive power, cables, breakers.
class PowerTree {
 public:
  PowerTree();
  BusId root() const { return BusId(0); }
  /// @throws ConfigError as ConversionStage.
  BusId Add(BusId parent, const StageParams& stage, int parallel = 1);
  /// Power taken from the bus itself, beside its children [W].
  void SetLoad(BusId bus, double watts) { buses_[bus.index()].load = watts; }
  /// Share of a stage's modules that run, 1 at first; the others carry their load. At 0 the power
  /// passes by the stage (a UPS on its static bypass) and costs nothing there.
  void SetInService(BusId bus, double share) { buses_[bus.index()].in_service = share; }
  double load(BusId bus) const { return buses_[bus.index()].load; }
  const StageParams& stage(BusId bus) const { return buses_[bus.index()].stage.params(); }
  double in_service(BusId bus) const { return buses_[bus.index()].in_service; }
  void Solve();

  double output(BusId bus) const { return buses_[bus.index()].output; }
  double input(BusId bus) const { return buses_[bus.index()].input; }
  double loss(BusId bus) const { return input(bus) - output(bus); }
  /// Power at the utility after Solve() [W].
  double utility() const { return buses_[0].input; }
  /// Loss of all stages of one name, in the order in which names were first added.
  const std::vector<std::string>& stage_names() const { return names_; }
  double stage_loss(std::size_t name) const { return losses_[name]; }
  /// Losses of the stages that stand indoors [W].
  double indoor_loss() const { return indoor_loss_; }
  double total_load() const { return total_load_; }
  double total_loss() const { return total_loss_; }

 private:
  struct Bus {
    std::size_t parent = 0;
    std::size_t name = 0;
    double parallel = 1.0;
    bool indoors = false;
    ConversionStage stage;
    double in_service = 1.0;
    double load = 0.0;
    double output = 0.0;
    double input = 0.0;
  };
  std::vector<Bus> buses_;  // parents before children
  std::vector<std::string> names_;
  std::vector<double> losses_;
  double indoor_loss_ = 0.0;
  double total_load_ = 0.0;
  double total_loss_ = 0.0;
};

}  // namespace headroom::power
