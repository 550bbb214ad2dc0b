#include "models/power/spectrum.h"

#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "sim/core/check.h"

namespace headroom::power {
namespace {

using Complex = std::complex<double>;

Complex Times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

Complex Unit(double turns) {
  const double angle = 2.0 * std::numbers::pi * turns;
  return {std::cos(angle), std::sin(angle)};
}

/// In place, length a power of two, no scaling; `roots[j]` = exp(-2 pi i j / n) for j < n/2.
void Transform(std::vector<Complex>& x, const std::vector<Complex>& roots) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (std::size_t half = 1; half < n; half *= 2) {
    const std::size_t stride = n / (2 * half);
    for (std::size_t at = 0; at < n; at += 2 * half)
      for (std::size_t k = 0; k < half; ++k) {
        const Complex odd = Times(x[at + k + half], roots[k * stride]);
        const Complex even = x[at + k];
        x[at + k] = even + odd;
        x[at + k + half] = even - odd;
      }
  }
}

}  // namespace

Spectrum SpectrumOf(const std::vector<double>& samples, double seconds) {
  const std::size_t n = samples.size();
  HR_CHECK(n >= 2 && seconds > 0.0, n, seconds);
  Spectrum out;
  out.spacing = 1.0 / (seconds * static_cast<double>(n));
  out.mean = std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(n);

  std::size_t size = 1;
  while (size < 2 * n - 1) size *= 2;
  std::vector<Complex> roots(size / 2 + 1), chirp(n), a(size), b(size);
  for (std::size_t j = 0; j < size / 2; ++j)
    roots[j] = Unit(-static_cast<double>(j) / static_cast<double>(size));
  for (std::uint64_t k = 0; k < n; ++k)
    chirp[k] = Unit(-static_cast<double>(k * k % (2 * n)) / static_cast<double>(2 * n));
  for (std::size_t k = 0; k < n; ++k) {
    a[k] = (samples[k] - out.mean) * chirp[k];
    b[k] = std::conj(chirp[k]);
    if (k > 0) b[size - k] = b[k];
  }
  Transform(a, roots);
  Transform(b, roots);
  for (std::size_t i = 0; i < size; ++i) a[i] = std::conj(Times(a[i], b[i]));
  Transform(a, roots);

  for (std::size_t k = 1; k <= n / 2; ++k) {
    const double amplitude = std::abs(a[k]) / static_cast<double>(size) / static_cast<double>(n);
    out.rms.push_back(2 * k == n ? amplitude : std::numbers::sqrt2 * amplitude);
  }
  return out;
}

double Spectrum::Energy(double from, double to) const {
  double sum = 0.0;
  const double slack = 1e-9 * spacing;
  for (std::size_t i = 0; i < rms.size(); ++i)
    if (Frequency(i) >= from - slack && Frequency(i) <= to + slack) sum += rms[i] * rms[i];
  return sum;
}

double Spectrum::Energy() const {
  return std::inner_product(rms.begin(), rms.end(), rms.begin(), 0.0);
}

}  // namespace headroom::power
