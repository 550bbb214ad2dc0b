#include "analysis/export/metrics_text.h"

#include <catch2/catch.hpp>

#include "tests/analysis/export/worked_report.h"

using namespace headroom::report;

TEST_CASE("figures as CSV", "[metrics_text]") {
  const WorkedFolder folder;
  const std::string csv = MetricsCsv(WorkedReport(folder));
  CHECK_THAT(csv, Catch::StartsWith("metric,value,unit\n"));
  CHECK_THAT(csv, Catch::Contains("site.power.mean,1500,W\n"));
  CHECK_THAT(csv, Catch::Contains("site.binding,feed,\n"));
}

TEST_CASE("a series and a table as CSV", "[metrics_text]") {
  const WorkedFolder folder;
  const Report r = WorkedReport(folder);
  TextOutput series, table;
  WriteTableCsv(r, "rack_power", series);
  CHECK_THAT(series.text(), Catch::StartsWith("time_s,rack-1,rack-2\n10,100,\n20,101,0\n"));
  WriteTableCsv(r, "/workloads/batch/jobs", table);
  CHECK_THAT(table.text(), Catch::StartsWith("id,submit,start,end,accelerators,state\n7,5,10,40,4,completed\n"));
  CHECK_THAT(table.text(), Catch::Contains("9,30,50,,4,running\n"));
  TextOutput none;
  CHECK_THROWS_WITH(WriteTableCsv(r, "rack_powr", none), Catch::Contains("rack_powr"));
}

TEST_CASE("OpenMetrics has a family per figure and ends with EOF", "[metrics_text]") {
  const WorkedFolder folder;
  const std::string text = OpenMetrics(WorkedReport(folder));
  CHECK_THAT(text, Catch::Contains("# TYPE headroom_site_power_mean_watts gauge\n# UNIT headroom_site_power_mean_watts watts\n"));
  CHECK_THAT(text, Catch::Contains("headroom_site_power_mean_watts{scenario=\"Worked \\\"example\\\" <1>\"} 1500\n"));
  CHECK_THAT(text, Catch::Contains("value=\"feed\"} 1\n"));
  CHECK_THAT(text, Catch::EndsWith("# EOF\n"));
}
