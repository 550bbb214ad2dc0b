#pragma once

#include "models/cost/signal.h"

namespace headroom::cost {

/// A tariff. SI: USD/J, USD/W per month, kg/J. Prices of energy and carbon may move over the run.
struct Tariff {
  Signal energy = Signal::Constant(70.0 / 3.6e9);  ///< USD/J; 70 USD/MWh. Assumed, an industrial price
  double demand = 0.0;            ///< USD/W of each month's highest 15-minute mean
  Signal carbon = Signal::Constant(0.370 / 3.6e6);  ///< kg CO2e/J; 370 g/kWh, about the US grid of 2023 (369)
};

/// The bill of one meter over a run.
///
///     cost = integral of price x power + sum over months of demand price x peak x covered share of the month
///
/// Peak is the highest mean over the whole 15-minute blocks counted from the start of the run; an
/// unfinished block counts only where its month has no whole one. A month is 365.25 d / 12
/// = 30.4375 d = 2922 blocks, counted from the start of the run; a month covered in part is charged
/// in that proportion. Left out: ratchets, demand prices by the time of day, power factor, taxes.
class EnergyBill {
 public:
  explicit EnergyBill(const Tariff& tariff) : tariff_(tariff) {}
  /// Adds `joules` used evenly over the next `seconds`.
  void Add(double joules, double seconds);
  double energy() const { return energy_; }                        ///< J
  double energy_cost() const { return energy_cost_; }              ///< USD
  double demand_cost() const;                                      ///< USD
  double cost() const { return energy_cost() + demand_cost(); }
  double carbon() const { return carbon_; }  ///< kg

  static constexpr double kBlock = 900.0;            ///< s
  static constexpr double kMonth = 2922.0 * kBlock;  ///< s

 private:
  double OpenMonthPeak() const;
  Tariff tariff_;
  double energy_ = 0.0, energy_cost_ = 0.0, carbon_ = 0.0;
  double now_ = 0.0;           // s of the run
  double elapsed_ = 0.0;       // of the open month
  double block_energy_ = 0.0;  // of the open block
  double block_elapsed_ = 0.0;
  double month_peak_ = 0.0;   // W, whole blocks of the open month
  double closed_cost_ = 0.0;  // demand of closed months
};

}  // namespace headroom::cost
