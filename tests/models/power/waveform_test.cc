#include "models/power/waveform.h"

#include <catch2/catch.hpp>

#include "sim/core/check.h"

using namespace headroom;
using headroom::power::Waveform;

TEST_CASE("a waveform knows its period, mean and extremes", "[waveform]") {
  const Waveform w({{2.0, 1000.0}, {0.5, 200.0}, {0.0, 9000.0}, {1.5, 600.0}});
  CHECK(w.period() == Approx(4.0));
  CHECK(w.mean() == Approx((2000.0 + 100.0 + 900.0) / 4.0));
  CHECK(w.min() == 200.0);
  CHECK(w.max() == 1000.0);
}

TEST_CASE("a waveform repeats", "[waveform]") {
  const Waveform w({{2.0, 1000.0}, {1.0, 200.0}});
  CHECK(w.At(1.999) == 1000.0);
  CHECK(w.At(2.0) == 200.0);
  CHECK(w.At(3.0) == 1000.0);
  CHECK(w.EnergyUntil(7.5) == Approx(2 * 2200.0 + 1500.0));
  CHECK(w.EnergyUntil(3.0) == Approx(w.energy()));
}

TEST_CASE("a waveform of no length is a defect", "[waveform]") {
  CHECK_THROWS_AS(Waveform({}), InternalError);
  CHECK_THROWS_AS(Waveform({{-1.0, 5.0}}), InternalError);
}
