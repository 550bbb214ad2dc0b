#include "models/cooling/heat_exchanger.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom::cooling;

TEST_CASE("counter-flow effectiveness has its limits", "[exchanger]") {
  CHECK(CounterFlowEffectiveness(1.0, 1.0) == Approx(0.5));
  CHECK(CounterFlowEffectiveness(2.0, 0.0) == Approx(1.0 - std::exp(-2.0)));
  CHECK(CounterFlowEffectiveness(100.0, 0.5) == Approx(1.0));
  CHECK(CounterFlowEffectiveness(0.0, 0.5) == 0.0);
  CHECK(CounterFlowEffectiveness(1.5, 1.0 - 2e-6) ==
        Approx(CounterFlowEffectiveness(1.5, 1.0)).epsilon(1e-5));
}

TEST_CASE("cross-flow lies between counter-flow and its limit at no ratio", "[exchanger]") {
  for (double n : {0.3, 1.0, 3.0}) {
    CHECK(CrossFlowEffectiveness(n, 1.0) < CounterFlowEffectiveness(n, 1.0) * 1.02);
    CHECK(CrossFlowEffectiveness(n, 1e-6) == Approx(1.0 - std::exp(-n)).epsilon(1e-4));
  }
  CHECK(CrossFlowEffectiveness(1.0, 1.0) == Approx(0.476).margin(0.01));  // Incropera, Fig. 11.14
}

TEST_CASE("number of transfer units inverts effectiveness", "[exchanger]") {
  for (double z : {0.1, 0.5, 0.9, 1.0})
    for (double n : {0.2, 1.0, 3.0})
      CHECK(CounterFlowNtu(CounterFlowEffectiveness(n, z), z) == Approx(n));
}

TEST_CASE("an exchanger meets its design point and grows with flow", "[exchanger]") {
  const CounterFlowExchanger x(100e3, 120e3, 0.8);
  CHECK(x.Conductance(100e3, 120e3) == Approx(0.8 * 100e3));
  double last = 0.0;
  for (double cold = 5e3; cold < 130e3; cold += 5e3) {
    const double k = x.Conductance(100e3, cold);
    CHECK(k > last);
    CHECK(k <= cold);
    last = k;
  }
  CHECK(x.Conductance(100e3, 0.0) == 0.0);
}
