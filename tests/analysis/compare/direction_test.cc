#include "analysis/compare/direction.h"

#include <catch2/catch.hpp>

using namespace headroom::report;

TEST_CASE("more tokens are good, more watts are not, more accelerators are neither", "[direction]") {
  CHECK(DirectionOf("workloads.a.tokens_per_second_per_accelerator") == Direction::kMore);
  CHECK(DirectionOf("workloads.a.step_time") == Direction::kLess);
  CHECK(DirectionOf("workloads.a.ttft.p99") == Direction::kLess);
  CHECK(DirectionOf("workloads.a.energy_per_token") == Direction::kLess);
  CHECK(DirectionOf("site.power.peak") == Direction::kLess);
  CHECK(DirectionOf("site.headroom.feed") == Direction::kMore);
  CHECK(DirectionOf("site.accelerators") == Direction::kNeither);
  CHECK(DirectionOf("site.power.it_mean") == Direction::kNeither);
  CHECK(DirectionOf("something.new") == Direction::kNeither);
}
