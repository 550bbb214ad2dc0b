#include "tests/analysis/hdf5/sample.h"

#include <cmath>
#include <limits>

namespace headroom::report {

Provenance SampleProvenance() {
  Provenance p;
  p.title = "A sample: 3 racks, \"quoted\" and gr\xc3\xbc\x6e";
  p.scenario_text = "schema: 1\nname: sample\n";
  p.seed = 18446744073709551615u;
  p.program_version = "0.1.0";
  return p;
}

void WriteSample(ReportWriter& report, std::size_t intervals, std::size_t rows) {
  const std::vector<std::string> racks = {"row-1/rack-1", "row-1/rack-2", "row-1/rack-3"};
  const SeriesId power =
      report.AddSeries({"rack_power", "W", "power drawn by a rack", "time: mean", "rack", racks});
  const SeriesId peak = report.AddSeries(
      {"rack_power_max", "W", "largest power of a rack", "time: maximum", "rack", racks});
  const SeriesId site =
      report.AddSeries({"site_power", "W", "power at the utility", "time: mean", "", {}});
  report.AddSeries({"tank_level", "1", "nobody has a tank", "time: point", "tank", {}});
  for (std::size_t i = 0; i < intervals; ++i) {
    for (std::size_t r = 0; r < racks.size(); ++r) {
      const double watts = 1000.0 * static_cast<double>(r + 1) + static_cast<double>(i);
      if (i != 3 || r != 1) report.Put(power, r, watts);
      report.Put(peak, r, watts + 0.5);
    }
    report.Put(site, 0, 7000.0 + 3.0 * static_cast<double>(i));
    report.EndInterval(10.0 * static_cast<double>(i + 1));
  }
  std::vector<std::int64_t> id, tokens;
  std::vector<double> arrival, finish;
  std::vector<std::uint8_t> state;
  std::vector<std::string> what;
  for (std::size_t i = 0; i < rows; ++i) {
    id.push_back(static_cast<std::int64_t>(i + 1));
    tokens.push_back((static_cast<std::int64_t>(1) << 40) + static_cast<std::int64_t>(i));
    arrival.push_back(0.25 * static_cast<double>(i));
    finish.push_back(i == 1 ? std::numeric_limits<double>::quiet_NaN() : arrival.back() + 1.5);
    state.push_back(i == 1 ? 1 : 0);
    what.push_back(i == 0 ? "" : i == 1 ? "K\xc3\xbchlung" : "cdu-1");
  }
  report.WriteTable({"/workloads/chat/requests",
                     "request",
                     {{"id", "1", "number of the request", id, {}},
                      {"arrival", "s", "from the start of the run", arrival, {}},
                      {"finish", "s", "last token", finish, {}},
                      {"output_tokens", "1", "", tokens, {}},
                      {"state", "1", "how it ended", state, {"completed", "rejected by router"}}}});
  report.WriteTable(
      {"/events",
       "event",
       {{"time", "s", "from the start of the run", arrival, {}}, {"what", "", "", what, {}}}});
  report.WriteTable({"/workloads/chat/replicas",
                     "replica",
                     {{"load", "1", "", std::vector<double>(), {}},
                      {"name", "", "", std::vector<std::string>(), {}}}});
}

MetricSet SampleMetrics() {
  MetricSet m;
  m.Set("workloads.chat.ttft.p50", 0.0418, "s");
  m.Set("workloads.chat.ttft.p99", 1.0 / 3.0, "s");
  m.Set("site.power.mean", 132400.0, "W");
  m.SetText("site.binding", "liquid");
  return m;
}

}  // namespace headroom::report
