#include "models/cost/energy_bill.h"

#include <catch2/catch.hpp>

using namespace headroom::cost;

namespace {
Tariff Usual() {
  Tariff t;
  t.energy = Signal::Constant(60.0 / 3.6e9);
  t.demand = 15.0 / 1e3;
  t.carbon = Signal::Constant(0.37 / 3.6e6);
  return t;
}
}  // namespace

// A day at 4 MW: 96 MWh x 60 USD = 5760 USD; 4000 kW x 15 USD x 1/30.4375 = 1971.25 USD; 35.52 t.
TEST_CASE("a day at constant power is billed as worked by hand", "[bill]") {
  EnergyBill bill(Usual());
  for (int i = 0; i < 86400; ++i) bill.Add(4e6, 1.0);
  CHECK(bill.energy_cost() == Approx(5760.0));
  CHECK(bill.demand_cost() == Approx(4000.0 * 15.0 / 30.4375));
  CHECK(bill.carbon() == Approx(35520.0));
}

TEST_CASE("demand follows the highest 15-minute mean, not the peak", "[bill]") {
  EnergyBill bill(Usual());
  for (int i = 0; i < 3600; ++i) bill.Add(i >= 900 && i < 1350 ? 2e6 : 1e6, 1.0);
  CHECK(bill.demand_cost() == Approx(1500.0 * 15.0 * 3600.0 / EnergyBill::kMonth));
}

TEST_CASE("the size of the parts does not matter", "[bill]") {
  EnergyBill fine(Usual()), coarse(Usual());
  for (int i = 0; i < 5000; ++i) fine.Add(0.7 * 1e6, 0.7);
  coarse.Add(3500.0 * 1e6, 3500.0);
  CHECK(fine.cost() == Approx(coarse.cost()).epsilon(1e-12));
}

TEST_CASE("a run below 15 minutes is billed by its mean", "[bill]") {
  EnergyBill bill(Usual());
  bill.Add(60 * 1e6, 60.0);
  CHECK(bill.demand_cost() == Approx(1000.0 * 15.0 * 60.0 / EnergyBill::kMonth));
}

TEST_CASE("each month has its own peak", "[bill]") {
  EnergyBill bill(Usual());
  bill.Add(1e6 * EnergyBill::kMonth, EnergyBill::kMonth);
  bill.Add(3e6 * EnergyBill::kMonth / 2, EnergyBill::kMonth / 2);
  CHECK(bill.demand_cost() == Approx(15.0 * (1000.0 + 3000.0 / 2)));
}
