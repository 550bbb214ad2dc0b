#include "scenarios/sweep/folder.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/scenarios/sweep/temp_sweep.h"

using namespace headroom;
using namespace headroom::sweep;
using test::TempSweep;

namespace {

const char* const kSweep =
    "from: 5 s\nrepeat: 2\nsample: {method: morris, count: 6, seed: 9}\nobjective: {minimise: a.b, subject_to: [\"c.d <= 3 kW\"]}\nvary:\n"
    "  - {path: site.cooling.weather.dry_bulb, from: 30 degC, to: 35 degC}\n"
    "  - {path: \"workloads[pretrain].train.global_batch\", values: [16, 32], from_start: true}\n";

}  // namespace

TEST_CASE("a plan comes back from its folder as it was", "[folder]") {
  const TempSweep temp;
  const Plan plan = MakePlan(temp.Read(kSweep), "v");
  const Folder folder(temp / "d");
  folder.WritePlan(plan);
  const Plan back = folder.ReadPlan();
  CHECK(back.points == plan.points);
  CHECK(back.digest == plan.digest);
  CHECK(back.from == 5.0);
  CHECK(back.repeat == 2);
  CHECK(back.drawn.method == "morris");
  CHECK(back.drawn.seed == 9);
  CHECK(back.drawn.axes == plan.drawn.axes);
  CHECK(back.goal.minimise == plan.goal.minimise);
  CHECK(back.goal.subject_to == plan.goal.subject_to);
  CHECK(folder.Digest() == plan.digest);
}

TEST_CASE("states are read from names alone", "[folder]") {
  const TempSweep temp;
  const Plan plan = MakePlan(temp.Read("vary: [{path: site.cooling.rack_supply, from: 20 degC, to: 30 degC, count: 4}]\n"), "v");
  const Folder folder(temp / "d");
  folder.WritePlan(plan);
  const auto id = [&](int i) { return plan.points[static_cast<std::size_t>(i)].id; };
  temp.Write("d/reports/" + id(0) + ".h5", "");
  temp.Write("d/reports/" + id(1) + ".h5", "");
  temp.Write("d/failed/" + id(1) + ".3.log", "");
  temp.Write("d/failed/" + id(2) + ".2.log", "");
  CHECK(folder.States(plan) == std::vector<PointState>{PointState::kDone, PointState::kForbidden, PointState::kFailed, PointState::kLeft});
  CHECK(folder.FailedExit(id(1)) == 3);
  CHECK(folder.FailedExit(id(2)) == 2);
  folder.ForgetFailure(id(2));
  CHECK(folder.FailedExit(id(2)) == 0);
}

TEST_CASE("a point is named by its scenario and the program's version", "[folder][plan]") {
  CHECK(PointId("schema: 1\n", "1.0") == PointId("schema: 1\n", "1.0"));
  CHECK(PointId("schema: 1\n", "1.0") != PointId("schema: 1\n", "1.1"));
  CHECK(PointId("schema: 1\n", "1.0") != PointId("schema: 2\n", "1.0"));
  CHECK(PointId("a", "b").size() == 20);
}

TEST_CASE("a folder without a plan, or with half of one, says so", "[folder]") {
  const TempSweep temp;
  CHECK_THROWS_WITH(Folder(temp / "none").ReadPlan(), Catch::Contains("no sweep is planned here"));
  const Folder folder(temp / "d");
  folder.WritePlan(MakePlan(temp.Read("vary: [{path: site.cooling.rack_supply, from: 20 degC, to: 30 degC, count: 4}]\n"), "v"));
  std::filesystem::resize_file(temp / "d/points.jsonl", 0);
  CHECK_THROWS_WITH(folder.ReadPlan(), Catch::Contains("holds 0 points and plan.json names 4"));
}
