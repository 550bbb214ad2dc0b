#include "analysis/stats/sensitivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/stats/effects.h"
#include "analysis/stats/sampling.h"
#include "sim/core/check.h"
#include "sim/core/random.h"

namespace headroom::stats {

std::vector<double> MorrisWalks(std::size_t walks, std::size_t dimensions, std::uint64_t seed) {
  std::vector<double> out;
  out.reserve(walks * (dimensions + 1) * dimensions);
  RandomStream stream(seed, "sample.morris");
  std::vector<int> level(dimensions);  // thirds
  std::vector<std::size_t> order(dimensions);
  const auto put = [&] {
    for (const int l : level) out.push_back(l / 3.0);
  };
  for (std::size_t w = 0; w < walks; ++w) {
    for (int& l : level) l = static_cast<int>(stream.Below(4));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = dimensions; i > 1; --i) std::swap(order[i - 1], order[stream.Below(i)]);
    put();
    for (const std::size_t d : order) {
      level[d] += level[d] < 2 ? 2 : -2;
      put();
    }
  }
  return out;
}

std::vector<ElementaryEffects> EffectsOf(const std::vector<double>& design, std::size_t dimensions,
                                         const std::vector<double>& y) {
  HR_CHECK(design.size() == y.size() * dimensions, design.size(), y.size(), dimensions);
  std::vector<std::vector<double>> effects(dimensions);
  for (std::size_t row = 1; row < y.size(); ++row) {
    if (row % (dimensions + 1) == 0) continue;  // a new walk
    for (std::size_t d = 0; d < dimensions; ++d) {
      const double step = design[row * dimensions + d] - design[(row - 1) * dimensions + d];
      const double effect = (y[row] - y[row - 1]) / step;
      if (step != 0.0 && std::isfinite(effect)) effects[d].push_back(effect);
    }
  }
  std::vector<ElementaryEffects> out;
  for (std::vector<double>& of : effects) {
    const Moments m = MomentsOf(of);
    for (double& e : of) e = std::abs(e);
    const double none = std::numeric_limits<double>::quiet_NaN();
    out.push_back({m.mean, MomentsOf(of).mean, m.count > 0 ? m.deviation : none, m.count});
  }
  return out;
}

std::vector<double> SaltelliDesign(std::size_t blocks, std::size_t dimensions, std::uint64_t seed) {
  const std::size_t d = dimensions;
  const std::vector<double> pairs = 2 * d <= kSobolDimensions ? SobolSample(blocks, 2 * d, seed)
                                                              : LatinHypercube(blocks, 2 * d, seed);
  std::vector<double> out;
  out.reserve(blocks * (d + 2) * d);
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto a = pairs.begin() + static_cast<std::ptrdiff_t>(2 * d * i);
    const auto b = a + static_cast<std::ptrdiff_t>(d);
    out.insert(out.end(), a, b);
    out.insert(out.end(), b, b + static_cast<std::ptrdiff_t>(d));
    for (std::size_t k = 0; k < d; ++k) {
      out.insert(out.end(), a, b);
      out[out.size() - d + k] = b[static_cast<std::ptrdiff_t>(k)];
    }
  }
  return out;
}

std::vector<SobolIndices> SobolIndicesOf(std::size_t dimensions, const std::vector<double>& y) {
  const std::size_t block = dimensions + 2;
  HR_CHECK(y.size() % block == 0, y.size(), block);
  std::vector<SobolIndices> out(dimensions);
  std::vector<double> both;
  std::vector<std::size_t> whole;
  for (std::size_t first = 0; first < y.size(); first += block) {
    const auto from = y.begin() + static_cast<std::ptrdiff_t>(first);
    if (!std::all_of(from, from + static_cast<std::ptrdiff_t>(block), [](double v) { return std::isfinite(v); }))
      continue;
    whole.push_back(first);
    both.insert(both.end(), from, from + 2);
  }
  const Moments m = MomentsOf(both);
  const double variance = m.deviation * m.deviation;
  if (variance == 0.0) return out;
  const double n = static_cast<double>(whole.size());
  for (std::size_t d = 0; d < dimensions; ++d) {
    for (const std::size_t first : whole) {
      // About the mean: the products lose less to rounding.
      const double a = y[first] - m.mean, b = y[first + 1] - m.mean, ab = y[first + 2 + d] - m.mean;
      out[d].first += b * (ab - a) / (n * variance);
      out[d].total += (a - ab) * (a - ab) / (2.0 * n * variance);
    }
  }
  return out;
}

}  // namespace headroom::stats
