#include "scenarios/sweep/best.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace headroom;
using namespace headroom::sweep;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Metrics cost [USD] and peak [W] of points; `repeat` points make a case.
struct Study {
  Study(std::vector<std::pair<double, double>> points, std::uint32_t repeat = 1) {
    plan.repeat = repeat;
    plan.goal.minimise = {"cost"};
    table.points = points.size();
    table.metrics = {"cost", "peak"};
    table.units = {"USD", "W"};
    std::vector<std::string> status;
    for (const auto& [cost, peak] : points) {
      table.values.insert(table.values.end(), {cost, peak});
      status.push_back(std::isnan(cost) ? "failed" : "done");
      plan.points.emplace_back();
    }
    table.words.push_back({"status", "", "", status, {}});
  }
  std::vector<std::size_t> Best() const {
    std::vector<std::size_t> out;
    for (const Candidate& c : FindBest(plan, table).best) out.push_back(c.first_point);
    return out;
  }
  Plan plan;
  report::SweepTable table;
};

}  // namespace

TEST_CASE("the best case is the cheapest that keeps the limit, with its margin", "[best]") {
  Study s({{3.0, 100e3}, {1.0, 300e3}, {2.0, 200e3}, {kNone, kNone}});
  s.plan.goal.subject_to = {"peak <= 250 kW"};
  const BestAnswer answer = FindBest(s.plan, s.table);
  CHECK(answer.cases == 4);
  CHECK(answer.feasible == 2);
  REQUIRE(answer.best.size() == 1);
  CHECK(answer.best[0].first_point == 2);
  CHECK(answer.best[0].margins[0] == Approx(50e3));
  CHECK_FALSE(answer.nearest.has_value());
}

TEST_CASE("where none keeps every limit the nearest is told", "[best]") {
  Study s({{3.0, 110e3}, {1.0, 300e3}, {kNone, kNone}});
  s.plan.goal.subject_to = {"peak <= 100 kW"};
  const BestAnswer answer = FindBest(s.plan, s.table);
  CHECK(answer.best.empty());
  REQUIRE(answer.nearest.has_value());
  CHECK(answer.nearest->first_point == 0);
  CHECK(answer.nearest->margins[0] == Approx(-10e3));
}

TEST_CASE("the mean over repeats counts, and the worst repeat for a limit", "[best]") {
  Study s({{1.0, 100e3}, {2.0, 260e3}, {2.0, 200e3}, {3.0, 200e3}}, 2);
  s.plan.goal.subject_to = {"peak <= 250 kW"};
  CHECK(s.Best() == std::vector<std::size_t>{2});
  CHECK(FindBest(s.plan, s.table).best[0].objectives[0] == Approx(2.5));
}

// Least cost and least peak at once: 0, 1 and 3 are a front; 2 is beaten by 1, 4 equals 1.
TEST_CASE("several objectives give the Pareto front, equal cases included", "[best]") {
  Study s({{1.0, 300.0}, {2.0, 200.0}, {2.0, 250.0}, {4.0, 100.0}, {2.0, 200.0}});
  s.plan.goal.minimise = {"cost", "peak"};
  CHECK(s.Best() == std::vector<std::size_t>{0, 1, 4, 3});
  s.plan.goal.minimise = {"cost"};
  s.plan.goal.maximise = {"peak"};
  CHECK(s.Best() == std::vector<std::size_t>{0});
}

TEST_CASE("a limit without sense is refused", "[best]") {
  const Study s({{1.0, 1.0}});
  CHECK_THROWS_WITH(ParseConstraint("peak < 3 kW", s.table), Catch::Contains("is no limit"));
  CHECK_THROWS_WITH(ParseConstraint("peek <= 3 kW", s.table), Catch::Contains("did you mean 'peak'?"));
  CHECK_THROWS_WITH(ParseConstraint("peak <= 3", s.table), Catch::Contains("needs a unit"));
  CHECK_THROWS_WITH(ParseConstraint("peak <= 3 GB", s.table), Catch::Contains("GB"));
  CHECK_FALSE(ParseConstraint("peak >= 3 kW", s.table).at_most);
}
