#include "analysis/export/gantt.h"

#include <catch2/catch.hpp>
#include <regex>

#include "tests/analysis/export/worked_report.h"

using namespace headroom::report;

namespace {
std::size_t Count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}
}  // namespace

TEST_CASE("jobs are boxes, steps and requests stretches with gaps", "[gantt]") {
  const WorkedFolder folder;
  const std::string html = GanttHtml(WorkedReport(folder));
  CHECK(Count(html, "<figure>") == 2);
  CHECK(Count(html, "class=\"j r") == 3);
  CHECK(Count(html, "<title>job 9</title>") == 1);
  // Steps 0 and 1 adjoin; step 2 begins 10 s later and is five times as long as the median. Requests: 0 to 5 s, 6 to 8 s.
  CHECK(Count(html, "<title>train</title>") == 2);
  CHECK(Count(html, " pale\"") == 1);
  CHECK(Count(html, "<title>chat</title>") == 2);
  CHECK(Count(html, "class=\"mark\"") == 1);
}
