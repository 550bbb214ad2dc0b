#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace headroom::stats {

/// `count` points in the unit cube [0, 1)^dimensions, row by row. Equal arguments give equal
/// points.
///
/// - Random: independent and uniform.
/// - Latin hypercube: along each dimension every one of `count` equal intervals holds one point
/// (McKay et al. 1979).
/// - Sobol: the sequence of Joe and Kuo (2008, new-joe-kuo-6), each dimension XORed with a word
/// drawn from the seed
///   (a digital shift, which keeps its net properties). 21 dimensions at most.
std::vector<double> RandomSample(std::size_t count, std::size_t dimensions, std::uint64_t seed);
std::vector<double> LatinHypercube(std::size_t count, std::size_t dimensions, std::uint64_t seed);
std::vector<double> SobolSample(std::size_t count, std::size_t dimensions, std::uint64_t seed);

inline constexpr std::size_t kSobolDimensions = 21;

}  // namespace headroom::stats
