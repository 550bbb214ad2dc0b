#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_options.h"
#include "scenarios/cli/text_file.h"
#include "scenarios/study/calibrate.h"

namespace headroom::cli {
namespace {

struct Options {
  std::string measurements;
  ScenarioOptions scenario;
  std::vector<std::string> fit;
  study::Columns columns{"time_us", "us"};
  std::string output;
  bool json = false;
};

/// Units of the measured figures, of a run of the scenario as it stands.
std::vector<std::string> UnitsOf(const study::Measurements& m) {
  std::vector<std::string> out;
  for (const study::Measurement& row : m.rows) {
    const auto ends = [&](const char* tail) { return row.metric.ends_with(tail); };
    const bool temperature = ends("supply_max") || ends("return_max") || ends("case_max");
    const bool power = row.metric.starts_with("site.power.");
    const bool rate = ends("_per_second") || ends("per_accelerator");
    out.push_back(temperature ? "degC" : power ? "W" : rate ? "1/s" : row.metric.starts_with("site.") ? "site" : "s");
  }
  return out;
}

int Run(const Options& o) {
  scenario::Prepared prepared = o.scenario.Prepare();
  const study::Measurements m = study::ReadMeasurements(o.measurements, o.columns, prepared);
  std::vector<study::Parameter> parameters;
  for (const std::string& text : o.fit) parameters.push_back(study::FindParameter(prepared, text));
  const study::Predict predict =
      study::PredictByRuns(prepared, o.scenario.file, o.scenario.overrides, o.scenario.variant, parameters, m);
  const study::Calibration c = study::Calibrate(parameters, m, UnitsOf(m), predict);
  if (!o.output.empty())
    WriteTextFile(o.output, study::Overlay(prepared, c, std::filesystem::path(o.measurements).filename().string()));
  fmt::print("{}", o.json ? study::CalibrationJson(c) : study::CalibrationText(c));
  if (!o.output.empty() && !o.json) fmt::print("\noverlay: {}\n", o.output);
  return kDone;
}

}  // namespace

Action AddCalibrate(CLI::App& app) {
  auto o = std::make_shared<Options>();
  app.add_option("MEASUREMENTS", o->measurements, "CSV: metric,value,... or a table of collectives by bytes")->required();
  o->scenario.AddTo(app, "--scenario");
  app.add_option("--fit", o->fit, "parameter to fit: KIND/NAME:PATH of a data sheet, or a path of the scenario")
      ->required()
      ->expected(1)
      ->take_all();
  app.add_option("--value", o->columns.value, "measured column of a table of collectives (default: time_us)");
  app.add_option("--unit", o->columns.unit, "its unit (default: us)");
  app.add_option("-o,--output", o->output, "overlay to write, a file that a scenario includes");
  app.add_flag("--json", o->json, "one JSON object");
  return [o] { return Run(*o); };
}

}  // namespace headroom::cli
