#include <catch2/catch.hpp>
#include <cmath>

#include "models/cooling/mover_curve.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cooling;

TEST_CASE("a mover passes its points and scales by affinity", "[mover]") {
  const MoverCurve pump({{0.0, 100e3, 400}, {0.01, 80e3, 1100}, {0.02, 30e3, 1300}}, "pump");
  CHECK(pump.Head(0.01, 1.0) == Approx(80e3));
  CHECK(pump.Power(0.02, 1.0) == Approx(1300));
  CHECK(pump.Head(0.005, 0.5) == Approx(80e3 / 4));
  CHECK(pump.Power(0.005, 0.5) == Approx(1100.0 / 8));
  CHECK(pump.SpeedFor(0.005, 20e3) == Approx(0.5).epsilon(1e-9));
  CHECK(pump.Head(0.0, 0.0) == 0.0);
}

// 80 kPa at 0.01 m^3/s are met by a system of 8e8 Pa/(m^3/s)^2, or of 50 kPa and 3e8.
TEST_CASE("a mover meets its system", "[mover]") {
  const MoverCurve pump({{0.0, 100e3, 400}, {0.01, 80e3, 1100}, {0.02, 30e3, 1300}}, "pump");
  CHECK(pump.FlowInto(8e8, 0.0, 1.0) == Approx(0.01).epsilon(1e-9));
  CHECK(pump.FlowInto(3e8, 50e3, 1.0) == Approx(0.01).epsilon(1e-9));
  CHECK(pump.FlowInto(8e8, 0.0, 0.5) == Approx(0.005).epsilon(1e-9));
  CHECK(pump.FlowInto(8e8, 120e3, 1.0) == 0.0);
}

TEST_CASE("a mover known by its best point is best there", "[mover]") {
  const MoverCurve pump = MoverCurve::FromBestPoint(0.03, 80e3, 0.49);
  CHECK(pump.Head(0.03, 1.0) == Approx(80e3));
  CHECK(0.03 * 80e3 / pump.Power(0.03, 1.0) == Approx(0.49 * EulerEfficiency(0.0)).epsilon(1e-4));
  CHECK(EulerEfficiency(0.0) == Approx(1.0).epsilon(2e-3));
  for (double v : {0.012, 0.021, 0.039, 0.048})
    CHECK(v * pump.Head(v, 1.0) / pump.Power(v, 1.0) < 0.49);
  for (double x : {-0.5, 0.5})
    CHECK(EulerEfficiency(x - 1e-9) == Approx(EulerEfficiency(x + 1e-9)).epsilon(1e-3));
}

TEST_CASE("a curve whose head rises is refused", "[mover][errors]") {
  CHECK_THROWS_WITH(MoverCurve({{0.0, 10}, {0.5, 12}}, "site.cooling.cdu.a.pump_curve"),
                    "site.cooling.cdu.a.pump_curve: point 2 has 0.5 m^3/s and 12 Pa after 0 m^3/s and "
                    "10 Pa; flow must rise and head fall from point to point");
}
