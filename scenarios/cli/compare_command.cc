#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "analysis/compare/compare.h"
#include "scenarios/cli/command.h"

namespace headroom::cli {

Action AddCompare(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    bool json = false, csv = false, markdown = false;
  };
  auto o = std::make_shared<Options>();
  app.add_option(
         "REPORT", o->files,
         "reports; the first is the baseline, those that differ in their seed alone are repeats")
      ->required()
      ->expected(2, 10000);
  app.add_flag("--json", o->json, "one JSON object")
      ->excludes(app.add_flag("--csv", o->csv, "one line per figure and report"));
  app.add_flag("--markdown", o->markdown, "tables")->excludes("--json")->excludes("--csv");
  return [o] {
    std::vector<report::Report> reports;
    for (const std::string& file : o->files) reports.emplace_back(file);
    const report::Comparison c = report::Compare(reports);
    fmt::print("{}", o->json       ? report::ComparisonJson(c)
                     : o->csv      ? report::ComparisonCsv(c)
                     : o->markdown ? report::ComparisonMarkdown(c)
                                   : report::ComparisonText(c));
    return int{kDone};
  };
}

}  // namespace headroom::cli
