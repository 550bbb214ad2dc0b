#include "sim/core/balance.h"

#include <catch2/catch.hpp>

#include "sim/core/check.h"

using namespace headroom;

TEST_CASE("a million small parts close against their sum", "[balance]") {
  Balance b("energy");
  b.In(1e6 * 0.1);
  for (int i = 0; i < 1000000; ++i) b.Out(0.1);
  CHECK(b.RelativeError() < 1e-15);
}

TEST_CASE("an open balance names its law and its sums", "[balance]") {
  Balance b("heat");
  b.In(100.0);
  b.Out(60.0);
  b.Stored(30.0);
  CHECK(b.RelativeError() == Approx(0.1));
  CHECK_THROWS_WITH(b.Assert(1e-9), "balance of heat does not close: in 100, out 60, stored 30, error 0.1");
  b.Stored(10.0);
  CHECK_NOTHROW(b.Assert(1e-9));
}

TEST_CASE("an empty balance closes", "[balance]") { CHECK(Balance("none").RelativeError() == 0.0); }
