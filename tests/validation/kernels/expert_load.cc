#include "tests/validation/kernels/expert_load.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace headroom::validation {
namespace {

/// Expected largest of n standard normal draws.
const std::map<int, double> kLargestOf{{1, 0.0},   {2, 0.56},  {4, 1.03},  {8, 1.42},
                                       {16, 1.77}, {32, 2.07}, {64, 2.34}, {128, 2.6}};

double Sum(const std::vector<double>& x) {
  double out = 0.0;
  for (double v : x) out += v;
  return out;
}

void Cap(double most, std::vector<double>* x) {
  for (double& v : *x) v = std::min(v, most);
}

/// Loads of all experts by quantiles of the power law, none above `tokens`.
std::vector<double> PowerLaw(double tokens, int experts, double topk, double a) {
  const bool many = tokens * topk > experts;
  const double low = many ? 1.0 : 0.01;
  const double high = many ? 0.8 * tokens : 2.0;
  std::vector<double> n;
  for (int i = 0; i < experts; ++i) {
    const double u = (i + 0.5) / experts;
    n.push_back(std::pow((std::pow(high, 1 - a) - std::pow(low, 1 - a)) * u + std::pow(low, 1 - a), 1 / (1 - a)));
  }
  for (int round = 0; round < 7; ++round) {
    if (round > 0) Cap(tokens, &n);
    const double scale = tokens * topk / Sum(n);
    for (double& v : n) v *= scale;
  }
  Cap(tokens, &n);
  return n;
}

}  // namespace

ExpertLoad BusiestRank(double tokens, int experts, double topk, int ranks, const std::string& distribution) {
  const double local = static_cast<double>(experts) / ranks;
  const double total = tokens * topk / ranks;
  if (distribution == "balanced") {
    const double active = std::min(local, std::max(total, 1.0));
    return {active, std::max(total, 1.0) / active};
  }
  const double a = std::stod(distribution.substr(distribution.rfind('_') + 1));
  const std::vector<double> n = PowerLaw(tokens, experts, topk, a);
  const double mean = Sum(n) / experts;
  double square = 0.0;
  double busy = 0.0;
  for (double v : n) {
    square += (v - mean) * (v - mean) / experts;
    busy += v >= 0.5 ? 1.0 / experts : 0.0;
  }
  const double largest = kLargestOf.at(ranks);
  const double widened = total * (1.0 + 1.3 * largest * std::sqrt(square) / mean / std::sqrt(local));
  double load = std::min(widened, tokens * std::min(topk, local));
  double active = local * (busy + largest * std::sqrt(busy * (1.0 - busy) / local));
  active = std::min(local, std::max({active, 1.0, ranks == 1 ? std::min(topk, load) : 1.0}));
  load = std::max(load, ranks == 1 ? active : 1.0);
  active = std::min(active, load);
  return {active, load / active};
}

}  // namespace headroom::validation
