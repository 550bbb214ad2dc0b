#include "analysis/stats/forecast.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/core/random.h"

using namespace headroom;
using namespace headroom::stats;

namespace {
using Values = std::vector<double>;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Values Times(std::size_t n, double step) {
  Values t;
  for (std::size_t i = 0; i < n; ++i) t.push_back(static_cast<double>(i) * step);
  return t;
}
}  // namespace

// Measured 10, 12, 14, 16; predicted 11, 12, 13, 16: errors -1, 0, 1, 0. RMSE sqrt(2/4); mean 13. Persistence over one row misses by 2 each
// time; over those three rows the forecast's RMSE is sqrt(1/3).
TEST_CASE("errors, bias and skill of a worked series", "[forecast]") {
  const ForecastScore s = ScoreForecast(Times(4, 1), {10, 12, 14, 16}, {11, 12, 13, 16}, 1.0);
  CHECK(s.rows == 4);
  CHECK(s.mean == Approx(13));
  CHECK(s.rmse == Approx(std::sqrt(0.5)));
  CHECK(s.bias == Approx(0).margin(1e-12));
  CHECK(s.cv_rmse == Approx(std::sqrt(0.5) / 13));
  CHECK(s.persisted == 3);
  CHECK(s.rmse_persistence == Approx(2));
  REQUIRE(s.skill);
  CHECK(*s.skill == Approx(1 - std::sqrt(1.0 / 3.0) / 2));
}

TEST_CASE("a perfect forecast has skill 1, persistence itself 0", "[forecast]") {
  const Values m = {3, 5, 4, 6, 2, 7};
  CHECK(*ScoreForecast(Times(6, 1), m, m, 1).skill == Approx(1));
  CHECK(*ScoreForecast(Times(6, 1), m, {3, 3, 5, 4, 6, 2}, 1).skill == Approx(0).margin(1e-12));
}

TEST_CASE("missing rows are left out, and persistence does not reach over long gaps", "[forecast]") {
  Values t = Times(6, 1), m = {1, kNone, kNone, kNone, 5, 6};
  const ForecastScore s = ScoreForecast(t, m, {1, 2, 3, 4, 5, kNone}, 1);
  CHECK(s.rows == 2);
  CHECK(s.persisted == 0);  // at 4 the last measurement is four steps old
  CHECK_FALSE(s.skill);
}

TEST_CASE("a signal that stands still leaves nothing to foresee", "[forecast]") {
  const ForecastScore s = ScoreForecast(Times(5, 1), {4, 4, 4, 4, 4}, {4, 4, 4, 4, 5}, 1);
  CHECK(s.persisted == 4);
  CHECK_FALSE(s.skill);
}

TEST_CASE("a steady trend of the error is found, with its slope", "[forecast]") {
  RandomStream noise(1, "drift");
  Values t = Times(400, 60), m, p;
  for (const double at : t) {
    p.push_back(100);
    m.push_back(100 + 1e-4 * at + 0.2 * noise.Normal());
  }
  const auto drift = ScoreForecast(t, m, p, 3600).drift;
  REQUIRE(drift);
  CHECK(drift->beyond_chance());
  CHECK(drift->slope == Approx(1e-4).epsilon(0.05));
  CHECK(drift->low < 1e-4);
  CHECK(drift->high > 1e-4);
}

// Of 300 series without a trend at most 5 % may be called drifting, give or take three deviations of the binomial (26).
TEST_CASE("noise without a trend does not drift, alike neighbours or not", "[forecast][property]") {
  RandomStream noise(2, "drift");
  for (const double memory : {0.0, 0.8}) {
    int called = 0;
    for (int trial = 0; trial < 300; ++trial) {
      Values t = Times(400, 60), m, p(400, 10.0);
      double e = 0.0;
      for (std::size_t i = 0; i < 400; ++i) {
        e = memory * e + noise.Normal();
        m.push_back(10 + e);
      }
      const auto drift = ScoreForecast(t, m, p, 3600).drift;
      called += drift && drift->beyond_chance();
    }
    INFO("memory " << memory << ": " << called << " of 300");
    CHECK(called <= (memory == 0.0 ? 26 : 40));
  }
}
