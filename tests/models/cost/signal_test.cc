#include "models/cost/signal.h"

#include <catch2/catch.hpp>

#include "models/cost/embodied.h"
#include "models/cost/energy_bill.h"

using namespace headroom::cost;

TEST_CASE("steps hold from row to row and means are exact", "[signal]") {
  const Signal s = Signal::Steps({10.0, 20.0, 60.0}, 3600.0, 1800.0, false);
  CHECK(s.At(0.0) == 10.0);
  CHECK(s.At(1800.0) == 20.0);
  CHECK(s.Mean(0.0, 3600.0) == Approx(15.0));
  CHECK(s.Mean(1800.0, 1800.0 + 7200.0) == Approx(40.0));
  CHECK(s.Ends() == 9000.0);
  CHECK(s.At(1e6) == 60.0);
  const Signal again = Signal::Steps({10.0, 20.0}, 3600.0, 0.0, true);
  CHECK(again.At(2.0 * 3600.0) == 10.0);
  CHECK(again.Mean(0.0, 10.0 * 3600.0) == Approx(15.0));
}

TEST_CASE("a cosine's means are those of many instants", "[signal]") {
  const Signal s = Signal::Cosines({50.0, 0.4, 19.0 * 3600.0, 0.2, 200.0 * 86400.0, 5e6});
  double sum = 0.0;
  for (int i = 0; i < 3600; ++i) sum += s.At(7000.0 + i + 0.5);
  CHECK(s.Mean(7000.0, 10600.0) == Approx(sum / 3600.0).epsilon(1e-8));
  const Signal day = Signal::Cosines({50.0, 0.4, 19.0 * 3600.0, 0.0, 0.0, 0.0});
  CHECK(day.At(19.0 * 3600.0) == Approx(70.0));
  CHECK(day.At(7.0 * 3600.0) == Approx(30.0));
  CHECK(day.Mean(0.0, 86400.0) == Approx(50.0));
}

// 1 MW for two hours at 30 and 90 USD/MWh, 100 and 500 g/kWh: 120 USD, 600 kg.
TEST_CASE("a bill goes by the price of the hour", "[signal][bill]") {
  Tariff t;
  t.energy = Signal::Steps({30.0 / 3.6e9, 90.0 / 3.6e9}, 3600.0, 0.0, false);
  t.carbon = Signal::Steps({0.1 / 3.6e6, 0.5 / 3.6e6}, 3600.0, 0.0, false);
  for (const double step : {1.0, 60.0, 7200.0}) {
    EnergyBill bill(t);
    for (double at = 0.0; at < 7200.0; at += step) bill.Add(1e6 * step, step);
    CHECK(bill.energy_cost() == Approx(120.0));
    CHECK(bill.carbon() == Approx(600.0));
  }
}

// 16 accelerators, 2 nodes, 1 rack, 1 switch: 16 x 164 + 2000 + 500 + 500 = 5624 kg; 20 kW of building: 3600; 100 kWh: 7500.
TEST_CASE("embodied carbon adds up and is written off", "[embodied]") {
  const EmbodiedCarbon c = EmbodiedOf({}, {16, 2, 1, 1, 20e3, 3.6e8});
  CHECK(c.it == Approx(5624.0));
  CHECK(c.facility == Approx(3600.0));
  CHECK(c.battery == Approx(7500.0));
  CHECK(WrittenOff(c, 5.0, 15.0, 10.0, 1.0) == Approx(5624.0 / 5.0 + 240.0 + 750.0));
}
