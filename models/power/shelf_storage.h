#pragma once

namespace headroom::power {

/// Energy storage in the power shelves, per accelerator.
struct ShelfStorageParams {
  double energy = 0.0;        ///< usable [J]
  double mean_time = 2.0;     ///< s over which the load's mean is formed. Assumed
  double centre_time = 20.0;  ///< s in which the charge is led back to the set-point. Assumed
  double efficiency = 1.0;    ///< energy out over energy in
  double setpoint = 0.5;      ///< charge, share of `energy`
};

/// Capacitors between a power supply and an accelerator: the supply is asked for the running mean of
/// the load, the store takes the difference within its energy.
///
///     dm/dt = (load - m) / mean_time          draw = m + (setpoint E - e) / centre_time
///     de/dt = eta (draw - load) charging, (draw - load) / eta discharging, eta = sqrt(efficiency)
///     0 <= e <= E                             full or empty: draw = load
///
/// A square swing of dP at frequency f moves dP / (4 f) joules in and out, so a store flattens it
/// only above f = dP / (4 E). Left out: power limit, droop of the bus, ageing.
class ShelfStorage {
 public:
  /// Starts at the set-point with `load` [W] as its mean.
  ShelfStorage(const ShelfStorageParams& params, double load);
  /// Mean power taken from the supply over `seconds` in which the load is `load` on average [W].
  double Draw(double load, double seconds);
  double stored() const { return stored_; }  ///< J

 private:
  ShelfStorageParams params_;
  double mean_;
  double eta_;
  double stored_;
  double seconds_ = 0.0, share_ = 0.0;  // 1 - exp(-seconds / mean_time) of the last call
};

/// Joules that flatten a square swing of `swing` watts, peak to peak, at `hertz`: swing / (4 hertz).
double EnergyToFlatten(double swing, double hertz);

}  // namespace headroom::power
