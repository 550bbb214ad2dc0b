#include "models/power/breaker.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace headroom::power;

// tau = 300 s, pickup 1.05: at twice the rating x^2 = 3.628, from cold 300 ln(3.628 / 2.628) = 96.73 s.
TEST_CASE("a breaker opens by the closed form of its thermal image", "[breaker]") {
  Breaker cold({}, 0.0);
  CHECK(cold.TimeToTrip(2.0) == Approx(96.7338).epsilon(1e-5));
  Breaker warm({}, 0.9);
  const double due = warm.TimeToTrip(1.4);
  CHECK(due == Approx(88.0488).epsilon(1e-5));
  CHECK_FALSE(warm.Advance(1.4, due - 0.01));
  CHECK(warm.Advance(1.4, 0.02));
}

TEST_CASE("what is within the pickup is carried for ever", "[breaker]") {
  Breaker b({}, 1.0);
  CHECK(b.TimeToTrip(1.05) == std::numeric_limits<double>::infinity());
  CHECK_FALSE(b.Advance(1.05, 1e6));
  CHECK(b.heat() < 1.0 + 1e-12);
}

TEST_CASE("halved steps give the same heat", "[breaker][properties]") {
  Breaker one({}, 0.5), two({}, 0.5);
  one.Advance(1.2, 60.0);
  two.Advance(1.2, 30.0);
  two.Advance(1.2, 30.0);
  CHECK(one.heat() == Approx(two.heat()).epsilon(1e-12));
}
