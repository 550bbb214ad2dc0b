#include "sim/engine/port.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

using namespace headroom;

TEST_CASE("a signal tells its subscribers in order, and only of changes", "[port]") {
  Signal<double> clock(1.0);
  std::string heard;
  clock.Subscribe(
      [&](Instant now, const double& v) { heard += fmt::format("a{}@{} ", v, now.ns()); });
  clock.Subscribe(
      [&](Instant now, const double& v) { heard += fmt::format("b{}@{} ", v, now.ns()); });
  clock.Set(Instant::Ns(5), 1.0);
  CHECK(heard.empty());
  clock.Set(Instant::Ns(7), 0.5);
  CHECK(heard == "a0.5@7 b0.5@7 ");
  CHECK(clock.value() == 0.5);
}

TEST_CASE("a meter hands out what came in since, once, and keeps the total", "[port]") {
  Meter energy;
  energy.Add(2.0);
  energy.Add(3.0);
  CHECK(energy.Take() == 5.0);
  CHECK(energy.Take() == 0.0);
  energy.Add(1.0);
  CHECK(energy.Take() == 1.0);
  CHECK(energy.total() == 6.0);
}

TEST_CASE("a subscriber may subscribe and set while it is told", "[port]") {
  Signal<int> level(0);
  std::string heard;
  level.Subscribe([&](Instant now, const int& v) {
    heard += fmt::format("a{} ", v);
    if (v != 1) return;
    for (int i = 0; i < 20; ++i) level.Subscribe([&](Instant, const int&) { heard += "."; });
    level.Set(now, 2);
  });
  level.Set(Instant::Ns(1), 1);
  CHECK(heard == "a1 a2 ....................");
}
