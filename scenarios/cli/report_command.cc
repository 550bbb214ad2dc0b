#include <fmt/format.h>

#include <memory>
#include <string>

#include "analysis/hdf5/report_reader.h"
#include "analysis/hdf5/summary.h"
#include "scenarios/cli/command.h"

namespace headroom::cli {

Action AddReport(CLI::App& app) {
  struct Options {
    std::string file;
    bool json = false;
  };
  auto o = std::make_shared<Options>();
  app.add_option("REPORT", o->file, "report of a run (.h5); a .partial one too")->required();
  app.add_flag("--json", o->json, "one JSON object instead of a text");
  return [o] {
    const report::Report report(o->file);
    fmt::print("{}", o->json ? report::SummaryJson(report.summary()) : report::SummaryText(report.summary()));
    return int{kDone};
  };
}

}  // namespace headroom::cli
