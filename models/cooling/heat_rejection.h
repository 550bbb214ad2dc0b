#pragma once

#include <memory>

#include "models/cooling/heat_network_params.h"
#include "models/cooling/weather.h"

namespace headroom::cooling {

/// The units that give the liquid's heat to the outside: all of one kind, equal, with equal shares
/// of water and one fan speed. A kind is a class here and a row in MakeHeatRejection().
class HeatRejection {
 public:
  virtual ~HeatRejection() = default;
  virtual double capacity() const = 0;     ///< W at design, all units
  virtual double design_flow() const = 0;  ///< kg/s, all units
  virtual double pump_power() const = 0;   ///< W at design flow, all units
  /// Temperature of the outside that the heat goes to [K]: wet or dry bulb.
  virtual double SinkTemperature(const Outdoors& outdoors) const = 0;
  /// Heat over (entering - sink) [W/K] for `water` [kg/s] entering at `entering` [K] at fan speed
  /// share `fan`. May start from what it found last, so that one call per time step follows slow
  /// inputs.
  virtual double Conductance(const Outdoors& outdoors, double entering, double water,
                             double fan) = 0;
  virtual double FanPower(double fan) const = 0;  ///< W, all units
  /// Make-up water [kg/s] while `heat` [W] leaves from `water` [kg/s].
  virtual double MakeUp(double heat, double water) const = 0;
  /// Of `installed` units, `running` take water and of those `still` have their fans off. The water
  /// of all is shared by those that run. Capacity, design flow and pump power stay those of all.
  virtual void SetUnits(double running, double still) = 0;
};

/// @throws ConfigError for parameters out of range.
std::unique_ptr<HeatRejection> MakeHeatRejection(const HeatNetworkParams& params);

}  // namespace headroom::cooling
