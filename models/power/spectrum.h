#pragma once

#include <vector>

namespace headroom::power {

/// One-sided spectrum of equally spaced samples, without a taper. Bin k stands at k / (n dt) hertz;
/// its rms is that of the sine in it, so that by Parseval
///
///     sum over k >= 1 of rms[k]^2 = variance of the samples
///
/// A trend over the samples, or a period that is no whole part of them, leaks into neighbour bins
/// with 1/f.
struct Spectrum {
  double spacing = 0.0;     ///< Hz between bins
  double mean = 0.0;        ///< bin 0
  std::vector<double> rms;  ///< bins 1 .. n/2
  double Frequency(std::size_t bin) const { return spacing * static_cast<double>(bin + 1); }
  /// Sum of rms^2 of the bins in from..to [Hz], both included.
  double Energy(double from, double to) const;
  /// Sum of rms^2 of all bins.
  double Energy() const;
};

/// Any number of samples from 2 on, in O(n log n) (Bluestein's chirp over powers of two).
Spectrum SpectrumOf(const std::vector<double>& samples, double seconds);

}  // namespace headroom::power
