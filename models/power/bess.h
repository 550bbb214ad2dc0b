#pragma once

#include <limits>
#include <vector>

#include "models/power/battery_age.h"

namespace headroom::power {

enum class BessControl {
  kSmooth,     ///< holds the utility at the low-passed load
  kPeakShave,  ///< holds the utility at or below a target
  kFollow,     ///< does what a plan orders: arbitrage
  kBackup,     ///< keeps full for outages
};

/// A battery of the site with its power conversion. SI units.
struct BessParams {
  double energy = 0.0;          ///< usable when new [J]
  double power = 0.0;           ///< largest charge and discharge at its terminals [W]
  double round_trip = 0.85;     ///< energy out over energy in, conversion included
  double initial_charge = 0.5;  ///< share of the capacity
  double delay = 0.0;           ///< s by which meter and control are late
  double response = 0.02;       ///< time constant of the lag between command and power [s]
  double ramp = std::numeric_limits<double>::infinity();  ///< largest slope of the command [W/s]
  double taper = 0.0;    ///< share of the charge next to full and empty, where power falls to 0
  double reserve = 0.0;  ///< share of the capacity that only an outage may take
  double temperature = 298.15;  ///< at which its cooling holds cells at rest [K]
  double fade = 0.0;            ///< share of `energy` that age has taken before the start
  BessControl control = BessControl::kSmooth;
  double target = 0.0;          ///< W at the utility; kPeakShave
  double time_constant = 60.0;  ///< s of the low pass; kSmooth
  double recharge_time = 3600.0;  ///< s in which kSmooth leads the charge back, kBackup to full. Assumed
  /// largest slope of the low-passed load [W/s]; kSmooth
  double ramp_up = std::numeric_limits<double>::infinity();
  double ramp_down = std::numeric_limits<double>::infinity();
};

/// A battery beside the site at the utility's side of the transformer: utility = load + power().
///
///     known       the load as it was `delay` ago
///     smooth      dm/dt = (known - m) / time_constant, within the ramps
///                 command = m + (E_0 - e) / recharge_time - known, m as its mean over a step
///     peak-shave  command = min(target, ceiling) - known: discharges above the target, charges below
///     follow      command = the order, charging no more than ceiling - known
///     backup      command = (E - e) / recharge_time, no more than ceiling - known
///     power       follows the command within `ramp` and by a first-order lag, within +-P_max, the taper
///                 and what the charge allows; the utility is never fed: power >= -load
///     charge      de/dt = eta P (P > 0), P / eta (P < 0), eta = sqrt(round_trip); reserve <= e <= E
///     cells       dT/dt = loss / 2 / C - (T - T_rest) / 2 h, C = 1.85e-3 J/K per J of capacity
///
/// E shrinks with age (battery_age.h). P is the mean over a step; a sign change inside a step counts as
/// its mean. Half of the losses are in the cells, C is 1 kJ/(kg K) at 150 Wh/kg, and the 2 h are
/// assumed. Losses leave the site at once. C-rate is power over energy. Left out: self-discharge,
/// voltage, efficiency that depends on power.
class Bess {
 public:
  /// @throws ConfigError naming every parameter out of range. `load` [W] starts the low pass.
  Bess(const BessParams& params, double load);
  /// Moves on by `seconds` with the site's load `load` [W] on average.
  void Advance(double load, double seconds);
  /// What kFollow does from now on [W], charging > 0.
  void Order(double watts) { order_ = watts; }
  double order() const { return order_; }
  /// Charging leaves the utility at or below this, peak-shave holds it there [W].
  void SetCeiling(double watts) { ceiling_ = watts; }
  /// Whether it can carry the site alone for `seconds`.
  bool CanCarry(double load, double seconds) const;
  /// Carries the site alone, reserve and all. The charge may run below empty by what the last step lacks.
  void Carry(double load, double seconds);
  /// Stands by while the site is without its utility.
  void Rest(double seconds);

  double power() const { return mean_power_; }      ///< mean over the last step, charging > 0 [W]
  double stored_change() const { return change_; }  ///< in the last step [J]
  double loss() const { return loss_; }             ///< of the last step [J]
  double capacity() const { return params_.energy * (1.0 - age_.fade()); }  ///< J
  double stored() const { return stored_; }                                 ///< J
  /// Share of the capacity; what a full battery holds as its capacity shrinks counts as full.
  double charge() const { return stored_ < capacity() ? stored_ / capacity() : 1.0; }
  double charge_min() const { return lowest_; }
  double temperature() const { return cells_; }  ///< K
  double temperature_max() const { return hottest_; }
  const BatteryAge& age() const { return age_; }
  const BessParams& params() const { return params_; }
  /// Half of all energy into and out of the cells over the capacity.
  double equivalent_cycles() const { return 0.5 * moved_ / params_.energy; }

 private:
  double Known(double load, double seconds);
  double Command(double known, double seconds);
  void Drive(double command, double lowest, double highest, double seconds);
  void Store(double seconds);

  BessParams params_;
  double eta_;
  double mean_;           // of the load, low-passed
  double output_ = 0.0;   // at the end of the last step
  double ordered_ = 0.0;  // command within the ramp, at the end of the last step
  double order_ = 0.0, ceiling_ = std::numeric_limits<double>::infinity();
  struct Past {
    double seconds, load;
  };
  std::vector<Past> past_;  // oldest first; what is not known yet
  double first_load_;
  BatteryAge age_;
  double cells_, hottest_;
  double stored_, lowest_;  // J, share
  double mean_power_ = 0.0, change_ = 0.0, loss_ = 0.0, moved_ = 0.0;
  double seconds_ = 0.0, pass_ = 0.0, settled_ = 0.0, lag_ = 0.0, cool_ = 0.0;  // of a step of `seconds_`
};

}  // namespace headroom::power
