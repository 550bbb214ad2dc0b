#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace headroom::stats {

/// Walks through the unit cube that change one coordinate at a time, each once (Morris 1991), on a
/// grid of four levels with steps of 2/3, up or down: `walks` blocks of dimensions + 1 rows.
std::vector<double> MorrisWalks(std::size_t walks, std::size_t dimensions, std::uint64_t seed);

/// What a coordinate does to y over its whole range, from the steps of a design of MorrisWalks():
///
///     effect of a step = (y behind it - y before it) / signed step
///
/// A deviation near 0 tells of a linear, additive cause; one near the mean of |effect| of curvature
/// or interaction. Campolongo et al. (2007) rank by the mean of |effect|.
struct ElementaryEffects {
  double mean = 0.0, mean_absolute = 0.0, deviation = 0.0;  ///< NaN without a step
  std::size_t count = 0;  ///< steps, those left out whose y is not finite
};
std::vector<ElementaryEffects> EffectsOf(const std::vector<double>& design, std::size_t dimensions,
                                         const std::vector<double>& y);

/// Blocks of dimensions + 2 rows: a row of A, one of B, and for each coordinate the row of A with
/// that coordinate from B (Saltelli et al. 2010). A and B come from one Sobol sequence of twice the
/// dimensions, or from a Latin hypercube where that is more than it has.
std::vector<double> SaltelliDesign(std::size_t blocks, std::size_t dimensions, std::uint64_t seed);

/// Sobol's indices from a design of SaltelliDesign(), over the variance of A and B together:
///
///     first = mean(B (AB_i - A)) / V     total = mean((A - AB_i)^2) / 2 V
///
/// (Saltelli 2010, Jansen 1999); blocks with a y that is not finite are left out. With few blocks
/// they scatter, and a first index may come out a little below 0.
struct SobolIndices {
  double first = 0.0;  ///< share of the variance that the coordinate explains alone
  double total = 0.0;  ///< with all its interactions
};
std::vector<SobolIndices> SobolIndicesOf(std::size_t dimensions, const std::vector<double>& y);

}  // namespace headroom::stats
