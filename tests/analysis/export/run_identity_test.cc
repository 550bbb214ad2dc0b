#include "analysis/export/run_identity.h"

#include <catch2/catch.hpp>
#include <regex>

#include "tests/analysis/export/worked_report.h"

using namespace headroom::report;

TEST_CASE("a run's identity is a UUID of version 8, the same for equal runs", "[run_identity]") {
  const WorkedFolder one, two;
  const std::string id = RunUuid(WorkedReport(one));
  CHECK(std::regex_match(id, std::regex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
  CHECK(id == RunUuid(WorkedReport(two)));
}

// 2026-01-01 is 20454 days after 1970-01-01.
TEST_CASE("the start of a run is read from its calendar", "[run_identity]") {
  const WorkedFolder folder;
  CHECK(StartMillis(WorkedReport(folder)) == 20454LL * 86400 * 1000);
  CHECK(IsoTime(20454LL * 86400 * 1000 + 3'723'004) == "2026-01-01T01:02:03.004Z");
}
