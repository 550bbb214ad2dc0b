#include "models/serving/expert_routing.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom;
using namespace headroom::serving;

namespace {

llm::MoeShape Shape(double experts, double per_token, double skew) {
  llm::MoeShape m;
  m.experts = experts;
  m.experts_per_token = per_token;
  m.routing_skew = skew;
  return m;
}

}  // namespace

TEST_CASE("experts that are all alike are met as by random draws", "[expert-routing]") {
  const ExpertRouting one(Shape(128, 4, 0), 1), four(Shape(128, 4, 0), 4);
  for (double tokens : {1.0, 16.0, 300.0}) {
    const double met = 128.0 * (1.0 - std::pow(1.0 - 4.0 / 128.0, tokens));
    CHECK(one.Met(tokens) == Approx(met));
    CHECK(four.Met(tokens) == Approx(met / 4.0));
  }
  CHECK(four.busiest() == 1.0);
}

// Weights 1, 1/2, 1/3, 1/4 of 25/12: drawn with 0.48, 0.24, 0.16 and 0.12. Two tokens meet 2 - sum(q^2) = 2 - 0.328 of them.
TEST_CASE("popular experts are met first", "[expert-routing]") {
  const ExpertRouting routing(Shape(4, 1, 1), 1);
  CHECK(routing.Met(1) == Approx(1.0));
  CHECK(routing.Met(2) == Approx(1.672));
  CHECK(routing.busiest() == 1.0);
}

// Of two ranks the busier has 0.564 sqrt(0.328) more rows than the mean; of met experts 0.564 sqrt(0.8483) / 1.672 more.
TEST_CASE("the busiest rank has more rows and experts than the mean", "[expert-routing]") {
  const ExpertRouting routing(Shape(4, 1, 1), 2);
  CHECK(routing.busiest() == Approx(1.0 + 0.564 * std::sqrt(0.328)));
  CHECK(routing.Met(2) == Approx(0.836 * (1.0 + 0.564 * std::sqrt(0.8483) / 1.672)).epsilon(1e-3));
  CHECK(routing.Met(1e6) == Approx(2.0));
}

// 3 i^-2 / 1.4236 would draw the first 2.1 and, of what that leaves, the second 1.2 times.
TEST_CASE("no expert is drawn twice by a token", "[expert-routing]") {
  const ExpertRouting routing(Shape(4, 3, 2), 1);
  CHECK(routing.Met(1) == Approx(3.0));
  CHECK(routing.Met(2) == Approx(2.0 + (1.0 - 0.36 * 0.36) + (1.0 - 0.64 * 0.64)).epsilon(1e-3));
}

TEST_CASE("more tokens meet more experts, fewer the more skewed they are", "[expert-routing]") {
  double last_skew = 1e9;
  for (double skew : {0.0, 0.5, 1.0, 1.5}) {
    const ExpertRouting routing(Shape(256, 8, skew), 1);
    CHECK(routing.Met(1) == Approx(8.0));
    double last = 0.0;
    for (double tokens : {1.0, 2.0, 32.0, 512.0}) {
      CHECK(routing.Met(tokens) > last);
      last = routing.Met(tokens);
    }
    CHECK(routing.Met(32) < last_skew);
    last_skew = routing.Met(32);
  }
}
