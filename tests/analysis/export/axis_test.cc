#include "analysis/export/axis.h"

#include <catch2/catch.hpp>

using namespace headroom::report;

TEST_CASE("steps are round", "[axis]") {
  CHECK(NiceStep(100, 4) == Approx(25));
  CHECK(NiceStep(7, 4) == Approx(2));
  CHECK(NiceStep(0.93, 5) == Approx(0.2));
}

TEST_CASE("an axis holds what it is for", "[axis]") {
  const Axis a = NiceAxis(13, 87, false);
  CHECK(a.from <= 13);
  CHECK(a.to >= 87);
  CHECK(NiceAxis(13, 87, true).from == 0.0);
  // A flat line stands inside its axis, not on its edge.
  const Axis flat = NiceAxis(5, 5, false);
  CHECK(flat.from < 5);
  CHECK(flat.to > 5);
}

TEST_CASE("labels have the digits that their step needs", "[axis]") {
  CHECK(Tick(0.5, 0.25) == "0.50");
  CHECK(Tick(50, 25) == "50");
  CHECK(Tick(1e-17, 0.25) == "0");
}

TEST_CASE("time is labelled in the unit that suits its length", "[axis]") {
  CHECK(std::string(TimeUnitFor(200).name) == "s");
  CHECK(std::string(TimeUnitFor(3600).name) == "min");
  CHECK(std::string(TimeUnitFor(86400).name) == "h");
  CHECK(std::string(TimeUnitFor(30 * 86400).name) == "d");
}
