#include "models/plant/arbitrage.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace headroom::plant {

std::vector<int> CheapestLevels(const std::vector<double>& price, double in, double out, int up, int down, int levels,
                                int start, int end) {
  const auto slots = static_cast<int>(price.size());
  const auto width = static_cast<std::size_t>(levels) + 1;
  // Dearer than any trade: what is missing at the end counts first.
  double dearest = 0.0;
  for (const double p : price) dearest = std::max(dearest, std::abs(p));
  const double missing = 1e3 * (dearest * in + 1e-300) * slots;
  std::vector<double> next(width), now(width);
  for (int l = 0; l <= levels; ++l) next[static_cast<std::size_t>(l)] = missing * std::max(0, end - l);
  std::vector<std::vector<int>> move(static_cast<std::size_t>(slots), std::vector<int>(width));
  for (int s = slots - 1; s >= 0; --s) {
    const double p = price[static_cast<std::size_t>(s)];
    for (int l = 0; l <= levels; ++l) {
      double best = next[static_cast<std::size_t>(l)];
      int by = 0;
      const auto offer = [&](int k, double cost) {
        const double total = cost + next[static_cast<std::size_t>(l + k)];
        if (total < best - 1e-12 * std::abs(best)) {
          best = total;
          by = k;
        }
      };
      for (int k = 1; k <= std::max(up, down); ++k) {
        if (k <= up && l + k <= levels) offer(k, k * in * p);
        if (k <= down && k <= l) offer(-k, -k * out * p);
      }
      now[static_cast<std::size_t>(l)] = best;
      move[static_cast<std::size_t>(s)][static_cast<std::size_t>(l)] = by;
    }
    std::swap(now, next);
  }
  std::vector<int> plan;
  int at = start;
  for (int s = 0; s < slots; ++s) {
    at += move[static_cast<std::size_t>(s)][static_cast<std::size_t>(at)];
    plan.push_back(at);
  }
  return plan;
}

double Arbitrage::OrderAt(double time, const power::Bess& battery) {
  constexpr double kSlack = 1e-6;
  const power::BessParams& p = battery.params();
  const double day = std::floor((time + kSlack) / (kSlot * kSlots));
  const double slot = std::floor((time + kSlack) / kSlot);
  if (slot == slot_) return order_;
  slot_ = slot;
  const double eta = std::sqrt(p.round_trip);
  if (day != day_) {
    day_ = day;
    base_ = p.reserve * battery.capacity();
    level_ = (battery.capacity() - base_) / kLevels;
    std::vector<double> price;
    for (int s = 0; s < kSlots; ++s) {
      const double from = (day * kSlots + s) * kSlot;
      price.push_back(price_.Mean(from, from + kSlot));
    }
    const std::vector<double> today = price;
    price.insert(price.end(), today.begin(), today.end());
    const auto level = [&](double stored) {
      return std::clamp(static_cast<int>(std::floor((stored - base_) / level_ + kSlack)), 0, kLevels);
    };
    if (level_ > 0.0)
      plan_ = CheapestLevels(price, level_ / eta, level_ * eta, static_cast<int>(p.power * kSlot * eta / level_),
                             static_cast<int>(p.power * kSlot / (eta * level_)), kLevels, level(battery.stored()),
                             level(p.initial_charge * battery.capacity()));
    else
      plan_.assign(kSlots, 0);
  }
  const double wanted = base_ + level_ * plan_[static_cast<std::size_t>(slot - day * kSlots)];
  const double change = (wanted - battery.stored()) / kSlot;
  order_ = change > 0.0 ? change / eta : change * eta;
  return order_;
}

}  // namespace headroom::plant
