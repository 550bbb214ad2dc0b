#include "scenarios/sweep/coordinates.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom;
using namespace headroom::sweep;

namespace {

Plan PlanOf(const std::vector<std::vector<Setting>>& points) {
  Plan plan;
  for (const auto& settings : points) plan.points.emplace_back().settings = settings;
  return plan;
}

}  // namespace

TEST_CASE("numbers in one unit are numbers, others are words", "[coordinates]") {
  const std::vector<Column> c = Coordinates(PlanOf({{{"a", "1 kW"}, {"b", "1 kW"}}, {{"a", "2.5 kW"}, {"b", "1 MW"}}}));
  REQUIRE(c.size() == 2);
  CHECK(c[0].units == "kW");
  CHECK(std::get<std::vector<double>>(c[0].values) == std::vector<double>{1.0, 2.5});
  CHECK(std::get<std::vector<std::string>>(c[1].values) == std::vector<std::string>{"1 kW", "1 MW"});
}

TEST_CASE("a map is taken apart by its keys; what a point does not set is missing", "[coordinates]") {
  const std::vector<Column> c = Coordinates(PlanOf({{{"plan", "{tp: 8, pp: {n: 2}}"}}, {{"plan", "{tp: 4}"}}}));
  REQUIRE(c.size() == 2);
  CHECK(c[0].name == "plan.tp");
  CHECK(c[1].name == "plan.pp.n");
  CHECK(std::isnan(std::get<std::vector<double>>(c[1].values)[1]));
}

TEST_CASE("the point of a branch at which nothing changes has no value there", "[coordinates][branch]") {
  const std::vector<Column> c = Coordinates(PlanOf({{{"limit", "~", true}}, {{"limit", "20 MW", true}}, {{"seed", "2"}}}));
  REQUIRE(c.size() == 1);
  CHECK(c[0].units == "MW");
  const auto& values = std::get<std::vector<double>>(c[0].values);
  CHECK(std::isnan(values[0]));
  CHECK(values[1] == 20.0);
  CHECK(std::isnan(values[2]));
}
