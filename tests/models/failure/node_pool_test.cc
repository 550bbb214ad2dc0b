#include "models/failure/node_pool.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>
#include <utility>

using namespace headroom;
using namespace headroom::failure;

TEST_CASE("a spare is there at once; without one the next repaired node is", "[failure]") {
  Engine engine;
  NodePool pool(engine, 1, 3600, 5, "repair");
  int got = 0;
  pool.Replace([&] { ++got; });
  CHECK(got == 1);
  CHECK(pool.ready() == 0);
  pool.Replace([&] { got += 10; });
  CHECK(got == 1);
  CHECK(pool.under_repair() == 2);
  engine.RunAll();
  CHECK(got == 11);
  CHECK(pool.under_repair() == 0);
  CHECK(pool.ready() == 1);
}

TEST_CASE("repair takes its mean", "[failure]") {
  Engine engine;
  NodePool pool(engine, 0, 100, 5, "repair");
  double sum = 0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) pool.Replace([&] { sum += engine.now().seconds(); });
  engine.RunAll();
  CHECK(sum / n == Approx(100).epsilon(0.03));
}

TEST_CASE("repair times spread as asked about their mean", "[failure]") {
  RandomStream stream(5, "repair");
  for (const auto [spread, deviation] : {std::pair(RepairSpread::kFixed, 0.0), std::pair(RepairSpread::kExponential, 1.0),
                                         std::pair(RepairSpread::kLognormal, std::sqrt(std::exp(1.0) - 1.0))}) {
    double sum = 0, squares = 0;
    constexpr int kCount = 40000;
    for (int i = 0; i < kCount; ++i) {
      const double t = RepairTime(spread, 100.0, stream);
      sum += t / 100.0;
      squares += t * t / 1e4;
    }
    const double mean = sum / kCount;
    CHECK(mean == Approx(1.0).epsilon(0.03));
    CHECK(std::sqrt(std::max(0.0, squares / kCount - mean * mean)) == Approx(deviation).epsilon(0.1).margin(1e-6));
  }
}
