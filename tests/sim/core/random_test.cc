#include "sim/core/random.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom;

TEST_CASE("equal seed and path give equal numbers, another path others", "[random]") {
  RandomStream a(7, "arrivals"), b(7, "arrivals"), c(7, "lengths"), d(8, "arrivals");
  const auto x = a.Next();
  CHECK(x == b.Next());
  CHECK(x != c.Next());
  CHECK(x != d.Next());
}

TEST_CASE("moments of the distributions", "[random]") {
  RandomStream r(1, "moments");
  const int n = 200000;
  double uniform = 0, exponential = 0, normal = 0, square = 0, lognormal = 0;
  for (int i = 0; i < n; ++i) {
    uniform += r.Uniform();
    exponential += r.Exponential(3.0);
    const double z = r.Normal();
    normal += z;
    square += z * z;
    lognormal += r.Lognormal(5.0, 0.8);
  }
  CHECK(uniform / n == Approx(0.5).margin(4 * 0.2887 / std::sqrt(n)));
  CHECK(exponential / n == Approx(3.0).margin(4 * 3.0 / std::sqrt(n)));
  CHECK(normal / n == Approx(0.0).margin(4 / std::sqrt(n)));
  CHECK(square / n == Approx(1.0).margin(4 * 1.414 / std::sqrt(n)));
  CHECK(lognormal / n == Approx(5.0).margin(4 * 5.0 * std::sqrt(std::exp(0.64) - 1) / std::sqrt(n)));
}

TEST_CASE("an integer below n is below n and reaches every value", "[random]") {
  RandomStream r(3, "below");
  bool seen[7] = {};
  for (int i = 0; i < 1000; ++i) {
    const auto v = r.Below(7);
    REQUIRE(v < 7);
    seen[v] = true;
  }
  for (bool s : seen) CHECK(s);
}
