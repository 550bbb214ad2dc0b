#include "sim/core/percentile.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/check.h"

using namespace headroom;

TEST_CASE("a percentile interpolates linearly between order statistics", "[percentile]") {
  CHECK(Percentile({4, 1, 3, 2}, 0.5) == 2.5);
  CHECK(Percentile({4, 1, 3, 2}, 0.0) == 1.0);
  CHECK(Percentile({4, 1, 3, 2}, 1.0) == 4.0);
  // numpy.percentile([15, 20, 35, 40, 50], [40, 90]): positions 1.6 and 3.6.
  CHECK(Percentile({15, 20, 35, 40, 50}, 0.4) == Approx(29.0).epsilon(1e-15));
  CHECK(Percentile({15, 20, 35, 40, 50}, 0.9) == Approx(46.0).epsilon(1e-15));
  CHECK(Percentile({7}, 0.37) == 7.0);
  CHECK(std::isnan(Percentile({}, 0.5)));
}

TEST_CASE("a percentile grows with its share and stays within the values", "[percentile]") {
  const std::vector<double> v = {-1e300, 0.1, 0.1, 0.3, 1e300};
  double before = v.front();
  for (int i = 0; i <= 1000; ++i) {
    const double now = Percentile(v, i / 1000.0);
    CHECK(now >= before);
    CHECK(now <= v.back());
    before = now;
  }
}

TEST_CASE("a share outside 0 to 1 is a defect", "[percentile]") {
  CHECK_THROWS_AS(Percentile({1, 2}, 1.01), InternalError);
  CHECK_THROWS_AS(Percentile({1, 2}, std::nan("")), InternalError);
  CHECK_THROWS_AS(PercentileOfSorted({}, 0.5), InternalError);
}
