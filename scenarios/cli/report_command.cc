#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "analysis/export/html_report.h"
#include "analysis/hdf5/report_reader.h"
#include "analysis/hdf5/summary.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/text_file.h"

namespace headroom::cli {

Action AddReport(CLI::App& app) {
  struct Options {
    std::string file;
    bool json = false, html = false;
    std::string output;
  };
  auto o = std::make_shared<Options>();
  app.add_option("REPORT", o->file, "report of a run (.h5); a .partial one too")->required();
  CLI::Option* json = app.add_flag("--json", o->json, "one JSON object instead of a text");
  app.add_flag("--html", o->html, "one page that needs nothing else, to open and to send")->excludes(json);
  app.add_option("-o,--output", o->output, "file for the page (default: the report's name with .html, here)");
  return [o] {
    const report::Report report(o->file);
    if (o->html) {
      const std::string path =
          o->output.empty() ? std::filesystem::path(o->file).filename().replace_extension(".html").string() : o->output;
      WriteTextFile(path, report::HtmlReport(report));
      fmt::print("page: {}\n", path);
      return int{kDone};
    }
    fmt::print("{}", o->json ? report::SummaryJson(report.summary()) : report::SummaryText(report.summary()));
    return int{kDone};
  };
}

}  // namespace headroom::cli
