#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/cli/text_file.h"
#include "scenarios/study/calibrate.h"
#include "scenarios/study/kernel_rows.h"
#include "scenarios/study/run_rows.h"

namespace headroom::cli {
namespace {

struct Options {
  std::string measurements;
  ScenarioOptions scenario;
  std::vector<std::string> fit;
  study::Columns columns{"time_us", "us", "bytes", "bf16", {}};
  std::string output;
  bool json = false;
};

int Run(const Options& o) {
  scenario::Prepared prepared = o.scenario.Prepare();
  const study::Measurements m = study::ReadMeasurements(o.measurements, o.columns, prepared);
  std::vector<study::Parameter> parameters;
  for (const std::string& text : o.fit) parameters.push_back(study::FindParameter(prepared, text));
  std::optional<study::RunRows> runs;
  study::Predict predict;
  std::vector<std::string> units(m.rows.size(), "s");
  if (m.kernels.empty()) {
    runs.emplace(prepared, o.scenario.file, o.scenario.overrides, o.scenario.variant, m);
    units = runs->Units();
    predict = runs->By(parameters);
  } else {
    predict = study::PredictKernels(prepared, study::ProfileOf(parameters), parameters, m);
  }
  const study::Calibration c = study::Calibrate(parameters, m, units, predict);
  if (!o.output.empty())
    WriteTextFile(o.output, study::Overlay(prepared, c, std::filesystem::path(o.measurements).filename().string()));
  fmt::print("{}", o.json ? study::CalibrationJson(c) : study::CalibrationText(c));
  if (!o.output.empty() && !o.json) fmt::print("\noverlay: {}\n", o.output);
  return kDone;
}

}  // namespace

Action AddCalibrate(CLI::App& app) {
  auto o = std::make_shared<Options>();
  app.add_option("MEASUREMENTS", o->measurements, "CSV: metric,value,..., a table of kernels (m,n,k or heads,context) or of collectives by bytes")->required();
  o->scenario.AddTo(app, "--scenario");
  app.add_option("--fit", o->fit, "parameter to fit: KIND/NAME:PATH of a data sheet, or a path of the scenario")
      ->required()
      ->expected(1)
      ->take_all();
  app.add_option("--value", o->columns.value, "measured column of a table of kernels or collectives (default: time_us)");
  app.add_option("--unit", o->columns.unit, "its unit (default: us)");
  app.add_option("--precision", o->columns.precision, "of kernels, where their table has no such column (default: bf16)");
  app.add_option("--where", o->columns.where, "COLUMN=TEXT: only these rows of a table of kernels; may be given again")->expected(1)->take_all();
  app.add_option("-o,--output", o->output, "overlay to write, a file that a scenario includes");
  app.add_flag("--json", o->json, "one JSON object");
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
