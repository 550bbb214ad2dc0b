#include <catch2/catch.hpp>
#include <cstdlib>

#include "sim/flow/max_min_network.h"
#include "tests/sim/flow/random_flows.h"

using namespace headroom;

namespace {

/// HEADROOM_FLOW_CASES cases, 500 by default.
std::uint64_t Cases() {
  const char* wanted = std::getenv("HEADROOM_FLOW_CASES");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 500;
}

/// An end is rounded up to the next whole nanosecond, on both sides, but here the links are free
/// for others only then: a slow flow behind fast ones may end later by some hundred nanoseconds,
/// most end within two.
void CompareWithSimgrid(std::uint64_t cases, bool weighted, double share_close) {
  constexpr std::int64_t kClose = 2;
  constexpr std::int64_t kFar = 1000;
  std::size_t ended = 0;
  std::size_t close = 0;
  for (std::uint64_t number = 0; number < cases; ++number) {
    const FlowCase c = DrawCase(number, weighted);
    Engine engine;
    MaxMinNetwork network(&engine);
    const FlowOutcome ours = Play(c, engine, network);
    const FlowOutcome reference = PlayInSimgrid(c);
    REQUIRE(ours.imbalance < 1e-9);
    REQUIRE(reference.imbalance < 1e-9);
    for (std::size_t i = 0; i < c.openings.size(); ++i) {
      CAPTURE(number, i, ours.ended_ns[i], reference.ended_ns[i]);
      const std::int64_t apart = std::abs(ours.ended_ns[i] - reference.ended_ns[i]);
      REQUIRE((ours.ended_ns[i] < 0) == (reference.ended_ns[i] < 0));
      REQUIRE(apart <= kFar);
      if (ours.ended_ns[i] < 0) continue;
      ++ended;
      if (apart <= kClose) ++close;
    }
  }
  CHECK(ended > 10 * cases);
  CHECK(static_cast<double>(close) > share_close * static_cast<double>(ended));
}

}  // namespace

TEST_CASE("flows end when SimGrid ends them", "[flow][reference]") {
  CompareWithSimgrid(Cases(), false, 0.97);
}

TEST_CASE("weighted flows end when SimGrid ends them", "[flow][reference]") {
  CompareWithSimgrid(Cases() / 5, true, 0.9);
}
