#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analysis/export/html_report.h"
#include "analysis/export/metrics_text.h"
#include "analysis/export/mlflow_run.h"
#include "analysis/export/openlineage.h"
#include "analysis/export/output.h"
#include "analysis/export/trace_export.h"
#include "scenarios/cli/command.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {
namespace {

struct Options {
  std::string file, output = "-", table, mlflow;
  std::vector<std::string> series;
  bool csv = false, openmetrics = false, html = false, perfetto = false, chrome = false, openlineage = false;
};

/// When the file was written last, ms since 1970 UTC.
std::int64_t ModifiedMillis(const std::string& path) {
  using namespace std::chrono;
  const auto at = file_clock::to_sys(std::filesystem::last_write_time(path));
  return duration_cast<milliseconds>(at.time_since_epoch()).count();
}

int Run(const Options& o) {
  const int forms = o.csv + o.openmetrics + o.html + o.perfetto + o.chrome + o.openlineage + !o.mlflow.empty();
  if (forms != 1)
    throw ConfigError("one of --csv, --openmetrics, --html, --perfetto, --chrome, --mlflow and --openlineage is due");
  if (!o.table.empty() && !o.csv) throw ConfigError("--table goes with --csv");
  if (!o.series.empty() && !o.perfetto && !o.chrome) throw ConfigError("--series goes with --perfetto and --chrome");
  if (!o.mlflow.empty() && o.output != "-") throw ConfigError("--mlflow names the folder itself; -o goes with the other forms");
  const report::Report report(o.file);
  if (!o.mlflow.empty()) {
    fmt::print("run: {}\n", report::WriteMlflowRun(report, o.mlflow));
    return kDone;
  }
  report::FileOutput out(o.output);
  if (o.html) out.Write(report::HtmlReport(report));
  if (o.openmetrics) out.Write(report::OpenMetrics(report));
  if (o.openlineage) out.Write(report::OpenLineage(report, ModifiedMillis(o.file)));
  if (o.perfetto) report::WritePerfetto(report, o.series, out);
  if (o.chrome) report::WriteChromeTrace(report, o.series, out);
  if (o.csv && o.table.empty()) out.Write(report::MetricsCsv(report));
  if (o.csv && !o.table.empty()) report::WriteTableCsv(report, o.table, out);
  out.Commit();
  return kDone;
}

}  // namespace

Action AddExport(CLI::App& app) {
  auto o = std::make_shared<Options>();
  app.add_option("REPORT", o->file, "report of a run (.h5)")->required();
  app.add_flag("--csv", o->csv, "the figures, or with --table a series or a table, as CSV");
  app.add_flag("--openmetrics", o->openmetrics, "the figures in the OpenMetrics text format");
  app.add_flag("--html", o->html, "one page to send");
  app.add_flag("--perfetto", o->perfetto, "a trace for ui.perfetto.dev: jobs by rack, steps, requests, counters");
  app.add_flag("--chrome", o->chrome, "the same as JSON of Chrome's trace viewer; for small traces");
  app.add_option("--mlflow", o->mlflow, "folder of MLflow's file store (mlruns) that the run is added to")->type_name("DIR");
  app.add_flag("--openlineage", o->openlineage, "events of OpenLineage, a line of JSON each: what the run took and made");
  app.add_option("--table", o->table, "name of a series (rack_power) or of a table (/workloads/chat/requests), for --csv");
  app.add_option("--series", o->series, "series to draw as counters in a trace; may be given again (default: all)")
      ->expected(1)
      ->take_all();
  app.add_option("-o,--output", o->output, "file to write (default: standard output)");
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
