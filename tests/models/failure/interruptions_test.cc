#include "models/failure/interruptions.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/catalog/library.h"
#include "models/failure/domain_interruptions.h"

using namespace headroom;
using namespace headroom::failure;

namespace {
constexpr double kDay = 86400;
}

TEST_CASE("the rate of a profile is its count over accelerators and window", "[failure]") {
  const catalog::Library library;
  const FailureProfile p = ProfileOf(library.failures("llama-3"));
  CHECK(p.rate() * kDay * 54 * 16384 == Approx(419));
  CHECK(p.rate() * 3600 == Approx(1 / 50680.0).epsilon(1e-3));  // one in 50.7 thousand accelerator-hours
}

TEST_CASE("54 days on 16,384 accelerators see 419 interruptions within three deviations", "[failure]") {
  const catalog::Library library;
  const FailureProfile p = ProfileOf(library.failures("llama-3"));
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Interruptions stream(p, 16384, seed, "failures");
    double t = 0;
    int n = 0;
    while ((t += stream.Next().gap) < 54 * kDay) ++n;
    CHECK(std::abs(n - 419) < 3 * std::sqrt(419.0) + 1);
    sum += n;
  }
  CHECK(std::abs(sum / 40 - 419) < 3 * std::sqrt(419.0 / 40));
}

TEST_CASE("causes come in proportion and accelerators evenly; streams repeat by seed", "[failure]") {
  FailureProfile p{"x", {{"a", 1e-6, true}, {"b", 3e-6, false}}, 0, 0};
  Interruptions one(p, 4, 7, "failures"), two(p, 4, 7, "failures"), other(p, 4, 8, "failures");
  int b = 0, same = 0;
  std::vector<int> hits(4);
  const int n = 40000;
  for (int i = 0; i < n; ++i) {
    const Interruption x = one.Next(), y = two.Next();
    CHECK(x.gap == y.gap);
    same += x.gap == other.Next().gap;
    b += x.cause == 1;
    ++hits[x.accelerator];
  }
  CHECK(same < 3);
  CHECK(b / double(n) == Approx(0.75).margin(0.01));
  for (int h : hits) CHECK(h / double(n) == Approx(0.25).margin(0.01));
}

// 10 of 100 nodes, 9 times the rate of the others: they take 90 of 180 parts, half of all faults. The mean rate stays.
TEST_CASE("lemons take their share of the faults and leave the rate as it is", "[failure][lemon]") {
  const FailureProfile p{"x", {{"a", 1e-6, true}}, 0, 0};
  FailureShape shape;
  shape.accelerators_per_node = 8;
  shape.lemon_share = 0.1;
  shape.lemon_times = 9.0;
  Interruptions stream(p, 800, 3, "failures", shape);
  int lemons = 0, of_lemons = 0;
  for (std::uint32_t n = 0; n < 100; ++n) lemons += stream.lemon(n);
  CHECK(lemons == 10);
  double time = 0;
  constexpr int kCount = 20000;
  for (int i = 0; i < kCount; ++i) {
    const Interruption next = stream.Next();
    time += next.gap;
    CHECK(next.accelerator < 800);
    of_lemons += stream.lemon(next.accelerator / 8);
  }
  CHECK(std::abs(of_lemons - kCount / 2) < 4 * std::sqrt(kCount / 4.0));
  CHECK(time / kCount == Approx(1 / (1e-6 * 800)).epsilon(0.03));
}

// The expected count by T is rate (T + (times - 1) fades (1 - exp(-T / fades))).
TEST_CASE("infant mortality fades as it says", "[failure][infant]") {
  const FailureProfile p{"x", {{"a", 1e-3, true}}, 0, 0};
  FailureShape shape;
  shape.infant_times = 5.0;
  shape.infant_fades = 1000.0;
  double early = 0, late = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Interruptions stream(p, 10, seed, "failures", shape);
    for (double t = stream.Next().gap; t < 6000; t += stream.Next().gap) (t < 1000 ? early : late) += 1.0;
  }
  const double first = 0.01 * (1000 + 4 * 1000 * (1 - std::exp(-1.0))), rest = 0.01 * (5000 + 4 * 1000 * (std::exp(-1.0) - std::exp(-6.0)));
  CHECK(early / 60 == Approx(first).epsilon(0.06));
  CHECK(late / 60 == Approx(rest).epsilon(0.06));
}

// Ten nodes in racks of four: three racks at 2e-4 each make 6e-4 beside the job's own 4e-4; the last rack has two nodes.
TEST_CASE("faults of domains come beside a job's own at their rate", "[failure][domain]") {
  const FailureProfile p{"x", {{"a", 5e-6, true}}, 0, 0};
  DomainInterruptions stream(Interruptions(p, 80, 1, "f"), {{"rack", 2e-4, 100.0, 4}}, RepairSpread::kFixed, 10, 8, 1, "f");
  CHECK(stream.profile().causes.size() == 2);
  double time = 0;
  int racks = 0, last = 0;
  constexpr int kCount = 20000;
  for (int i = 0; i < kCount; ++i) {
    const Interruption next = stream.Next();
    CHECK(next.gap >= 0);
    time += next.gap;
    if (next.cause == 0) {
      CHECK(next.repair == 0);
      continue;
    }
    ++racks;
    CHECK(next.repair == 100.0);
    CHECK(next.accelerator % 32 == 0);
    CHECK(next.nodes == (next.accelerator == 64 ? 2u : 4u));
    last += next.accelerator == 64;
  }
  CHECK(time / kCount == Approx(1000.0).epsilon(0.03));
  CHECK(std::abs(racks - 0.6 * kCount) < 4 * std::sqrt(0.24 * kCount));
  CHECK(std::abs(last - racks / 3.0) < 4 * std::sqrt(racks * 2 / 9.0));
}
