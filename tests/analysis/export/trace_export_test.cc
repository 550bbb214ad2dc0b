#include "analysis/export/trace_export.h"

#include <catch2/catch.hpp>
#include <map>

#include "analysis/export/perfetto.pb.h"
#include "tests/analysis/export/worked_report.h"

using namespace headroom;
using namespace headroom::report;

TEST_CASE("a Perfetto trace is one Trace message whose slices close in order", "[trace]") {
  const WorkedFolder folder;
  TextOutput out;
  WritePerfetto(WorkedReport(folder), {}, out);
  perfetto::Trace trace;
  REQUIRE(trace.ParseFromString(out.text()));
  CHECK(trace.packet(0).sequence_flags() == 1);
  std::map<std::uint64_t, std::string> names;
  std::map<std::uint64_t, int> depth;
  std::map<std::uint64_t, std::uint64_t> last;
  int slices = 0, counters = 0;
  for (const auto& p : trace.packet()) {
    if (p.has_track_descriptor()) {
      CHECK(names.emplace(p.track_descriptor().uuid(), p.track_descriptor().name()).second);
      if (p.track_descriptor().has_parent_uuid()) CHECK(names.count(p.track_descriptor().parent_uuid()) == 1);
      continue;
    }
    const auto& e = p.track_event();
    REQUIRE(names.count(e.track_uuid()) == 1);
    CHECK(p.timestamp() >= last[e.track_uuid()]);
    last[e.track_uuid()] = p.timestamp();
    if (e.type() == perfetto::TrackEvent::TYPE_SLICE_BEGIN) ++depth[e.track_uuid()], ++slices;
    if (e.type() == perfetto::TrackEvent::TYPE_SLICE_END) CHECK(--depth[e.track_uuid()] >= 0);
    if (e.type() == perfetto::TrackEvent::TYPE_COUNTER) ++counters;
  }
  for (const auto& [track, open] : depth) CHECK(open == 0);
  // 3 steps, 6 parts, 3 requests of two parts, jobs on 4 racks; 9 + 10 + 1 values.
  CHECK(slices == 3 + 6 + 9 + 4);
  CHECK(counters == 20);
}

TEST_CASE("a Chrome trace names processes by their path and counts in microseconds", "[trace]") {
  const WorkedFolder folder;
  TextOutput out;
  WriteChromeTrace(WorkedReport(folder), {"site_power"}, out);
  CHECK_THAT(out.text(), Catch::Contains("\"args\":{\"name\":\"a > rack-1\"}"));
  CHECK_THAT(out.text(), Catch::Contains("\"ts\":20000000.000,\"name\":\"site_power [W]\",\"args\":{\"value\":2000}"));
  CHECK_THAT(out.text(), Catch::EndsWith("\n]}\n"));
}
