#include <catch2/catch.hpp>

#include "scenarios/read/traces/job_trace_reader.h"
#include "tests/scenarios/read/temp_folder.h"

namespace headroom::scenario {
namespace {

JobTrace ReadText(const std::string& text, std::uint32_t units, Diagnostics& diagnostics) {
  const test::TempFolder folder;
  JobTrace trace = ReadJobTrace(folder.Write("a.swf", text), "swf", units, diagnostics);
  for (const Finding& f : diagnostics.errors()) UNSCOPED_INFO(folder.Cut(f.Text()));
  return trace;
}

std::string ErrorOf(const std::string& text) {
  const test::TempFolder folder;
  Diagnostics diagnostics;
  ReadJobTrace(folder.Write("a.swf", text), "swf", 8, diagnostics);
  REQUIRE(diagnostics.errors().size() == 1);
  return folder.Cut(diagnostics.errors().front().Text());
}

constexpr double kNs = 1e9;

}  // namespace

TEST_CASE("a whole SWF line: submission, run time, processors, request, status, user, queue", "[traces]") {
  Diagnostics d;
  const JobTrace t = ReadText("; a comment\n\n 7 100 -1 50.5 4 -1 -1 4 60 -1 1 9 1 1 3 -1 -1 -1 ; so\n", 8, d);
  REQUIRE(t.jobs.size() == 1);
  const jobs::BatchJob& j = t.jobs[0];
  CHECK(j.id == 7);
  CHECK(j.submit == 100 * kNs);
  CHECK(j.runtime == 50.5 * kNs);
  CHECK(j.estimate == 60 * kNs);
  CHECK(j.units == 4);
  CHECK(j.user == 9);
  CHECK(j.queue == 3);
  CHECK(j.recorded == jobs::RecordedEnd::kCompleted);
  CHECK(t.remarks.empty());
}

TEST_CASE("each rule for rows that do not say what they should is applied, counted and told", "[traces]") {
  Diagnostics d;
  const JobTrace t = ReadText(
      "1 10 -1 -1 4\n"                            // no run time
      "2 20 -1 90 -1 -1 -1 2 60\n"                // ran over its request; processors from the request
      "3 15 -1 5 99\n"                            // larger than the cluster, out of order, no request
      "4 -5 -1 5 1 -1 -1 1 10\n",                 // before time 0
      8, d);
  REQUIRE(d.ok());
  REQUIRE(t.jobs.size() == 4);
  CHECK(t.jobs[0].id == 4);
  CHECK(t.jobs[0].submit == 0);
  CHECK(t.jobs[1].id == 1);
  CHECK(t.jobs[1].runtime == kNs);
  CHECK(t.jobs[1].units == 4);
  CHECK(t.jobs[2].id == 3);
  CHECK(t.jobs[2].units == 8);
  CHECK(t.jobs[2].estimate == 5 * kNs);
  CHECK(t.jobs[3].id == 2);
  CHECK(t.jobs[3].runtime == 60 * kNs);
  CHECK(t.jobs[3].estimate == 90 * kNs);
  CHECK(t.jobs[3].units == 2);
  CHECK(t.remarks == std::vector<std::string>{
                         "1 of 4 jobs have no run time or no processors and count as one second",
                         "1 of 4 jobs ran longer than they asked for and are cut there",
                         "1 of 4 jobs ask for more than the 8 processors there are and get them all",
                         "1 of 4 jobs were submitted before time 0 and are submitted there",
                         "2 of 4 jobs stand before an earlier submission and are sorted"});
}

TEST_CASE("what is no SWF is an error with its line", "[traces]") {
  CHECK(ErrorOf("1 0 -1 5 1\nfoo 2 3 4 5\n") == "a.swf:2:0: is no line of numbers: 'foo 2 3 4 5'");
  CHECK(ErrorOf("1 0 -1 5\n") == "a.swf:1:0: has 4 fields; a job has at least 5");
  CHECK(ErrorOf("1 0 -1 nan 1\n") == "a.swf:1:0: is no line of numbers: '1 0 -1 nan 1'");
  CHECK(ErrorOf("1 1e12 -1 5 1\n") == "a.swf:1:0: has a time of more than 9e9 s");
  CHECK(ErrorOf("; nothing\n") == "a.swf: has no jobs; a trace needs at least one");
}

}  // namespace headroom::scenario
