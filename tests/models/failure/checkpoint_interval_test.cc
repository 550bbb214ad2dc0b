#include "models/failure/checkpoint_interval.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom::failure;

TEST_CASE("Young's interval by hand", "[failure]") {
  CHECK(YoungInterval(60, 12000) == Approx(1200));
}

TEST_CASE("Daly's interval is the best of the expected goodput", "[failure]") {
  for (double cost : {1.0, 30.0, 300.0}) {
    const double between = 11134;
    double best = 0, at = 0;
    for (double tau = 10; tau < 2e4; tau *= 1.002)
      if (const double g = ExpectedGoodput(tau, cost, 500, between); g > best) best = g, at = tau;
    CHECK(DalyInterval(cost, between) == Approx(at).epsilon(0.005));
    CHECK(YoungInterval(cost, between) == Approx(at).epsilon(0.15));
  }
  CHECK(DalyInterval(100, 40) == 40);
}

TEST_CASE("without interruptions only checkpoints cost", "[failure]") {
  CHECK(ExpectedGoodput(900, 100, 500, 1e12) == Approx(0.9));
}

TEST_CASE("a tier loses least at its own interval of Young", "[failure]") {
  const double cost = 2, between = 20000, young = YoungInterval(cost, between);
  CHECK(TierLoss(young, cost, between) == Approx(std::sqrt(2 * cost / between)).epsilon(0.02));
  CHECK(TierLoss(young / 2, cost, between) > TierLoss(young, cost, between));
  CHECK(TierLoss(young * 2, cost, between) > TierLoss(young, cost, between));
}
