#include "models/network/contention.h"

#include <catch2/catch.hpp>

namespace headroom::network {
namespace {

/// `bytes` a cycle over link 0, at most at `rate`.
CyclicJob Job(double free, double bytes, double rate, double weight = 1) {
  return {free, {{0, bytes, rate, weight}}};
}

TEST_CASE("a job by itself keeps its pace", "[contention]") {
  // 2 s of work, 10 GB at 5 GB/s: a cycle of 4 s, on a link that has room to spare.
  CHECK(SharedCycles({50e9}, {Job(2, 10e9, 5e9)})[0] == Approx(4).epsilon(1e-9));
  // Without a load it only works.
  CHECK(SharedCycles({50e9}, {CyclicJob{2, {}}})[0] == Approx(2).epsilon(1e-9));
}

TEST_CASE("jobs that always send share by weight, each up to its own rate", "[contention]") {
  // 30 GB/s among weights 2 and 1: 20 and 10 GB/s.
  const auto shared = SharedCycles({30e9}, {Job(0, 60e9, 30e9, 2), Job(0, 60e9, 30e9, 1)});
  CHECK(shared[0] == Approx(3).epsilon(1e-6));
  CHECK(shared[1] == Approx(6).epsilon(1e-6));
  // One that cannot take more than 5 GB/s leaves 25 to the other.
  const auto capped = SharedCycles({30e9}, {Job(0, 60e9, 30e9), Job(0, 60e9, 5e9)});
  CHECK(capped[0] == Approx(60.0 / 25).epsilon(1e-6));
  CHECK(capped[1] == Approx(12).epsilon(1e-6));
}

TEST_CASE("a burst is slowed only while the other sends", "[contention]") {
  // One sends for ever, the other for 1 s alone of every 10: its burst takes 2 s, so its cycle is
  // 11 s; the first moves 10 GB/s for 9 s and 5 GB/s for 2 s of each.
  const auto out = SharedCycles({10e9}, {Job(9, 10e9, 10e9), Job(0, 10e9, 10e9)});
  CHECK(out[0] == Approx(11).epsilon(1e-3));
  CHECK(out[1] == Approx(11.0 / 10.0).epsilon(0.01));
}

TEST_CASE("only the fullest of a job's links matters, and more jobs never speed one up",
          "[contention][property]") {
  const CyclicJob wide{1, {{0, 10e9, 10e9, 1}, {1, 10e9, 10e9, 1}}};
  const CyclicJob narrow{0.3, {{1, 10e9, 10e9, 1}}};
  double before = SharedCycles({20e9, 10e9}, {wide})[0];
  std::vector<CyclicJob> jobs{wide};
  for (int i = 0; i < 3; ++i) {
    jobs.push_back(narrow);
    const double now = SharedCycles({20e9, 10e9}, jobs)[0];
    CHECK(now >= before * (1 - 1e-9));
    before = now;
  }
  CHECK(before > 2.5);
}

TEST_CASE("cycles of very different length are one problem", "[contention]") {
  const auto out = SharedCycles({10e9}, {Job(0, 10e9, 10e9), Job(0, 10e3, 10e9)});
  CHECK(out[0] == Approx(2).epsilon(0.02));
  CHECK(out[1] == Approx(2e-6).epsilon(0.02));
}

}  // namespace
}  // namespace headroom::network
