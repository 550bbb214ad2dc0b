#include "analysis/export/openlineage.h"

#include <catch2/catch.hpp>

#include "analysis/export/run_identity.h"
#include "tests/analysis/export/worked_report.h"

using namespace headroom::report;

TEST_CASE("a run begins and completes under one identity", "[openlineage]") {
  const WorkedFolder folder;
  const Report r = WorkedReport(folder);
  const std::string events = OpenLineage(r, 0);
  const auto line = events.find('\n');
  REQUIRE(line + 1 < events.size());
  CHECK(events.back() == '\n');
  CHECK(events.find('\n', line + 1) == events.size() - 1);
  const std::string start = events.substr(0, line), end = events.substr(line + 1);
  CHECK_THAT(start, Catch::Contains("\"eventType\": \"START\""));
  CHECK_THAT(end, Catch::Contains("\"eventType\": \"COMPLETE\""));
  for (const std::string& e : {start, end}) {
    CHECK_THAT(e, Catch::Contains(RunUuid(r)));
    CHECK_THAT(e, Catch::Contains("\"eventTime\": \"1970-01-01T00:00:00.000Z\""));
    CHECK_THAT(e, Catch::Contains("jobs.csv"));  // the scenario's own input
  }
  CHECK_THAT(end, Catch::Contains("2026-01-01T00:01:40.000Z"));  // 100 s are simulated
  CHECK_THAT(end, Catch::Contains("/workloads/batch/jobs"));
  CHECK_THAT(start, !Catch::Contains("/workloads/batch/jobs"));
}
