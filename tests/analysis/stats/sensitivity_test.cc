#include "analysis/stats/sensitivity.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <set>

#include "analysis/stats/effects.h"

using namespace headroom::stats;

namespace {

template <class F>
std::vector<double> Evaluate(const std::vector<double>& design, std::size_t dimensions, F&& f) {
  std::vector<double> y;
  for (std::size_t i = 0; i < design.size(); i += dimensions) y.push_back(f(&design[i]));
  return y;
}

/// Ishigami and Homma (1990) with a = 7, b = 0.1 over the unit cube.
double Ishigami(const double* u) {
  const auto x = [&](int i) { return std::numbers::pi * (2.0 * u[i] - 1.0); };
  const double s = std::sin(x(1));
  return std::sin(x(0)) + 7.0 * s * s + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
}

}  // namespace

TEST_CASE("a Morris walk changes every coordinate once, by two thirds", "[stats][morris]") {
  constexpr std::size_t d = 5;
  const std::vector<double> walks = MorrisWalks(20, d, 3);
  REQUIRE(walks.size() == 20 * (d + 1) * d);
  std::set<double> levels(walks.begin(), walks.end());
  CHECK(levels == std::set<double>{0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0});
  for (std::size_t w = 0; w < 20; ++w) {
    std::set<std::size_t> changed;
    for (std::size_t row = 1; row <= d; ++row) {
      std::size_t in_this_row = 0;
      for (std::size_t k = 0; k < d; ++k) {
        const std::size_t at = (w * (d + 1) + row) * d + k;
        if (walks[at] == walks[at - d]) continue;
        ++in_this_row;
        changed.insert(k);
        CHECK(std::abs(walks[at] - walks[at - d]) == Approx(2.0 / 3.0));
      }
      CHECK(in_this_row == 1);
    }
    CHECK(changed.size() == d);
  }
  CHECK(MorrisWalks(20, d, 3) == walks);
  CHECK(MorrisWalks(20, d, 4) != walks);
}

// y = 3 a - 5 b + 0 c: every elementary effect is the coefficient itself.
TEST_CASE("elementary effects of a linear function are its coefficients", "[stats][morris]") {
  const std::vector<double> design = MorrisWalks(10, 3, 1);
  const auto e = EffectsOf(design, 3, Evaluate(design, 3, [](const double* u) { return 3.0 * u[0] - 5.0 * u[1]; }));
  CHECK(e[0].mean == Approx(3.0));
  CHECK(e[1].mean == Approx(-5.0));
  CHECK(e[1].mean_absolute == Approx(5.0));
  CHECK(e[2].mean_absolute == Approx(0.0).margin(1e-12));
  for (const ElementaryEffects& of : e) {
    CHECK(of.deviation == Approx(0.0).margin(1e-12));
    CHECK(of.count == 10);
  }
}

// y = a b: the effect of a is b, whose mean over the four levels is 1/2 and whose deviation is that of
// 0, 1/3, 2/3, 1: sqrt(5)/6 = 0.3727.
TEST_CASE("an interaction shows in the deviation of the effects", "[stats][morris]") {
  const std::vector<double> design = MorrisWalks(4000, 2, 1);
  const auto e = EffectsOf(design, 2, Evaluate(design, 2, [](const double* u) { return u[0] * u[1]; }));
  for (const ElementaryEffects& of : e) {
    CHECK(of.mean == Approx(0.5).margin(0.02));
    CHECK(of.deviation == Approx(0.3727).margin(0.02));
  }
}

// x1 goes only with cos-like symmetry of x3: mean effects of x2 and x3 vanish, their sizes do not; x3
// acts in interaction alone.
TEST_CASE("elementary effects rank the causes of the Ishigami function", "[stats][morris]") {
  const std::vector<double> design = MorrisWalks(2000, 3, 1);
  const auto e = EffectsOf(design, 3, Evaluate(design, 3, Ishigami));
  CHECK(e[0].mean_absolute > 1.0);
  CHECK(e[1].mean_absolute > 1.0);
  CHECK(e[2].mean_absolute > 1.0);
  CHECK(std::abs(e[1].mean) < 0.05 * e[1].mean_absolute);
  CHECK(e[2].deviation > e[2].mean_absolute);
}

TEST_CASE("a step without a figure is left out of the effects", "[stats][morris]") {
  const std::vector<double> design = MorrisWalks(3, 2, 1);
  std::vector<double> y = Evaluate(design, 2, [](const double* u) { return u[0] + 2.0 * u[1]; });
  y[0] = std::nan("");
  const auto e = EffectsOf(design, 2, y);
  CHECK(e[0].count + e[1].count == 5);
  CHECK(e[0].mean == Approx(1.0));
  CHECK(e[1].mean == Approx(2.0));
}

// Analytic: V = 13.8446; first 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437.
TEST_CASE("Sobol indices of the Ishigami function are its analytic ones", "[stats][sobol]") {
  const std::vector<double> design = SaltelliDesign(8192, 3, 1);
  REQUIRE(design.size() == 8192u * 5 * 3);
  const auto s = SobolIndicesOf(3, Evaluate(design, 3, Ishigami));
  CHECK(s[0].first == Approx(0.3139).margin(0.01));
  CHECK(s[1].first == Approx(0.4424).margin(0.01));
  CHECK(s[2].first == Approx(0.0).margin(0.01));
  CHECK(s[0].total == Approx(0.5576).margin(0.01));
  CHECK(s[1].total == Approx(0.4424).margin(0.01));
  CHECK(s[2].total == Approx(0.2437).margin(0.01));
}

// y = 3 a + b: variances 9/12 and 1/12, so 0.9 and 0.1, first and total alike; twelve dimensions take
// the Latin hypercube.
TEST_CASE("Sobol indices of a linear function are its shares of the variance", "[stats][sobol]") {
  for (const std::size_t d : {2, 12}) {
    const std::vector<double> design = SaltelliDesign(4096, d, 2);
    const auto s = SobolIndicesOf(d, Evaluate(design, d, [](const double* u) { return 3.0 * u[0] + u[1]; }));
    CHECK(s[0].first == Approx(0.9).margin(0.03));
    CHECK(s[0].total == Approx(0.9).margin(0.03));
    CHECK(s[1].first == Approx(0.1).margin(0.03));
    CHECK(s[1].total == Approx(0.1).margin(0.03));
  }
}

TEST_CASE("a block without a figure is left out, a constant has no indices", "[stats][sobol]") {
  const std::vector<double> design = SaltelliDesign(2000, 2, 1);
  std::vector<double> y = Evaluate(design, 2, [](const double* u) { return 3.0 * u[0] + u[1]; });
  y[2] = std::nan("");
  CHECK(SobolIndicesOf(2, y)[0].total == Approx(0.9).margin(0.03));
  const auto none = SobolIndicesOf(2, std::vector<double>(40, 7.0));
  CHECK(none[0].first == 0.0);
  CHECK(none[0].total == 0.0);
}

// The correlation ratio of a drawn sweep that is no design: first-order shares, of ten groups.
TEST_CASE("main effects of a drawn sample come near the first Sobol index", "[stats]") {
  const std::vector<double> design = SaltelliDesign(2000, 2, 5);
  std::vector<double> a, y;
  for (std::size_t i = 0; i < design.size(); i += 8) {  // A of each block
    a.push_back(design[i]);
    y.push_back(3.0 * design[i] + design[i + 1]);
  }
  CHECK(MainEffect(GroupsOf(a), y, false) == Approx(0.9 * 0.99).margin(0.02));
}
