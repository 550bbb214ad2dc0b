#include "sim/engine/engine.h"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "sim/core/check.h"

using namespace headroom;

namespace {
constexpr Instant At(std::int64_t ns) { return Instant::Ns(ns); }
}  // namespace

TEST_CASE("seconds are held to the nanosecond, and beyond 146 years as 146 years", "[engine]") {
  CHECK(Duration::FromSeconds(1.5e-9).ns() == 2);
  CHECK(Instant::FromSeconds(3153600000.0).ns() == 3153600000000000000);
  CHECK(Duration::FromSeconds(1e12).ns() == std::int64_t{1} << 62);
  CHECK(Duration::FromSeconds(-1e12).ns() == -(std::int64_t{1} << 62));
  CHECK(Instant::Max() + Duration::FromSeconds(1e300) > Instant::Max());
}

TEST_CASE("events of one instant run by phase, then in the order of scheduling", "[engine]") {
  Engine engine;
  std::string ran;
  engine.At(At(20), Phase::kCompletion, [&] { ran += "g"; });
  engine.At(At(10), Phase::kObserve, [&] { ran += "f"; });
  engine.At(At(10), Phase::kCouple, [&] { ran += "e"; });
  engine.At(At(10), Phase::kDecision, [&] { ran += "d"; });
  engine.At(At(10), Phase::kArrival, [&] { ran += "b"; });
  engine.At(At(10), Phase::kArrival, [&] { ran += "c"; });
  engine.At(At(10), Phase::kCompletion, [&] { ran += "a"; });
  engine.RunAll();
  CHECK(ran == "abcdefg");
  CHECK(engine.events_run() == 7);
  CHECK(engine.now() == At(20));
}

TEST_CASE("an event may schedule at now(), and an earlier phase of now() runs next", "[engine]") {
  Engine engine;
  std::string ran;
  engine.At(At(10), Phase::kDecision, [&] {
    ran += "a";
    engine.At(engine.now(), Phase::kDecision, [&] { ran += "d"; });
    engine.At(engine.now(), Phase::kCompletion, [&] {
      ran += "b";
      CHECK(engine.now() == At(10));
    });
  });
  engine.At(At(10), Phase::kDecision, [&] { ran += "c"; });
  engine.RunAll();
  CHECK(ran == "abcd");
}

TEST_CASE("Run() includes its end and leaves later events for the next", "[engine]") {
  Engine engine;
  int ran = 0;
  for (const int ns : {5, 10, 11}) engine.At(At(ns), Phase::kArrival, [&] { ++ran; });
  engine.Run(At(10));
  CHECK(ran == 2);
  CHECK(engine.now() == At(10));
  CHECK(engine.pending() == 1);
  engine.Run(At(30));
  CHECK(ran == 3);
  CHECK(engine.now() == At(30));
}

TEST_CASE("a run without events moves the clock alone", "[engine]") {
  Engine engine;
  engine.Run(At(7));
  CHECK(engine.now() == At(7));
  engine.RunAll();
  CHECK(engine.now() == At(7));
}

TEST_CASE("a cancelled event does not run, and is cancelled once", "[engine]") {
  Engine engine;
  int ran = 0;
  const EventId keep = engine.At(At(1), Phase::kArrival, [&] { ++ran; });
  const EventId drop = engine.At(At(1), Phase::kArrival, [&] { ran += 100; });
  CHECK(engine.Cancel(drop));
  CHECK_FALSE(engine.Cancel(drop));
  CHECK_FALSE(engine.Cancel(EventId{}));
  engine.RunAll();
  CHECK(ran == 1);
  CHECK_FALSE(engine.Cancel(keep));
}

TEST_CASE("an old name does not cancel the event that took its place", "[engine]") {
  Engine engine;
  int ran = 0;
  const EventId old = engine.At(At(1), Phase::kArrival, [] {});
  engine.Cancel(old);
  engine.At(At(1), Phase::kArrival, [&] { ++ran; });
  CHECK_FALSE(engine.Cancel(old));
  engine.RunAll();
  CHECK(ran == 1);
}

TEST_CASE("an event cannot cancel itself, but any that is still to come", "[engine]") {
  Engine engine;
  EventId self;
  EventId later;
  bool self_cancelled = true;
  int ran = 0;
  self = engine.At(At(1), Phase::kArrival, [&] {
    self_cancelled = engine.Cancel(self);
    engine.Cancel(later);
  });
  later = engine.At(At(1), Phase::kObserve, [&] { ++ran; });
  engine.RunAll();
  CHECK_FALSE(self_cancelled);
  CHECK(ran == 0);
}

TEST_CASE("an exception leaves Run(), and the next Run() goes on behind it", "[engine]") {
  Engine engine;
  int ran = 0;
  engine.At(At(1), Phase::kArrival, [&] { ++ran; });
  engine.At(At(2), Phase::kArrival, [] { throw std::runtime_error("out of coolant"); });
  engine.At(At(3), Phase::kArrival, [&] { ++ran; });
  CHECK_THROWS_WITH(engine.Run(At(10)), "out of coolant");
  CHECK(ran == 1);
  CHECK(engine.now() == At(2));
  engine.Run(At(10));
  CHECK(ran == 2);
  CHECK(engine.events_run() == 3);
}

TEST_CASE("Stop() ends the run after its event; the clock stays there", "[engine]") {
  Engine engine;
  int ran = 0;
  engine.At(At(4), Phase::kArrival, [&] { engine.Stop(); });
  engine.At(At(4), Phase::kArrival, [&] { ++ran; });
  engine.Run(At(10));
  CHECK(ran == 0);
  CHECK(engine.now() == At(4));
  engine.Run(At(10));
  CHECK(ran == 1);
  CHECK(engine.now() == At(10));
}

TEST_CASE("the past and nested runs are defects", "[engine]") {
  Engine engine;
  engine.Run(At(10));
  CHECK_THROWS_AS(engine.At(At(9), Phase::kArrival, [] {}), InternalError);
  CHECK_THROWS_AS(engine.Run(At(9)), InternalError);
  engine.At(At(10), Phase::kArrival, [&] { engine.Run(At(20)); });
  CHECK_THROWS_AS(engine.Run(At(20)), InternalError);
  CHECK_NOTHROW(engine.Run(At(20)));
}
