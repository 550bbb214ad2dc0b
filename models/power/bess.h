#pragma once

#include <limits>

namespace headroom::power {

enum class BessControl {
  kSmooth,     ///< holds the utility at the low-passed load
  kPeakShave,  ///< holds the utility at or below a target
};

/// A battery of the site with its power conversion. SI units.
struct BessParams {
  double energy = 0.0;          ///< usable [J]
  double power = 0.0;           ///< largest charge and discharge at its terminals [W]
  double round_trip = 0.85;     ///< energy out over energy in, conversion included
  double initial_charge = 0.5;  ///< share of `energy`
  double response = 0.02;       ///< time constant of the lag between command and power [s]
  BessControl control = BessControl::kSmooth;
  double target = 0.0;          ///< W at the utility; kPeakShave
  double time_constant = 60.0;  ///< s of the low pass; kSmooth
  double recharge_time = 3600.0;  ///< s in which kSmooth leads the charge back to its start. Assumed
  /// largest slope of the low-passed load [W/s]; kSmooth
  double ramp_up = std::numeric_limits<double>::infinity();
  double ramp_down = std::numeric_limits<double>::infinity();
};

/// A battery beside the site at the utility's side of the transformer: utility = load + power().
///
///     smooth      dm/dt = (load - m) / time_constant, within the ramps
///                 command = m + (E_0 - e) / recharge_time - load, m as its mean over a step
///     peak-shave  command = target - load: discharges above the target, charges below it
///     power       lags the command by first order, within +-P_max and what the charge allows; the
///                 utility is never fed: power >= -load
///     charge      de/dt = eta P (P > 0), P / eta (P < 0), eta = sqrt(round_trip), 0 <= e <= E
///
/// P is the mean over a step; a sign change inside a step counts as its mean. Losses leave the site
/// at once. C-rate is power over energy. Left out: temperature, ageing, self-discharge, voltage.
/// Source: model 1 of the four usual battery models (charge, efficiencies, power limit).
class Bess {
 public:
  /// @throws ConfigError naming every parameter out of range. `load` [W] starts the low pass.
  Bess(const BessParams& params, double load);
  /// Moves on by `seconds` with the site's load `load` [W] on average.
  void Advance(double load, double seconds);
  double power() const { return mean_power_; }      ///< mean over the last step, charging > 0 [W]
  double stored_change() const { return change_; }  ///< in the last step [J]
  double loss() const { return loss_; }             ///< of the last step [J]
  double charge() const { return stored_ / params_.energy; }  ///< share
  double charge_min() const { return lowest_ / params_.energy; }
  /// Half of all energy into and out of the cells over the capacity.
  double equivalent_cycles() const { return 0.5 * moved_ / params_.energy; }

 private:
  BessParams params_;
  double eta_;
  double mean_;         // of the load, low-passed
  double output_ = 0.0;  // at the end of the last step
  double stored_, lowest_;
  double mean_power_ = 0.0, change_ = 0.0, loss_ = 0.0, moved_ = 0.0;
  double seconds_ = 0.0, pass_ = 0.0, settled_ = 0.0, lag_ = 0.0;  // of a step of `seconds_`
};

}  // namespace headroom::power
