#include "scenarios/replay/signal_recorder.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::replay;

namespace {

/// Means 1, 2, 3, 4 of intervals of 10 s, and points 10, 20, 30, 40 at their ends.
void Feed(SignalRecorder& r) {
  const SeriesId mean = r.AddSeries({"site_power", "W", "power", "time: mean", "", {}});
  const SeriesId point = r.AddSeries({"loop_temperature", "degC", "water", "time: point", "loop", {"supply", "return"}});
  const SeriesId racks = r.AddSeries({"rack_group_power", "W", "groups", "time: mean", "rack_group", {"a", "b"}});
  for (int i = 1; i <= 4; ++i) {
    r.Put(mean, 0, i);
    r.Put(point, 1, 10.0 * i);
    r.Put(racks, 1, 6.0 * i);
    r.EndInterval(10.0 * i);
  }
}

}  // namespace

TEST_CASE("means are taken by time, points at the end", "[signal_recorder]") {
  SignalRecorder r({"site_power", "loop_temperature:return", "rack_power:rack-3"}, nullptr);
  r.SetRacks({0, 1, 1, 1}, {1, 3});
  Feed(r);
  CHECK(r.Over(0, 0, 20) == Approx(1.5));
  CHECK(r.Over(0, 15, 30) == Approx((2 * 5 + 3 * 10) / 15.0));
  CHECK(r.Over(1, 0, 20) == Approx(20));
  CHECK(r.Over(1, 0, 25) == Approx(20));
  CHECK(r.Over(2, 0, 10) == Approx(2));  // a third of its group
  CHECK(std::isnan(r.Over(0, 50, 60)));
}

TEST_CASE("a signal that the run does not have is named with what it has", "[signal_recorder]") {
  SignalRecorder r({"site_powr"}, nullptr);
  CHECK_THROWS_WITH(Feed(r), Catch::Contains("site_powr") && Catch::Contains("did you mean site_power?") &&
                                 Catch::Contains("loop_temperature:supply"));
}
