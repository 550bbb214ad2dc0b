#include "scenarios/build/site_tables.h"

#include <catch2/catch.hpp>
#include <map>

#include "scenarios/build/job_places.h"
#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

/// Keeps the tables of a run.
class TableRecorder final : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec& spec) override {
    entities[spec.dimension] = spec.entities;
    return SeriesId(0);
  }
  void Put(SeriesId, std::size_t, double) override {}
  void EndInterval(double) override {}
  void WriteTable(const Table& table) override { tables[table.path] = table; }

  template <class T>
  const std::vector<T>& Get(const std::string& path, const std::string& name) const {
    for (const Column& c : tables.at(path).columns)
      if (c.name == name) return std::get<std::vector<T>>(c.values);
    FAIL("no column " << name);
    throw 0;
  }
  std::map<std::string, Table> tables;
  std::map<std::string, std::vector<std::string>> entities;
};

void RunInto(const std::string& text, TableRecorder& recorder) {
  Sample s(text);
  Simulation simulation(s.prepared->loaded, s.prepared->library);
  simulation.Run(recorder, [](double, double) { return true; });
}

}  // namespace

// 6 servers of 4 a rack are 2 racks, 3 machines are 3, 5 plain nodes fit one: 6 racks in 3 rows.
TEST_CASE("a report says where racks stand and what feeds and cools them", "[site_tables]") {
  TableRecorder r;
  RunInto(kMixedSite, r);
  const auto& system = r.Get<std::int64_t>("/site/racks", "system");
  CHECK(system == std::vector<std::int64_t>{0, 0, 1, 1, 1, 2});
  CHECK(r.Get<std::int64_t>("/site/racks", "row") == std::vector<std::int64_t>{0, 0, 1, 1, 1, 2});
  CHECK(r.Get<std::int64_t>("/site/racks", "nodes") == std::vector<std::int64_t>{4, 2, 18, 18, 18, 5});
  // Machines of 2 a CDU; the others are cooled by air.
  CHECK(r.Get<std::int64_t>("/site/racks", "cdu") == std::vector<std::int64_t>{-1, -1, 0, 0, 1, -1});
  CHECK(r.Get<std::int64_t>("/site/systems", "units_per_rack")[1] == 64);
  const auto& parent = r.Get<std::int64_t>("/site/power_units", "parent");
  CHECK(parent.front() == -1);
  for (std::size_t u = 1; u < parent.size(); ++u) CHECK(parent[u] < static_cast<std::int64_t>(u));
}

TEST_CASE("groups of the tables are those of the series, and their racks add up", "[site_tables]") {
  TableRecorder r;
  RunInto(kMixedSite, r);
  CHECK(r.Get<std::string>("/site/groups", "name") == r.entities.at("rack_group"));
  std::vector<std::int64_t> count(r.entities.at("rack_group").size(), 0);
  for (const std::int64_t g : r.Get<std::int64_t>("/site/racks", "group")) ++count.at(static_cast<std::size_t>(g));
  const auto& racks = r.Get<std::int64_t>("/site/groups", "racks");
  for (std::size_t g = 0; g + 1 < count.size(); ++g) CHECK(count[g] == racks[g]);
  // The last group is the fabric's, which has no place on the floor.
  CHECK(r.entities.at("rack_group").back() == "fabric/air");
  CHECK(count.back() == 0);
}

// Job 1 leaves for job 2 and comes back: three stays of one or two runs of units.
TEST_CASE("the places of jobs are a row for each run of units and stay", "[site_tables]") {
  JobPlaces places(2);
  places.Start(Instant::FromSeconds(1), 0, {{0, 4}, {8, 2}});
  places.Leave(Instant::FromSeconds(5), 0);
  places.Start(Instant::FromSeconds(5), 1, {{0, 4}});
  places.Leave(Instant::FromSeconds(7), 1);
  places.Start(Instant::FromSeconds(7), 0, {{4, 6}});
  SystemStock system;
  system.name = "cluster";
  system.processors_per_node = system.usable_per_rack = 4;  // units of nodes without accelerators
  system.nodes_per_rack = 1;
  const Table t = places.MakeTable("/p", {{0, 2, 10}}, {system}, 1);
  CHECK(std::get<std::vector<std::int64_t>>(t.columns[0].values) == std::vector<std::int64_t>{0, 0, 1, 0});
  CHECK(std::get<std::vector<std::int64_t>>(t.columns[3].values) == std::vector<std::int64_t>{0, 8, 0, 4});
  const auto& end = std::get<std::vector<double>>(t.columns[2].values);
  CHECK(std::vector<double>(end.begin(), end.begin() + 3) == std::vector<double>{5, 5, 7});
  CHECK(std::isnan(end[3]));
  // The workload begins at unit 2 of the system.
  CHECK(std::get<std::vector<std::int64_t>>(t.columns[5].values) == std::vector<std::int64_t>{0, 2, 0, 1});
}
