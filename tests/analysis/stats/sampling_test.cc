#include "analysis/stats/sampling.h"

#include <catch2/catch.hpp>
#include <set>

using namespace headroom::stats;

namespace {

/// How many of `cells` equal intervals of dimension `d` hold a point.
std::size_t Cells(const std::vector<double>& u, std::size_t dimensions, std::size_t d,
                  std::size_t cells) {
  std::set<std::size_t> hit;
  for (std::size_t i = d; i < u.size(); i += dimensions)
    hit.insert(static_cast<std::size_t>(u[i] * static_cast<double>(cells)));
  return hit.size();
}

}  // namespace

TEST_CASE("a Latin hypercube has one point in each interval of each dimension", "[sampling]") {
  const auto u = LatinHypercube(37, 5, 3);
  for (std::size_t d = 0; d < 5; ++d) CHECK(Cells(u, 5, d, 37) == 37);
}

TEST_CASE("2^k points of the Sobol sequence stratify every dimension", "[sampling]") {
  const auto u = SobolSample(256, kSobolDimensions, 11);
  for (std::size_t d = 0; d < kSobolDimensions; ++d)
    CHECK(Cells(u, kSobolDimensions, d, 256) == 256);
}

TEST_CASE("the first two Sobol dimensions are a (0, 8, 2)-net", "[sampling]") {
  const auto u = SobolSample(256, 2, 5);
  for (const std::size_t a : {2u, 4u, 8u, 16u, 32u, 64u, 128u}) {
    std::set<std::size_t> boxes;
    for (std::size_t i = 0; i < 256; ++i)
      boxes.insert(static_cast<std::size_t>(u[2 * i] * a) * 256 +
                   static_cast<std::size_t>(u[2 * i + 1] * (256.0 / a)));
    CHECK(boxes.size() == 256);
  }
}

TEST_CASE("samples lie in the unit cube and follow their seed", "[sampling]") {
  for (const auto draw : {RandomSample, LatinHypercube, SobolSample}) {
    const auto a = draw(100, 3, 1);
    CHECK(a == draw(100, 3, 1));
    CHECK(a != draw(100, 3, 2));
    for (const double x : a) CHECK((x >= 0.0 && x < 1.0));
  }
}
