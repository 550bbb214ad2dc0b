#include "models/failure/interruptions.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/catalog/library.h"

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
