#pragma once

#include <vector>

#include "models/cost/signal.h"
#include "models/power/bess.h"

namespace headroom::plant {

/// What a battery does with a price (or carbon) that is known a day ahead: at the start of each day of the run it takes
/// tomorrow to be like today and makes the plan that costs the least,
///
///     minimise  sum of price x energy from the utility    over two days of 96 quarters of an hour
///     within    power, losses, reserve and capacity; tomorrow ends at no less than the charge of the run's start
///
/// of which it follows the first day. By dynamic programming over 200 levels of charge. Equal plans: the one that moves less. The order of a quarter leads
/// from the charge as it is to the plan's next level. Left out: errors of the day's prices, the demand charge, wear.
class Arbitrage {
 public:
  /// `price` per J; the utility's or its carbon.
  explicit Arbitrage(const cost::Signal& price) : price_(price) {}
  /// Power from `time` [s] on, charging > 0 [W].
  double OrderAt(double time, const power::Bess& battery);

  static constexpr double kSlot = 900.0;  ///< s
  static constexpr int kSlots = 96;
  static constexpr int kLevels = 200;

 private:
  cost::Signal price_;
  double day_ = -1.0, slot_ = -1.0, order_ = 0.0;
  double base_ = 0.0, level_ = 0.0;   // J
  std::vector<int> plan_;             // level at the end of each slot
};

/// Levels of charge at the end of each slot. Moving one level up takes `price` x `in`, down gives `price` x `out`; no more than
/// `up` and `down` levels in a slot; from level `start` to no less than `end` where that can be reached, else as near as can be.
std::vector<int> CheapestLevels(const std::vector<double>& price, double in, double out, int up, int down, int levels,
                                int start, int end);

}  // namespace headroom::plant
