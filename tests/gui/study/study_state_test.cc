#include "gui/study/study_state.h"

#include <QtTest>
#include <catch2/catch.hpp>

using namespace headroom::gui;

namespace {

struct Watched {
  StudyState state;
  QSignalSpy ranges{&state, &StudyState::RangeChanged};
  QSignalSpy times{&state, &StudyState::TimeChanged};
  Watched() { state.SetReports({}, {0.0, 3600.0}); }
};

}  // namespace

TEST_CASE("a report's extent is the range that is shown first", "[gui][state]") {
  Watched w;
  CHECK(w.state.range() == TimeRange{0.0, 3600.0});
  CHECK(w.ranges.size() == 1);
}

TEST_CASE("time and range stay within the extent", "[gui][state]") {
  Watched w;
  w.state.SetTime(9e9);
  CHECK(w.state.time() == 3600.0);
  w.state.SetTime(9e9);
  CHECK(w.times.size() == 1);
  w.state.SetRange({-5.0, 60.0});
  CHECK(w.state.range() == TimeRange{0.0, 60.0});
}

TEST_CASE("Esc goes back through what was pushed, then shows everything", "[gui][state]") {
  Watched w;
  w.state.SetRange({100.0, 200.0}, true);
  w.state.SetFilter("rack-7", true);
  w.state.SetRange({110.0, 120.0});
  REQUIRE(w.state.Pop());
  CHECK(w.state.range() == TimeRange{100.0, 200.0});
  CHECK(w.state.filter() == "");
  REQUIRE(w.state.Pop());
  CHECK(w.state.range() == TimeRange{0.0, 3600.0});
  w.state.SetRange({5.0, 6.0});
  REQUIRE(w.state.Pop());
  CHECK(w.state.range() == TimeRange{0.0, 3600.0});
  CHECK_FALSE(w.state.Pop());
}
