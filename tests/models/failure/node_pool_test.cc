#include "models/failure/node_pool.h"

#include <catch2/catch.hpp>

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
