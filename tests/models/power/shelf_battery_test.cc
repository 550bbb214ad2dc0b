#include "models/power/shelf_battery.h"

#include <catch2/catch.hpp>

using namespace headroom::power;

// Full load: half of 20 ms, 2 V of fall at 3 V/ms, 2 ms below the trigger, 2 ms to start: 14.67 ms of 20 ms.
TEST_CASE("a full rack is taken over within the hold-up", "[shelf_battery]") {
  const ShelfBatteryParams p;
  const HandOver full = HandOverAt(p, 1.0);
  CHECK(full.lasts == Approx(0.020));
  CHECK(full.takes == Approx(0.010 + 2.0 / 3000.0 + 0.004));
  CHECK(full.margin() == Approx(5.333e-3).epsilon(1e-3));
  const HandOver half = HandOverAt(p, 0.5);
  CHECK(half.takes == Approx(0.020 + 2.25 / 3000.0 + 0.004));
  CHECK(half.lasts == Approx(0.040));
}

TEST_CASE("a pulse of 160 % passes, beyond 224 % or with half the hold-up it does not", "[shelf_battery]") {
  ShelfBatteryParams p;
  CHECK(HandOverAt(p, 1.6).margin() > 0.0);
  CHECK(HandOverAt(p, 2.23).margin() > 0.0);
  CHECK(HandOverAt(p, 2.25).margin() < 0.0);
  p.hold_up = 0.009;
  CHECK(HandOverAt(p, 1.0).margin() < 0.0);
}
