#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "analysis/hdf5/report_reader.h"
#include "scenarios/cli/command.h"
#include "scenarios/study/explain.h"
#include "sim/config/yaml_tree.h"

namespace headroom::cli {

Action AddExplain(CLI::App& app) {
  struct Options {
    std::string file, metric, folder;
    std::size_t most = 12;
    bool json = false;
  };
  auto o = std::make_shared<Options>();
  app.add_option("REPORT", o->file, "report of a run (.h5)")->required();
  app.add_option("METRIC", o->metric, "figure of the report, e.g. site.power.mean")->required();
  app.add_option("--folder", o->folder, "where the scenario's own files (traces, weather) are (default: the report's folder)");
  app.add_option("--most", o->most, "parameters to tell (default: 12)");
  app.add_flag("--json", o->json, "one JSON object");
  return [o] {
    const report::Report report(o->file);
    const std::string folder = o->folder.empty() ? std::filesystem::path(o->file).parent_path().string() : o->folder;
    const scenario::Prepared prepared = scenario::Prepare(config::ParseYaml(report.scenario_text(), o->file),
                                                          (std::filesystem::path(folder) / "scenario.yaml").string(), {});
    const study::Explanation e = study::Explain(prepared, report.summary().metrics, o->metric);
    fmt::print("{}", o->json ? study::ExplanationJson(e) : study::ExplanationText(e, o->most));
    return int{kDone};
  };
}

}  // namespace headroom::cli
