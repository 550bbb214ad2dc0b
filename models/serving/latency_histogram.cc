#include "models/serving/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace headroom::serving {
namespace {

constexpr int kSubBits = 10;         // 1024 bins per octave
constexpr int kLeastExponent = -30;  // 2^-30 s is 0.9 ns; all below share a bin
constexpr int kOctaves = 60;

/// The least value of bin `index`.
double LowerEdge(std::size_t index) {
  const int octave = static_cast<int>(index >> kSubBits);
  const double part = static_cast<double>(index & ((1u << kSubBits) - 1)) / (1u << kSubBits);
  return std::ldexp(1.0 + part, octave + kLeastExponent);
}

}  // namespace

LatencyHistogram::LatencyHistogram()
    : bins_(static_cast<std::size_t>(kOctaves) << kSubBits),
      least_(std::numeric_limits<double>::infinity()),
      greatest_(0.0) {}

std::size_t LatencyHistogram::Index(double seconds) {
  if (!(seconds >= std::ldexp(1.0, kLeastExponent))) return 0;
  // The bits of a double are its exponent and then its mantissa: a logarithmic scale as they stand.
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(seconds) >> (52 - kSubBits);
  const std::uint64_t base = static_cast<std::uint64_t>(1023 + kLeastExponent) << kSubBits;
  return std::min<std::uint64_t>(bits - base,
                                 (static_cast<std::uint64_t>(kOctaves) << kSubBits) - 1);
}

void LatencyHistogram::Add(double seconds, std::uint64_t weight) {
  if (weight == 0) return;
  Bin& bin = bins_[Index(seconds)];
  bin.count += weight;
  bin.sum += seconds * static_cast<double>(weight);
  count_ += weight;
  sum_ += seconds * static_cast<double>(weight);
  least_ = std::min(least_, seconds);
  greatest_ = std::max(greatest_, seconds);
}

void LatencyHistogram::AddSeries(double first, double increment, std::uint64_t count,
                                 std::uint64_t weight) {
  if (weight == 0) return;
  for (std::uint64_t i = 0; i < count;) {
    const double value = first + static_cast<double>(i) * increment;
    const std::size_t index = Index(value);
    std::uint64_t terms = count - i;
    if (increment > 0.0) {
      const double room = (LowerEdge(index + 1) - value) / increment;
      if (room < static_cast<double>(terms))
        terms = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(room)));
    }
    const double n = static_cast<double>(terms);
    const double sum = (n * value + increment * n * (n - 1.0) / 2.0) * static_cast<double>(weight);
    bins_[index].count += terms * weight;
    bins_[index].sum += sum;
    count_ += terms * weight;
    sum_ += sum;
    least_ = std::min(least_, value);
    greatest_ = std::max(greatest_, value + increment * (n - 1.0));
    i += terms;
  }
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    bins_[i].count += other.bins_[i].count;
    bins_[i].sum += other.bins_[i].sum;
  }
  count_ += other.count_;
  sum_ += other.sum_;
  least_ = std::min(least_, other.least_);
  greatest_ = std::max(greatest_, other.greatest_);
}

double LatencyHistogram::mean() const { return sum_ / static_cast<double>(count_); }

double LatencyHistogram::OrderStatistic(std::uint64_t rank) const {
  if (rank == 0) return least_;
  if (rank + 1 >= count_) return greatest_;
  std::uint64_t below = 0;
  for (const Bin& bin : bins_) {
    below += bin.count;
    if (below > rank) return bin.sum / static_cast<double>(bin.count);
  }
  return greatest_;
}

double LatencyHistogram::Percentile(double share) const {
  if (count_ == 0) return std::numeric_limits<double>::quiet_NaN();
  const double position = share * static_cast<double>(count_ - 1);
  const std::uint64_t rank = static_cast<std::uint64_t>(position);
  const double low = OrderStatistic(rank);
  if (rank + 1 >= count_) return low;
  return low + (position - static_cast<double>(rank)) * (OrderStatistic(rank + 1) - low);
}

double Percentile(std::vector<double>& values, double share) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double position = share * static_cast<double>(values.size() - 1);
  const auto low = values.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), low, values.end());
  if (low + 1 == values.end()) return *low;
  const double high = *std::min_element(low + 1, values.end());
  return *low + (position - std::floor(position)) * (high - *low);
}

}  // namespace headroom::serving
