#include "analysis/stats/sampling.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <numeric>

#include "sim/core/check.h"
#include "sim/core/random.h"

namespace headroom::stats {
namespace {

constexpr int kBits = 32;

/// Primitive polynomial and initial direction numbers of a dimension.
struct Direction {
  int degree;
  std::uint32_t polynomial;
  std::array<std::uint32_t, 7> m;
};

/// Dimensions 2 to 21 of new-joe-kuo-6; the first dimension is van der Corput's sequence.
constexpr std::array<Direction, kSobolDimensions - 1> kDirections = {{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
}};

std::array<std::uint32_t, kBits> DirectionNumbers(std::size_t dimension) {
  std::array<std::uint32_t, kBits> v{};
  if (dimension == 0) {
    for (int i = 0; i < kBits; ++i) v[i] = 1u << (kBits - 1 - i);
    return v;
  }
  const Direction& d = kDirections[dimension - 1];
  for (int i = 0; i < d.degree; ++i) v[i] = d.m[i] << (kBits - 1 - i);
  for (int i = d.degree; i < kBits; ++i) {
    v[i] = v[i - d.degree] ^ (v[i - d.degree] >> d.degree);
    for (int k = 1; k < d.degree; ++k)
      if ((d.polynomial >> (d.degree - 1 - k)) & 1u) v[i] ^= v[i - k];
  }
  return v;
}

}  // namespace

std::vector<double> RandomSample(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  std::vector<double> out(count * dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) {
    RandomStream stream(seed, fmt::format("sample.{}", d));
    for (std::size_t i = 0; i < count; ++i) out[i * dimensions + d] = stream.Uniform();
  }
  return out;
}

std::vector<double> LatinHypercube(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  std::vector<double> out(count * dimensions);
  std::vector<std::size_t> order(count);
  for (std::size_t d = 0; d < dimensions; ++d) {
    RandomStream stream(seed, fmt::format("sample.{}", d));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[stream.Below(i)]);
    for (std::size_t i = 0; i < count; ++i)
      out[i * dimensions + d] =
          (static_cast<double>(order[i]) + stream.Uniform()) / static_cast<double>(count);
  }
  return out;
}

std::vector<double> SobolSample(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  HR_CHECK(dimensions <= kSobolDimensions, dimensions);
  std::vector<double> out(count * dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) {
    const auto v = DirectionNumbers(d);
    std::uint32_t x =
        static_cast<std::uint32_t>(RandomStream(seed, fmt::format("sample.{}", d)).Next() >> 32);
    for (std::size_t i = 0; i < count; ++i) {
      out[i * dimensions + d] = x * 0x1p-32;
      x ^= v[std::countr_one(static_cast<std::uint32_t>(i))];  // Gray code order
    }
  }
  return out;
}

}  // namespace headroom::stats
