#include "models/serving/expert_routing.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace headroom::serving {
namespace {

/// Expected largest of n standard normal draws, between powers of two linear in log n.
double LargestOf(double n) {
  constexpr std::array<double, 10> kAtPower{0.0, 0.564, 1.029, 1.424, 1.766, 2.070, 2.343, 2.594, 2.826, 3.043};
  const double power = std::clamp(std::log2(n), 0.0, kAtPower.size() - 1.0);
  const auto low = std::min(static_cast<std::size_t>(power), kAtPower.size() - 2);
  return kAtPower[low] + (power - static_cast<double>(low)) * (kAtPower[low + 1] - kAtPower[low]);
}

}  // namespace

ExpertRouting::ExpertRouting(const llm::MoeShape& moe, double ranks) : experts_(moe.experts), ranks_(ranks) {
  if (experts_ <= 0.0) return;
  if (moe.routing_skew <= 0.0) {
    groups_ = {{experts_, moe.experts_per_token / experts_}};
    return;
  }
  largest_ = LargestOf(ranks);
  // Ranks of popularity in steps of an eighth.
  for (double first = 1.0; first <= experts_;) {
    const double count = std::min(std::max(1.0, std::floor(first / 8.0)), experts_ - first + 1.0);
    groups_.push_back({count, std::pow(first + 0.5 * (count - 1.0), -moe.routing_skew)});
    first += count;
  }
  // The share of those that every token draws is theirs; the others divide the rest.
  double left = moe.experts_per_token;
  double weight = 0.0;
  for (const Group& g : groups_) weight += g.experts * g.probability;
  for (Group& g : groups_) {
    const double mine = g.probability;
    g.probability = std::min(1.0, mine * left / weight);
    left -= g.experts * g.probability;
    weight -= g.experts * mine;
  }
  double squares = 0.0;
  for (const Group& g : groups_) squares += g.experts * g.probability * g.probability;
  busiest_ = Busiest(moe.experts_per_token, squares);
}

double ExpertRouting::Busiest(double total, double squares) const {
  return std::min(ranks_, 1.0 + largest_ * std::sqrt((ranks_ - 1.0) * squares) / total);
}

double ExpertRouting::Met(double tokens) const {
  double met = 0.0, squares = 0.0;
  for (const Group& g : groups_) {
    const double one = 1.0 - std::pow(1.0 - g.probability, tokens);
    met += g.experts * one;
    squares += g.experts * one * one;
  }
  if (met <= 0.0) return 0.0;
  return std::min(experts_ / ranks_, met / ranks_ * Busiest(met, squares));
}

}  // namespace headroom::serving
