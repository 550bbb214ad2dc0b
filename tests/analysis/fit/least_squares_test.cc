#include "analysis/fit/least_squares.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/fit/student.h"
#include "sim/core/diagnostics.h"
#include "sim/core/random.h"

using namespace headroom;
using namespace headroom::fit;

namespace {

/// y = a + b x, with p = {a, b}.
Residuals Line(const Values& x, const Values& y) {
  return [x, y](const std::vector<Values>& at) {
    std::vector<Values> out;
    for (const Values& p : at) {
      Values& r = out.emplace_back();
      for (std::size_t i = 0; i < x.size(); ++i) r.push_back(p[0] + p[1] * x[i] - y[i]);
    }
    return out;
  };
}

const std::vector<Bound> kWide = {{-100, 100}, {-100, 100}};

}  // namespace

// Tables of Student's t: 12.706, 2.228, 1.984.
TEST_CASE("quantiles of Student's t are the printed ones", "[fit]") {
  CHECK(StudentQuantile(0.975, 1) == Approx(12.706).epsilon(1e-4));
  CHECK(StudentQuantile(0.975, 10) == Approx(2.2281).epsilon(1e-4));
  CHECK(StudentQuantile(0.95, 5) == Approx(2.0150).epsilon(1e-4));
  CHECK(StudentQuantile(0.975, 100) == Approx(1.9840).epsilon(1e-4));
}

// Through (0,1), (1,3), (2,4), (3,6): slope 1.6, intercept 1.1, residual variance 0.1; standard error of the slope sqrt(0.1 / 5).
TEST_CASE("a line through four points has the textbook's slope and standard errors", "[fit]") {
  Options plain;
  plain.robust = false;
  const Fit f = LeastSquares(Line({0, 1, 2, 3}, {1, 3, 4, 6}), {0, 0}, kWide, plain);
  REQUIRE(f.converged);
  CHECK(f.estimates[0].value == Approx(1.1));
  CHECK(f.estimates[1].value == Approx(1.6));
  CHECK(f.scatter == Approx(std::sqrt(0.1)));
  CHECK(f.estimates[1].deviation == Approx(std::sqrt(0.1 / 5.0)));
  CHECK(f.estimates[1].high - f.estimates[1].value == Approx(4.3027 * std::sqrt(0.02)).epsilon(1e-3));
}

TEST_CASE("one wild point moves plain squares and hardly the robust fit", "[fit]") {
  Values x, y;
  for (int i = 0; i < 20; ++i) {
    x.push_back(i);
    y.push_back(2.0 + 0.5 * i + (i % 2 ? 0.05 : -0.05));
  }
  y[18] += 40.0;
  Options plain;
  plain.robust = false;
  CHECK(std::abs(LeastSquares(Line(x, y), {0, 0}, kWide, plain).estimates[1].value - 0.5) > 0.1);
  CHECK(LeastSquares(Line(x, y), {0, 0}, kWide).estimates[1].value == Approx(0.5).margin(0.01));
}

TEST_CASE("what the data cannot tell is said, by parameter", "[fit]") {
  // Only the sum of the first two matters; the third does nothing.
  const Residuals r = [](const std::vector<Values>& at) {
    std::vector<Values> out;
    for (const Values& p : at) out.push_back({p[0] + p[1] - 1.0, 2 * (p[0] + p[1]) - 2.1, p[0] + p[1] - 0.9, p[3] - 1.0});
    return out;
  };
  const Fit f = LeastSquares(r, {0, 0, 0, 0}, std::vector<Bound>(4, {-9, 9}));
  CHECK_FALSE(f.estimates[0].identified);
  CHECK_FALSE(f.estimates[1].identified);
  CHECK_FALSE(f.estimates[2].identified);
  CHECK(f.estimates[3].identified);
}

TEST_CASE("bounds hold, and are told", "[fit]") {
  const Fit f = LeastSquares(Line({0, 1, 2, 3}, {1, 3, 4, 6}), {0, 0}, {{-100, 100}, {-100, 1.0}});
  CHECK(f.estimates[1].value == 1.0);
  CHECK(f.estimates[1].at_bound);
}

TEST_CASE("fewer measurements than parameters are refused", "[fit]") {
  CHECK_THROWS_WITH(LeastSquares(Line({1}, {1}), {0, 0}, kWide), Catch::Contains("fewer measurements"));
}

// 200 trials of y = a + b x with normal noise: each parameter lies in its interval in 95 %, within three deviations of
// the binomial (1.5 %).
TEST_CASE("intervals hold the true parameters as often as they say", "[fit][property]") {
  RandomStream noise(7, "fit");
  int inside_a = 0, inside_b = 0;
  for (int trial = 0; trial < 200; ++trial) {
    Values x, y;
    for (int i = 0; i < 30; ++i) {
      x.push_back(i * 0.1);
      y.push_back(1.0 + 2.0 * x.back() + 0.1 * noise.Normal());
    }
    const Fit f = LeastSquares(Line(x, y), {0, 0}, kWide);
    inside_a += f.estimates[0].low <= 1.0 && 1.0 <= f.estimates[0].high;
    inside_b += f.estimates[1].low <= 2.0 && 2.0 <= f.estimates[1].high;
  }
  CHECK(inside_a >= 181);
  CHECK(inside_b >= 181);
}
