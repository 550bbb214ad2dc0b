#include "models/cost/capital.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::cost;

// 100 MUSD over 5 years is 20 a year; 1 MW x 10.5 USD/W = 10.5 MUSD over 14 years 0.75; 2.4 % of
// 110.5 is 2.652.
TEST_CASE("a year of a site costs as worked by hand", "[capital]") {
  CapitalParams p;
  p.it_capital = 100e6;
  p.it_nameplate = 1e6;
  const CostParts year = CostOver(p, kYear, 0.6e6);
  CHECK(year.it == Approx(20e6));
  CHECK(year.facility == Approx(0.75e6));
  CHECK(year.operation == Approx(2.652e6));
  CHECK(year.total() == Approx(24.002e6));
  CHECK(PerToken(year, 1e12) == Approx(24.002e-6));
  CHECK(std::isnan(PerToken(year, 0.0)));
}

TEST_CASE("shares of a site add up to it", "[capital]") {
  CapitalParams p;
  p.it_capital = 3e6;
  p.it_nameplate = 1e5;
  const CostParts site = CostOver(p, 3600.0, 100.0);
  CHECK(ShareOf(site, 0.3, 0.4).total() + ShareOf(site, 0.7, 0.6).total() == Approx(site.total()));
}

TEST_CASE("a life of nothing is refused", "[capital][errors]") {
  CapitalParams p;
  p.it_life = 0.0;
  CHECK_THROWS_WITH(CostOver(p, 1.0, 0.0),
                    "site.cost.accelerator_life is 0 s; it must be positive");
}

// 1000 USD over 5 years at 8 %: 250.456 USD a year; without interest 200.
TEST_CASE("interest makes a yearly sum of a price", "[capital]") {
  CHECK(YearlyCost(1000.0, 5.0 * kYear, 0.08) == Approx(250.4565));
  CHECK(YearlyCost(1000.0, 5.0 * kYear, 0.0) == Approx(200.0));
  CHECK(YearlyCost(1000.0, 5.0 * kYear, 1e-9) == Approx(200.0));
}

TEST_CASE("what else is bought has a life of its own and is operated too", "[capital]") {
  CapitalParams p;
  p.operation = 0.01;
  p.items = {{"battery", 3e6, 15.0 * kYear}, {"pipes", 1e6, 20.0 * kYear}};
  const CostParts c = CostOver(p, kYear, 0.0);
  CHECK(c.items == Approx(2e5 + 5e4));
  CHECK(c.operation == Approx(4e4));
  CHECK(c.total() == Approx(2.9e5));
}
