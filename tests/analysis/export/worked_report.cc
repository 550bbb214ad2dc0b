#include "tests/analysis/export/worked_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

#include "analysis/hdf5/report_writer.h"

namespace headroom::report {
namespace {

using Doubles = std::vector<double>;
using Wholes = std::vector<std::int64_t>;
using Words = std::vector<std::string>;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

template <class T>
Column Col(const std::string& name, std::vector<T> values) {
  return {name, "", "", std::move(values), {}};
}

}  // namespace

WorkedFolder::WorkedFolder() {
  static int count = 0;
  path_ = (std::filesystem::temp_directory_path() / fmt::format("headroom_export_{}_{}", getpid(), ++count)).string();
  std::filesystem::create_directories(path_);
}

WorkedFolder::~WorkedFolder() {
  std::error_code none;
  std::filesystem::remove_all(path_, none);
}

Report WorkedReport(const WorkedFolder& folder) {
  const std::string path = folder.Path("worked.h5");
  Provenance p;
  p.title = "Worked \"example\" <1>";
  p.scenario_text =
      "schema: 1\nname: worked\nsite:\n  power: {utility: {limit: 5 kW}}\nworkloads:\n  - name: batch\n    jobs: {trace: jobs.csv}\n";
  p.seed = 5;
  p.program_version = "0.1.0";
  ReportWriter w(path, p);
  const SeriesId site = w.AddSeries({"site_power", "W", "power at the utility", "time: mean", "", {}});
  const SeriesId rack = w.AddSeries({"rack_power", "W", "power of a rack", "time: mean", "rack", {"rack-1", "rack-2"}});
  for (int i = 0; i < 10; ++i) {
    w.Put(site, 0, i < 2 ? 1000.0 : 1000.0 * i);
    w.Put(rack, 0, 100.0 + i);
    if (i > 0) w.Put(rack, 1, 0.0);
    w.EndInterval(10.0 * (i + 1));
  }
  w.WriteTable({"/site/systems", "system", {Col("name", Words{"a", "b"}), Col("type", Words{"x", "y"}), Col("racks", Wholes{2, 3}),
                Col("nodes", Wholes{2, 3}), Col("accelerators_per_node", Wholes{4, 2}), Col("units_per_rack", Wholes{4, 2}),
                Col("rack_width", Doubles{0.6, 0.6}), Col("rack_depth", Doubles{1.2, 1.2})}});
  w.WriteTable({"/site/racks", "rack_index", {Col("system", Wholes{0, 0, 1, 1, 1}), Col("x", Doubles{0, 0.6, 1.2, 1.8, 2.4}),
                Col("y", Doubles{0, 0, 0, 0, 0})}});
  w.WriteTable({"/site/placement", "slice", {Col("workload", Words{"batch", "batch"}), Col("system", Wholes{0, 1}),
                Col("first", Wholes{2, 0}), Col("count", Wholes{6, 6})}});
  w.WriteTable({"/events", "event", {Col("time", Doubles{30}), Col("kind", Words{"throttle"}), Col("where", Words{"a/air"}),
                Col("what", Words{"clock falls"})}});
  Column states = Col("state", std::vector<std::uint8_t>{2, 2, 1});
  states.flags = {"waiting", "running", "completed"};
  w.WriteTable({"/workloads/batch/jobs", "job", {Col("id", Wholes{7, 8, 9}), Col("submit", Doubles{5, 20, 30}),
                Col("start", Doubles{10, 20, 50}), Col("end", Doubles{40, 60, kNone}), Col("accelerators", Wholes{4, 1, 4}), states}});
  w.WriteTable({"/workloads/batch/placements", "stay", {Col("job", Wholes{0, 1, 2}), Col("start", Doubles{10, 20, 50}),
                Col("end", Doubles{40, 60, kNone}), Col("first", Wholes{2, 0, 6}), Col("count", Wholes{4, 1, 4})}});
  w.WriteTable({"/workloads/train/steps", "step", {Col("index", Wholes{0, 1, 2}), Col("start", Doubles{0, 10, 30}),
                Col("duration", Doubles{10, 10, 50})}});
  Column ends = Col("state", std::vector<std::uint8_t>{1, 1, 1, 2});
  ends.flags = {"waiting", "completed", "rejected"};
  w.WriteTable({"/workloads/chat/requests", "request", {Col("id", Wholes{1, 2, 3, 4}), Col("arrival", Doubles{0, 1, 6, 7}),
                Col("first_token", Doubles{1, 2, 7, kNone}), Col("finish", Doubles{4, 5, 8, kNone}),
                Col("replica", Wholes{0, 0, 0, -1}), Col("input_tokens", Wholes{10, 20, 30, 40}),
                Col("output_tokens", Wholes{1, 2, 3, 4}), ends}});
  MetricSet m;
  m.Set("workloads.train.time.compute", 6.0, "s");
  m.Set("workloads.train.time.bubble", 4.0, "s");
  m.Set("workloads.chat.cost_per_token", 2e-6, "USD");
  m.Set("site.power.mean", 1500.0, "W");
  m.Set("site.headroom.feed", 0.05, "1");
  m.SetText("site.binding", "feed");
  w.Finish("done", 100.0, m);
  return Report(path);
}

}  // namespace headroom::report
