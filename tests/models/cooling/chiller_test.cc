#include "models/cooling/chiller.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cooling;

TEST_CASE("COP falls by its slope above the reference", "[chiller]") {
  const ChillerParams p;
  CHECK(ChillerCop(p, 290.0) == 5.0);
  CHECK(ChillerCop(p, 308.15) == Approx(4.0));
  CHECK(ChillerCop(p, 400.0) == 1.0);
}

namespace {
EirChillerParams Flat() {
  EirChillerParams p;
  p.capacity = 1e6;
  p.cop = 5.0;
  p.capacity_curve = {1, 0, 0, 0, 0, 0};
  p.eir_by_temperature = {1, 0, 0, 0, 0, 0};
  p.eir_by_load = {0.1, 0.9, 0};
  return p;
}
}  // namespace

TEST_CASE("an EIR chiller with flat curves is its reference point", "[chiller]") {
  const EirChiller c(Flat(), "chiller");
  CHECK(c.Run(1e6, 280.0, 300.0).power == Approx(200e3));
  CHECK(c.Run(0.5e6, 280.0, 300.0).power == Approx(200e3 * 0.55));
  CHECK(c.Run(2e6, 280.0, 300.0).heat == Approx(1.15e6));
  CHECK(c.Run(0.05e6, 280.0, 300.0).power == Approx(200e3 * 0.19 * 0.5));
  CHECK(c.Run(0.0, 280.0, 300.0).power == 0.0);
}

TEST_CASE("an EIR chiller's parameters are checked", "[chiller][errors]") {
  EirChillerParams p = Flat();
  p.cop = 0;
  CHECK_THROWS_WITH(EirChiller(p, "site.cooling.air.chiller"),
                    "site.cooling.air.chiller: cop is 0; it must be positive");
}
