#include "analysis/stats/effects.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom::stats;

TEST_CASE("moments leave out what is missing", "[stats]") {
  const Moments m = MomentsOf({1.0, std::nan(""), 3.0, 5.0});
  CHECK(m.count == 3);
  CHECK(m.mean == Approx(3.0));
  CHECK(m.deviation == Approx(2.0));
  CHECK(std::isnan(MomentsOf({}).mean));
}

TEST_CASE("quantiles interpolate between order statistics", "[stats]") {
  CHECK(Quantile({4.0, 1.0, 2.0, 3.0}, 0.5) == Approx(2.5));
  CHECK(Quantile({4.0, 1.0, 2.0, 3.0}, 0.0) == 1.0);
  CHECK(Quantile({4.0, 1.0, 2.0, 3.0}, 1.0) == 4.0);
  CHECK(std::isnan(Quantile({}, 0.5)));
}

// y = 3 a + b over a, b in {0, 1}: variances 9/4 and 1/4, so shares 0.9 and 0.1.
TEST_CASE("main effects of a sum on a grid are its shares of the variance", "[stats]") {
  const std::vector<double> y{0.0, 1.0, 3.0, 4.0};
  CHECK(MainEffect({0, 0, 1, 1}, y, true) == Approx(0.9));
  CHECK(MainEffect({0, 1, 0, 1}, y, true) == Approx(0.1));
  CHECK(MainEffect({0, 1, 2, 3}, {5.0, 5.0, 5.0, 5.0}, true) == 0.0);
}

TEST_CASE("groups are equal values, deciles where there are many", "[stats]") {
  CHECK(GroupsOf(std::vector<double>{2.0, 1.0, 2.0}) == std::vector<int>{2, 1, 2});
  CHECK(GroupsOf(std::vector<std::string>{"b", "a", "b"}) == std::vector<int>{0, 1, 0});
  std::vector<double> many;
  for (int i = 0; i < 100; ++i) many.push_back(i);
  const std::vector<int> groups = GroupsOf(many);
  CHECK(groups.front() == 1);
  CHECK(groups.back() == 10);
}

// Two samples 1, 2, 3 and 4, 5, 6: t = -3.674 with 4 degrees of freedom, p = 0.02131 (table of
// Student's t).
TEST_CASE("Welch's test of two small samples", "[stats]") {
  CHECK(WelchP(MomentsOf({1, 2, 3}), MomentsOf({4, 5, 6})) == Approx(0.021312).epsilon(1e-4));
  CHECK(WelchP(MomentsOf({1, 2, 3}), MomentsOf({1, 2, 3})) == Approx(1.0));
  CHECK(WelchP(MomentsOf({1}), MomentsOf({4, 5, 6})) == 1.0);
  CHECK(WelchP(MomentsOf({2, 2}), MomentsOf({3, 3})) == 0.0);
}
