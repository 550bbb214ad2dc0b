#include "analysis/export/mlflow_run.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/diagnostics.h"
#include "tests/analysis/export/worked_report.h"

using namespace headroom;
using namespace headroom::report;
namespace fs = std::filesystem;

namespace {
std::string Text(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}
}  // namespace

// The run ends 100 s after 2026-01-01, which is 1767225600000 ms after 1970.
TEST_CASE("a run of MLflow's file store", "[mlflow]") {
  const WorkedFolder folder;
  const Report r = WorkedReport(folder);
  const fs::path run = WriteMlflowRun(r, folder.Path("mlruns"));
  CHECK(Text(run / "metrics/site.power.mean") == "1767225700000 1500 0\n");
  CHECK_THAT(Text(run / "metrics/series/site_power"), Catch::StartsWith("1767225610000 1000 0\n1767225620000 1000 1\n"));
  CHECK(Text(run / "params/workloads.batch.jobs.trace") == "jobs.csv");
  CHECK(Text(run / "tags/headroom.site.binding") == "feed");
  CHECK(Text(run / "artifacts/scenario.yaml") == r.scenario_text());
  CHECK_THAT(Text(run / "meta.yaml"), Catch::Contains("\nstatus: 3\n"));
  CHECK_THAT(Text(run.parent_path() / "meta.yaml"), Catch::Contains("name: Headroom\n"));
  CHECK_FALSE(fs::exists(run.string() + ".partial"));
}

TEST_CASE("the same run again replaces itself", "[mlflow]") {
  const WorkedFolder folder;
  const Report r = WorkedReport(folder);
  const fs::path run = WriteMlflowRun(r, folder.Path("mlruns"));
  std::ofstream(run / "metrics/old") << "x";
  CHECK(WriteMlflowRun(r, folder.Path("mlruns")) == run.string());
  CHECK_FALSE(fs::exists(run / "metrics/old"));
}

TEST_CASE("a store that cannot be made is named", "[mlflow]") {
  const WorkedFolder folder;
  std::ofstream(folder.Path("file")) << "x";
  CHECK_THROWS_AS(WriteMlflowRun(WorkedReport(folder), folder.Path("file")), IoError);
}
