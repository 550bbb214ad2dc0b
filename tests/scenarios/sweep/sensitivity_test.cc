#include "scenarios/sweep/sensitivity.h"

#include <catch2/catch.hpp>

#include "analysis/stats/sensitivity.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::sweep;

namespace {

/// A sweep whose one figure is 3 a - 5 b + 7, drawn as the method says, with two repeats that scatter
/// about it.
struct Study {
  explicit Study(const std::string& method) {
    plan.drawn = {method, 4, {"a", "b"}};
    plan.repeat = 2;
    const std::vector<double> design = method == "morris" ? stats::MorrisWalks(6, 2, 4) : stats::SaltelliDesign(2048, 2, 4);
    for (std::size_t i = 0; i < design.size(); i += 2)
      for (const double noise : {-0.5, 0.5}) table.values.push_back(3.0 * design[i] - 5.0 * design[i + 1] + 7.0 + noise);
    table.points = table.values.size();
    table.metrics = {"y"};
    table.units = {"W"};
    AddSensitivity(plan, &table);
  }
  double At(const Table& t, std::size_t column, std::size_t row) const {
    return std::get<std::vector<double>>(t.columns[column].values)[row];
  }
  Plan plan;
  report::SweepTable table;
};

}  // namespace

TEST_CASE("a Morris sweep ranks by the mean size of effects", "[sensitivity]") {
  const Study s("morris");
  const Table rank = Ranking(s.plan, s.table, "y");
  CHECK(rank.path == "/morris");
  REQUIRE(rank.columns.size() == 5);
  CHECK(std::get<std::vector<std::string>>(rank.columns[0].values) == std::vector<std::string>{"b", "a"});
  CHECK(s.At(rank, 1, 0) == Approx(5.0));
  CHECK(s.At(rank, 2, 0) == Approx(-5.0));
  CHECK(s.At(rank, 3, 0) == Approx(0.0).margin(1e-12));
  CHECK(s.At(rank, 4, 0) == 6.0);
  CHECK(s.At(rank, 1, 1) == Approx(3.0));
}

// Variances 9/12 and 25/12: shares 0.265 and 0.735.
TEST_CASE("a Saltelli sweep ranks by the total Sobol index", "[sensitivity]") {
  const Study s("saltelli");
  const Table rank = Ranking(s.plan, s.table, "y");
  CHECK(rank.path == "/sobol");
  CHECK(std::get<std::vector<std::string>>(rank.columns[0].values) == std::vector<std::string>{"b", "a"});
  CHECK(s.At(rank, 1, 0) == Approx(0.735).margin(0.02));
  CHECK(s.At(rank, 2, 1) == Approx(0.265).margin(0.02));
}

TEST_CASE("a figure that is not there is refused with the nearest", "[sensitivity]") {
  const Study s("morris");
  CHECK_THROWS_WITH(Ranking(s.plan, s.table, "yy"), Catch::Contains("did you mean 'y'?"));
}
