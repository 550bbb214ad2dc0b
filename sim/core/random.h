#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace headroom {

/// A named stream of random numbers: one per consumer, from the run's seed and the consumer's path, so that a new
/// consumer never shifts the numbers of another.
///
///     RandomStream arrivals(seed, "workloads.chat.arrivals");
///     double gap = arrivals.Exponential(1.0 / rate);
///
/// Generator: xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64 over the seed and an FNV-1a hash of the
/// path. Distributions are implemented here, so equal seeds give equal numbers with every standard library.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view path);
  std::uint64_t Next();
  /// Uniform in [0, 1), 53 bits.
  double Uniform();
  /// Uniform integer in [0, n); n > 0. Lemire's method without bias.
  std::uint64_t Below(std::uint64_t n);
  /// Exponential with the given mean.
  double Exponential(double mean);
  /// Normal with mean 0 and deviation 1 (Marsaglia's polar method).
  double Normal();
  /// Lognormal whose arithmetic mean is `mean` and whose logarithm has deviation `sigma`.
  double Lognormal(double mean, double sigma);

 private:
  std::array<std::uint64_t, 4> state_;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace headroom
