#include <fmt/format.h>

#include <memory>
#include <string>

#include "analysis/export/html_report.h"
#include "analysis/export/metrics_text.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/text_file.h"
#include "sim/core/diagnostics.h"

namespace headroom::cli {

Action AddExport(CLI::App& app) {
  struct Options {
    std::string file, output = "-", table;
    bool csv = false, openmetrics = false, html = false;
  };
  auto o = std::make_shared<Options>();
  app.add_option("REPORT", o->file, "report of a run (.h5)")->required();
  app.add_flag("--csv", o->csv, "the figures, or with --table a series or a table, as CSV");
  app.add_flag("--openmetrics", o->openmetrics, "the figures in the OpenMetrics text format");
  app.add_flag("--html", o->html, "one page to send");
  app.add_option(
      "--table", o->table,
      "name of a series (rack_power) or of a table (/workloads/chat/requests), for --csv");
  app.add_option("-o,--output", o->output, "file to write (default: standard output)");
  return [o] {
    if (o->csv + o->openmetrics + o->html != 1)
      throw ConfigError("one of --csv, --openmetrics and --html is due");
    if (!o->table.empty() && !o->csv) throw ConfigError("--table goes with --csv");
    const report::Report report(o->file);
    WriteTextFile(o->output, o->html            ? report::HtmlReport(report)
                             : o->openmetrics   ? report::OpenMetrics(report)
                             : o->table.empty() ? report::MetricsCsv(report)
                                                : report::TableCsv(report, o->table));
    return int{kDone};
  };
}

}  // namespace headroom::cli
