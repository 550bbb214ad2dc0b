#include "sim/flow/max_min_shares.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/random.h"

using namespace headroom;

namespace {

using Links = std::vector<std::uint32_t>;

void SolveAll(MaxMinShares& shares) {
  shares.StartPass();
  for (std::uint32_t l = 0; l < shares.links(); ++l)
    if (!shares.Gather(l).empty()) shares.Solve();
}

}  // namespace

// Bertsekas and Gallager, section 6.5.2: one long session over links of 1 and 2, three short ones.
// The first link gives 1/3 to each of its three sessions, the second has 2 - 1/3 for its other one.
TEST_CASE("what a bottleneck denies one class is left to the others", "[shares]") {
  MaxMinShares shares;
  shares.AddLink(1.0);
  shares.AddLink(2.0);
  shares.AddClass(Links{0, 1});
  shares.AddClass(Links{0});
  shares.AddClass(Links{1});
  shares.SetWeight(0, 1.0);
  shares.SetWeight(1, 2.0);
  shares.SetWeight(2, 1.0);
  SolveAll(shares);
  CHECK(shares.rate(0) == Approx(1.0 / 3));
  CHECK(shares.rate(1) == Approx(1.0 / 3));
  CHECK(shares.rate(2) == Approx(5.0 / 3));
  CHECK(shares.Load(0) == Approx(1.0));
  CHECK(shares.Load(1) == Approx(2.0));
}

TEST_CASE("a class of weight k gets what k classes of weight 1 get together", "[shares]") {
  MaxMinShares folded, single;
  for (MaxMinShares* s : {&folded, &single}) {
    s->AddLink(10.0);
    s->AddLink(4.0);
  }
  folded.AddClass(Links{0});
  folded.AddClass(Links{0, 1});
  folded.SetWeight(0, 3.0);
  folded.SetWeight(1, 2.0);
  for (std::uint32_t c = 0; c < 5; ++c) {
    single.AddClass(c < 3 ? Links{0} : Links{0, 1});
    single.SetWeight(c, 1.0);
  }
  SolveAll(folded);
  SolveAll(single);
  CHECK(folded.rate(0) == Approx(2.0));
  for (std::uint32_t c = 0; c < 3; ++c) CHECK(single.rate(c) == Approx(folded.rate(0)));
  for (std::uint32_t c = 3; c < 5; ++c) CHECK(single.rate(c) == Approx(folded.rate(1)));
}

TEST_CASE("only the component of a link is gathered, once per pass", "[shares]") {
  MaxMinShares shares;
  for (int l = 0; l < 4; ++l) shares.AddLink(1.0);
  shares.AddClass(Links{0, 1});
  shares.AddClass(Links{1, 2});
  shares.AddClass(Links{3});
  shares.AddClass(Links{2, 3});
  for (std::uint32_t c = 0; c < 3; ++c) shares.SetWeight(c, 1.0);
  shares.StartPass();
  CHECK(shares.Gather(2).size() == 2);
  CHECK(shares.Gather(0).empty());
  CHECK(shares.Gather(3).size() == 1);
  shares.SetWeight(3, 1.0);
  shares.StartPass();
  CHECK(shares.Gather(0).size() == 4);
  shares.SetWeight(3, 0.0);
  shares.StartPass();
  CHECK(shares.Gather(3).size() == 1);
}

TEST_CASE("a link of no bandwidth stalls its classes alone", "[shares]") {
  MaxMinShares shares;
  shares.AddLink(0.0);
  shares.AddLink(6.0);
  shares.AddClass(Links{0, 1});
  shares.AddClass(Links{1});
  shares.SetWeight(0, 1.0);
  shares.SetWeight(1, 1.0);
  SolveAll(shares);
  CHECK(shares.rate(0) == 0.0);
  CHECK(shares.rate(1) == 6.0);
}

// The definition, checked on what is found: no link is over its bandwidth, and each class crosses a
// full link on which no class has a higher rate.
TEST_CASE("random networks are max-min fair", "[shares][property]") {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomStream random(number, "shares");
    MaxMinShares shares;
    const auto links = static_cast<std::uint32_t>(1 + random.Below(20));
    std::vector<double> bandwidth;
    for (std::uint32_t l = 0; l < links; ++l) {
      bandwidth.push_back(std::exp(20.0 * random.Uniform()));
      shares.AddLink(bandwidth.back());
    }
    const auto classes = static_cast<std::uint32_t>(1 + random.Below(40));
    std::vector<Links> routes;
    for (std::uint32_t c = 0; c < classes; ++c) {
      Links route;
      for (std::uint32_t l = 0; l < links; ++l)
        if (random.Below(4) == 0) route.push_back(l);
      if (route.empty()) route.push_back(c % links);
      shares.AddClass(route);
      routes.push_back(route);
    }
    for (int change = 0; change < 3; ++change) {
      for (std::uint32_t c = 0; c < classes; ++c)
        if (random.Below(2) == 0)
          shares.SetWeight(c, random.Below(5) == 0 ? 0.0 : std::exp(10.0 * random.Uniform() - 5.0));
      SolveAll(shares);
      const auto full = [&](std::uint32_t l) {
        return shares.Load(l) >= bandwidth[l] * (1 - 1e-9);
      };
      for (std::uint32_t l = 0; l < links; ++l)
        REQUIRE(shares.Load(l) <= bandwidth[l] * (1 + 1e-9));
      for (std::uint32_t c = 0; c < classes; ++c) {
        if (shares.weight(c) == 0.0) continue;
        const bool bounded = std::any_of(routes[c].begin(), routes[c].end(), [&](std::uint32_t l) {
          if (!full(l)) return false;
          for (std::uint32_t o = 0; o < classes; ++o) {
            const bool shared = std::count(routes[o].begin(), routes[o].end(), l) > 0;
            if (shared && shares.weight(o) > 0 && shares.rate(o) > shares.rate(c) * (1 + 1e-9))
              return false;
          }
          return true;
        });
        CAPTURE(number, change, c);
        REQUIRE(bounded);
      }
    }
  }
}
