#include "models/power/spectrum.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "models/power/grid_compliance.h"
#include "sim/core/random.h"

using namespace headroom;
using namespace headroom::power;

namespace {

std::vector<double> Sine(std::size_t n, double dt, double mean, double peak, double hertz) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = mean + peak * std::sin(2.0 * M_PI * hertz * dt * static_cast<double>(i));
  return x;
}

GridLimits Limits() {
  GridLimits g;
  g.ramp_up = 1e4;
  g.range = 100.0;
  g.share = 0.2;
  g.amplitude = 30.0;
  return g;
}

}  // namespace

TEST_CASE("a sine of 100 W stands in one bin with 70.7 W rms", "[spectrum]") {
  const Spectrum s = SpectrumOf(Sine(6000, 1e-2, 1000.0, 100.0, 0.5), 1e-2);
  CHECK(s.mean == Approx(1000.0));
  CHECK(s.Frequency(29) == Approx(0.5));
  CHECK(s.rms[29] == Approx(100.0 / std::sqrt(2.0)).epsilon(1e-10));
  CHECK(s.Energy() == Approx(5000.0).epsilon(1e-10));
  CHECK(s.Energy(0.5, 0.5) == Approx(5000.0).epsilon(1e-10));
}

// 997 is prime.
TEST_CASE("energies add up to the variance, whatever the number of samples", "[spectrum]") {
  RandomStream random(3, "samples");
  for (std::size_t n : {2, 3, 64, 997, 1000}) {
    std::vector<double> x(n);
    double mean = 0.0, square = 0.0;
    for (double& v : x) mean += (v = random.Uniform()) / static_cast<double>(n);
    for (double v : x) square += (v - mean) * (v - mean) / static_cast<double>(n);
    CHECK(SpectrumOf(x, 1.0).Energy() == Approx(square).epsilon(1e-11));
  }
}

// A square of +-50 W has 4 / pi x 50 W / sqrt(2) = 45.02 W rms at its frequency and a third at three
// times that.
TEST_CASE("a square has its odd harmonics", "[spectrum]") {
  std::vector<double> x(60000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (i / 500) % 2 == 0 ? 550.0 : 450.0;
  const Spectrum s = SpectrumOf(x, 1e-3);
  CHECK(s.rms[59] == Approx(45.016).epsilon(1e-4));
  CHECK(s.rms[179] == Approx(45.016 / 3.0).epsilon(1e-4));
  CHECK(s.rms[119] == Approx(0.0).margin(1e-9));
}

TEST_CASE("range, share and amplitude of a window", "[grid]") {
  auto x = Sine(60000, 1e-3, 1000.0, 30.0, 1.0);
  const auto fast = Sine(60000, 1e-3, 0.0, 40.0, 50.0);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += fast[i];
  const auto f = FiguresOf(x, 1e-3, SpectrumOf(x, 1e-3), Limits());
  CHECK(*f.band_share == Approx(900.0 / 2500.0).epsilon(1e-9));
  CHECK(*f.band_amplitude == Approx(30.0 / std::sqrt(2.0)).epsilon(1e-9));
  const GridVerdict v = Judge(Limits(), f, 2e4, 0.0);
  CHECK(v.broken == std::vector<std::string>{"ramp_up", "range", "band.share"});
  CHECK_FALSE(v.unknown);
}

TEST_CASE("a share is left out where there is no ripple, and passes", "[grid]") {
  const std::vector<double> x(60000, 1000.0);
  const auto f = FiguresOf(x, 1e-3, SpectrumOf(x, 1e-3), Limits());
  CHECK_FALSE(f.band_share);
  CHECK(*f.band_amplitude == Approx(0.0).margin(1e-9));
  CHECK(Judge(Limits(), f, 0.0, 0.0).broken.empty());
  CHECK_FALSE(Judge(Limits(), f, 0.0, 0.0).unknown);
}

TEST_CASE("samples too far apart for the band, or no ramp, leave the verdict open", "[grid]") {
  const auto x = Sine(60, 1.0, 1000.0, 1.0, 0.1);
  const auto f = FiguresOf(x, 1.0, SpectrumOf(x, 1.0), Limits());
  CHECK_FALSE(f.band_amplitude);
  CHECK(Judge(Limits(), f, 0.0, 0.0).unknown);
}
