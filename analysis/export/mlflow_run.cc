#include "analysis/export/mlflow_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "analysis/export/output.h"
#include "analysis/export/run_identity.h"
#include "sim/config/json.h"
#include "sim/config/yaml_tree.h"
#include "sim/core/diagnostics.h"

namespace headroom::report {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExperiment = "860000000000000001";
constexpr std::size_t kLongestName = 250, kLongestParam = 500;
constexpr int kFinished = 3, kFailed = 4, kKilled = 5, kLocal = 4;  // MLflow's RunStatus and SourceType

/// What MLflow allows in names: letters, digits, and _ - . and blanks.
std::string Name(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ']') continue;
    out += std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == ' ' ? c : c == '[' ? '.' : '_';
  }
  return out.substr(0, kLongestName);
}

void WriteFile(const fs::path& path, const std::string& text) {
  FileOutput out(path.string());
  out.Write(text);
  out.Commit();
}

void Make(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw IoError(fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
}

/// Scalars of the resolved scenario; data sheets stay in the artifact.
void WriteParams(const config::Node& node, const std::string& path, const fs::path& folder) {
  if (node.is_scalar()) WriteFile(folder / Name(path), node.scalar.substr(0, kLongestParam));
  for (const auto& [key, value] : node.entries)
    if (!path.empty() || key.scalar != "catalog") WriteParams(value, path.empty() ? key.scalar : path + "." + key.scalar, folder);
  if (!node.is_list()) return;
  const auto labels = config::ElementLabels(node);
  for (std::size_t i = 0; i < node.items.size(); ++i) WriteParams(node.items[i], path + "." + labels[i], folder);
}

void WriteSeries(const Report& r, const std::string& name, std::int64_t start, const fs::path& folder) {
  const std::vector<double>& times = r.times();
  constexpr std::size_t kBlock = 1 << 16;
  std::vector<float> block;
  FileOutput out((folder / Name(name)).string());
  for (std::size_t from = 0; from < r.shape(name).rows; from += kBlock) {
    block.resize(std::min(kBlock, r.shape(name).rows - from));
    r.ReadRows(name, from, block.size(), block.data());
    std::string lines;
    for (std::size_t i = 0; i < block.size(); ++i)
      if (std::isfinite(block[i]))
        lines += fmt::format("{} {} {}\n", start + std::llround(times[from + i] * 1e3), block[i], from + i);
    out.Write(lines);
  }
  out.Commit();
}

std::string Quoted(const std::string& text) { return config::Json::String(text).Text(); }

std::string Uri(const fs::path& folder) { return "file://" + fs::absolute(folder).lexically_normal().string(); }

}  // namespace

std::string WriteMlflowRun(const Report& r, const std::string& store) {
  std::string id = RunUuid(r);
  std::erase(id, '-');
  const fs::path experiment = fs::path(store) / kExperiment, run = experiment / id, partial = experiment / (id + ".partial");
  const std::int64_t start = StartMillis(r), end = start + std::llround(r.summary().simulated_s * 1e3);
  std::error_code error;
  fs::remove_all(partial, error);
  for (const char* part : {"metrics/series", "params", "tags", "artifacts"}) Make(partial / part);
  if (!fs::exists(experiment / "meta.yaml"))
    WriteFile(experiment / "meta.yaml",
              fmt::format("artifact_location: {}\ncreation_time: {}\nexperiment_id: '{}'\nlast_update_time: {}\n"
                          "lifecycle_stage: active\nname: Headroom\n",
                          Quoted(Uri(experiment)), start, kExperiment, start));
  for (const Metric& m : r.summary().metrics.all())
    if (m.text.empty())
      WriteFile(partial / "metrics" / Name(m.name), fmt::format("{} {} 0\n", end, m.value));
    else
      WriteFile(partial / "tags" / Name("headroom." + m.name), m.text);
  for (const std::string& name : r.series_names())
    if (r.shape(name).spec.entities.empty()) WriteSeries(r, name, start, partial / "metrics/series");
  WriteParams(config::ParseYaml(r.scenario_text(), "scenario"), "", partial / "params");
  WriteFile(partial / "artifacts" / "scenario.yaml", r.scenario_text());
  const std::string title = r.summary().name.empty() ? "unnamed" : r.summary().name;
  for (const auto& [tag, value] : {std::pair<std::string, std::string>{"mlflow.runName", title},
                                   {"mlflow.source.name", "headroom"},
                                   {"mlflow.source.type", "LOCAL"},
                                   {"headroom.version", r.program_version()},
                                   {"headroom.scenario_sha256", r.scenario_sha256()},
                                   {"headroom.seed", std::to_string(r.summary().seed)}})
    WriteFile(partial / "tags" / tag, value);
  const std::string& status = r.summary().status;
  WriteFile(partial / "meta.yaml",
            fmt::format("artifact_uri: {}\nend_time: {}\nentry_point_name: ''\nexperiment_id: '{}'\nlifecycle_stage: active\n"
                        "run_id: {}\nrun_name: {}\nrun_uuid: {}\nsource_name: ''\nsource_type: {}\nsource_version: ''\n"
                        "start_time: {}\nstatus: {}\ntags: []\nuser_id: headroom\n",
                        Quoted(Uri(run / "artifacts")), end, kExperiment, Quoted(id), Quoted(title), Quoted(id), kLocal, start,
                        status == "done"                                     ? kFinished
                        : status == "interrupted" || status == "incomplete" ? kKilled
                                                                             : kFailed));
  fs::remove_all(run, error);
  fs::rename(partial, run, error);
  if (error) throw IoError(fmt::format("cannot write {}: {}", run.string(), error.message()));
  return run.string();
}

}  // namespace headroom::report
