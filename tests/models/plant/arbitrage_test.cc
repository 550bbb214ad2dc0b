#include "models/plant/arbitrage.h"

#include <catch2/catch.hpp>
#include <numeric>

using namespace headroom;
using namespace headroom::plant;

namespace {

double CostOf(const std::vector<int>& plan, int start, const std::vector<double>& price, double in, double out) {
  double cost = 0.0;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const int up = plan[i] - (i == 0 ? start : plan[i - 1]);
    cost += price[i] * (up > 0 ? up * in : up * out);
  }
  return cost;
}

/// The cheapest of all plans, tried one by one.
double Cheapest(const std::vector<double>& price, std::size_t slot, int at, int end, double in, double out, int up, int down,
                int levels) {
  if (slot == price.size()) return at >= end ? 0.0 : 1e9;
  double best = 1e9;
  for (int k = -std::min(down, at); k <= std::min(up, levels - at); ++k)
    best = std::min(best, price[slot] * (k > 0 ? k * in : k * out) +
                              Cheapest(price, slot + 1, at + k, end, in, out, up, down, levels));
  return best;
}

}  // namespace

TEST_CASE("the plan is the cheapest of all", "[arbitrage]") {
  const std::vector<std::vector<double>> days = {
      {30, 10, 50, 20, 90, 40}, {-20, -10, 40, 40, 41, 0}, {50, 50, 50, 50, 50, 50}, {90, 10, 80, 12, 70, 14}};
  for (const auto& price : days) {
    const auto plan = CheapestLevels(price, 1.1, 0.9, 2, 3, 5, 2, 2);
    CHECK(plan.back() >= 2);
    CHECK(CostOf(plan, 2, price, 1.1, 0.9) == Approx(Cheapest(price, 0, 2, 2, 1.1, 0.9, 2, 3, 5)).margin(1e-9));
  }
}

TEST_CASE("a difference smaller than the losses moves nothing", "[arbitrage]") {
  const auto plan = CheapestLevels({50, 55, 50, 55}, 1.1, 0.9, 2, 2, 10, 5, 5);
  CHECK(plan == std::vector<int>{5, 5, 5, 5});
}

TEST_CASE("a day that starts too empty is led to its end as far as can be", "[arbitrage]") {
  CHECK(CheapestLevels({50, 10}, 1.0, 1.0, 1, 1, 10, 0, 5) == std::vector<int>{1, 2});
}

// 4 MWh at 1 MW and 81 %, half full, 10 % kept. At 20 USD/MWh from 1 to 6, 100 from 18 to 22, else 60. On the first day it sells an hour
// at 60 (1 MWh) and takes back 1.235 MWh at 20, fills up with 2.222 MWh at 20 and sells 3.24 MWh at 100; on the second it fills up from 10 % with 4 MWh
// and sells as much: 60 - 24.7 - 44.4 + 324 - 80 + 324 = 558.9 USD.
TEST_CASE("over a day the battery buys at night and sells in the evening", "[arbitrage]") {
  std::vector<double> hours(24, 60.0 / 3.6e9);
  for (int h = 1; h < 6; ++h) hours[static_cast<std::size_t>(h)] = 20.0 / 3.6e9;
  for (int h = 18; h < 22; ++h) hours[static_cast<std::size_t>(h)] = 100.0 / 3.6e9;
  const cost::Signal price = cost::Signal::Steps(hours, 3600.0, 0.0, true);
  power::BessParams p;
  p.energy = 4 * 3.6e9;
  p.power = 1e6;
  p.round_trip = 0.81;
  p.control = power::BessControl::kFollow;
  p.initial_charge = 0.5;
  p.reserve = 0.1;
  power::Bess battery(p, 5e6);
  Arbitrage trades(price);
  double saved = 0.0, low = 1.0, high = 0.0;
  for (int t = 0; t < 2 * 86400; t += 60) {
    battery.Order(trades.OrderAt(t, battery));
    battery.Advance(5e6, 60.0);
    saved -= battery.power() * 60.0 * price.At(t);
    low = std::min(low, battery.charge());
    high = std::max(high, battery.charge());
  }
  CHECK(low == Approx(0.1).margin(0.01));
  CHECK(high == Approx(1.0).margin(0.01));
  CHECK(battery.charge() == Approx(0.1).margin(0.01));  // the next night is cheaper than the rest of the day
  CHECK(saved == Approx(558.9).epsilon(0.02));
}
