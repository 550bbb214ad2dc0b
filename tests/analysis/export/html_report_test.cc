#include "analysis/export/html_report.h"

#include <catch2/catch.hpp>

#include "tests/analysis/export/worked_report.h"

using namespace headroom::report;

TEST_CASE("a page tells the site, the answer, the figures and where it comes from", "[html]") {
  const WorkedFolder folder;
  const Report r = WorkedReport(folder);
  const std::string page = HtmlReport(r);
  for (const char* part : {"<h2>The site</h2>", "What is installed", "Where the racks stand", "What is left of each limit",
                           "feed (binds first)", "near its limit", "<h2>Events</h2>", "<h2>All figures</h2>", "limit 5.00 kW"})
    CHECK_THAT(page, Catch::Contains(part));
  CHECK_THAT(page, Catch::Contains(r.scenario_sha256()));
  CHECK_THAT(page, Catch::Contains("cost per million tokens</span><b>2.00"));
  CHECK(page == HtmlReport(r));
}

TEST_CASE("names of a scenario cannot become markup", "[html]") {
  const WorkedFolder folder;
  const std::string page = HtmlReport(WorkedReport(folder));
  CHECK_THAT(page, Catch::Contains("Worked &quot;example&quot; &lt;1&gt;"));
  CHECK_THAT(page, !Catch::Contains("<1>"));
}

TEST_CASE("names of figures in words", "[html]") {
  CHECK(Words("ttft.p99") == "TTFT p99");
  CHECK(Words("tokens_per_second_per_accelerator") == "tokens per second per accelerator");
  CHECK(Words("losses.ups") == "losses UPS");
}
