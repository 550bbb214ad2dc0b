#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace headroom::training {

/// How many tokens the experts of a layer get, and what that does to the ranks that hold them. The
/// experts of a rank are neighbours: experts / ranks of them. A step of a layer waits for its
/// busiest rank, so that its load over the mean multiplies the rows of products and exchange.

/// Load of the busiest rank over the mean. `ranks` divides the number of experts.
double BusiestRank(const std::vector<double>& loads, std::uint32_t ranks);

/// Loads that sum to `per_token`, popularity falling as rank^-exponent; the experts are dealt to
/// `ranks` one by one, most popular first. A token visits an expert once, so none gets more than 1.
std::vector<double> ZipfLoads(std::uint32_t experts, double per_token, double exponent,
                              std::uint32_t ranks);

/// Recorded loads of some layers.
struct RoutingTrace {
  std::vector<std::vector<double>> layers;  ///< tokens by expert
  /// Mean over the layers of BusiestRank().
  double Busiest(std::uint32_t ranks) const;
};
/// Reads CSV with the columns layer, expert and tokens, in any order of rows; an expert that is not
/// named got none. @throws std::invalid_argument naming the line and what is wrong with it.
RoutingTrace ReadRouting(std::istream& in, std::uint32_t experts);

}  // namespace headroom::training
