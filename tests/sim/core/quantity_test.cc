#include "sim/core/quantity.h"

#include <catch2/catch.hpp>

using namespace headroom;

TEST_CASE("a product of quantities has the product's unit", "[quantity]") {
  const Energy e = 12.0 * unit::kW * (30.0 * unit::min);
  CHECK(e.in(unit::kWh) == Approx(6.0));
  CHECK((e / (2.0 * unit::h)).in(unit::kW) == Approx(3.0));
}

TEST_CASE("a ratio of equal units is a plain number", "[quantity]") {
  const double ratio = (1.0 * unit::MW) / (250.0 * unit::kW);
  CHECK(ratio == Approx(4.0));
}

TEST_CASE("a byte is eight bits", "[quantity]") {
  CHECK((400.0 * unit::Gbps).in(unit::GB_per_s) == Approx(50.0));
  CHECK((1.0 * unit::GiB).in(unit::B) == 1073741824.0);
}

TEST_CASE("two temperatures differ by a difference", "[quantity]") {
  const Temperature supply = Temperature::FromCelsius(40.0);
  const TemperatureDifference rise = Temperature::FromCelsius(52.5) - supply;
  CHECK(rise.in(unit::K) == Approx(12.5));
  CHECK((supply + rise).celsius() == Approx(52.5));
}
