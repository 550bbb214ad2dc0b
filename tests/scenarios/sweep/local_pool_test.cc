#include "scenarios/sweep/local_pool.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "scenarios/read/tree_file.h"
#include "scenarios/sweep/session.h"
#include "tests/scenarios/sweep/temp_sweep.h"

using namespace headroom;
using namespace headroom::sweep;
using test::TempSweep;

namespace {

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Study {
  Study(const TempSweep& temp, const std::string& name, const std::string& text)
      : folder(temp / name), plan(PlanInto(folder, temp.Read(text), "v")), base(scenario::ReadTreeWithIncludes(plan.base_path)) {}
  Tally Run(const std::vector<std::size_t>& points, int jobs) {
    return RunPool(folder, plan, base, points, jobs, [](const Tally&) { return true; });
  }
  std::vector<std::size_t> All() const { return Due(folder, plan); }
  Folder folder;
  Plan plan;
  config::Node base;
};

const char* const kBranches =
    "from: 1 s\nrepeat: 2\nvary:\n  - {path: site.cooling.weather.dry_bulb, values: [~, 30 degC, 35 degC]}\n";

}  // namespace

TEST_CASE("points that branch have the bytes of points that run alone", "[pool][branch]") {
  const TempSweep temp;
  Study branched(temp, "branched", kBranches), alone(temp, "alone", kBranches);
  const Tally t = branched.Run(branched.All(), 2);
  CHECK(t.done == 6);
  CHECK(t.cpu_s > 0.0);
  for (const std::size_t p : alone.All()) CHECK(alone.Run({p}, 1).done == 1);
  for (const Point& p : alone.plan.points)
    CHECK(Bytes(branched.folder.report(p.id)) == Bytes(alone.folder.report(p.id)));
  CHECK(branched.folder.Running() == 0);
}

TEST_CASE("a mistake in one branch fails that branch, with its log", "[pool][branch]") {
  const TempSweep temp;
  Study s(temp, "d", "from: 1 s\nvary:\n  - {path: site.faults, values: [~, [{at: 2 s, what: chiller-loss, where: chiller-9}], [{at: 2 s, what: chiller-loss, where: chiller-1}]]}\n");
  const Tally t = s.Run(s.All(), 2);
  CHECK(t.done == 2);
  CHECK(t.failed == 1);
  CHECK_THAT(Bytes(s.folder.log(s.plan.points[1].id, 2)), Catch::Contains("changes[0].site.faults[0].where: 'chiller-9' is not there"));
}

TEST_CASE("a branch that the run does not live to see fails every point with the reason", "[pool][branch]") {
  const TempSweep temp;
  Study s(temp, "d", "from: 30 h\nvary:\n  - {path: site.cooling.weather.dry_bulb, values: [30 degC, 35 degC]}\n");
  const Tally t = s.Run(s.All(), 2);
  CHECK(t.failed == 2);
  CHECK_THAT(Bytes(s.folder.log(s.plan.points[0].id, 2)), Catch::Contains("changes[0].at: is 30 h; the work was done after"));
}

TEST_CASE("work that does not fit in memory is told of every branch", "[pool][branch]") {
  const TempSweep temp;
  Study s(temp, "d", "from: 1 s\nvary:\n  - {path: site.cooling.weather.dry_bulb, values: [30 degC, 35 degC]}\n"
                     "  - {path: \"workloads[pretrain].train.model\", values: [llama-3.1-405b], from_start: true}\n");
  CHECK(s.Run(s.All(), 2).forbidden == 2);
  CHECK(s.folder.States(s.plan) == std::vector<PointState>(2, PointState::kForbidden));
}

TEST_CASE("a collected file is the same from rows and from reports, and stays where nothing is new", "[pool][collect]") {
  const TempSweep temp;
  Study s(temp, "d", kBranches);
  s.Run(s.All(), 2);
  CollectInto(s.folder, s.plan, s.folder.collected());
  const std::string from_rows = Bytes(s.folder.collected());
  const auto written = std::filesystem::last_write_time(s.folder.collected());
  CollectInto(s.folder, s.plan, s.folder.collected());
  CHECK(std::filesystem::last_write_time(s.folder.collected()) == written);
  std::filesystem::remove_all(s.folder.rows());
  std::filesystem::remove(s.folder.collected_key());
  CollectInto(s.folder, s.plan, s.folder.collected());
  CHECK(Bytes(s.folder.collected()) == from_rows);
  // A report that went makes another file of it.
  std::filesystem::remove(s.folder.report(s.plan.points[0].id));
  CollectInto(s.folder, s.plan, s.folder.collected());
  CHECK(Bytes(s.folder.collected()) != from_rows);
}

TEST_CASE("a folder is held by one pool at a time", "[pool]") {
  const TempSweep temp;
  const Folder folder(temp / "d");
  folder.Create();
  const FolderLock lock(folder);
  CHECK_THROWS_WITH(FolderLock(folder), Catch::Contains("another process runs this sweep"));
}
