#include "analysis/export/openlineage.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <string_view>
#include <vector>

#include "analysis/export/run_identity.h"
#include "sim/config/json.h"
#include "sim/config/yaml_tree.h"

namespace headroom::report {
namespace {

using config::Json;

constexpr const char* kProducer = "urn:headroom:export";
constexpr const char* kSpec = "https://openlineage.io/spec/";

Json Facet(const std::string& schema) {
  Json f = Json::Object();
  f.Set("_producer", Json::String(kProducer));
  f.Set("_schemaURL", Json::String(kSpec + schema));
  return f;
}

Json Dataset(const std::string& space, const std::string& name) {
  Json d = Json::Object();
  d.Set("namespace", Json::String(space));
  d.Set("name", Json::String(name));
  return d;
}

/// Files that a scenario names: what its keys `file`, `files` and `trace` hold.
void FilesOf(const config::Node& node, std::vector<std::string>* out) {
  for (const auto& [key, value] : node.entries) {
    if (value.is_scalar() && !value.scalar.empty() && (key.scalar == "file" || key.scalar == "files" || key.scalar == "trace"))
      out->push_back(value.scalar);
    FilesOf(value, out);
  }
  for (const config::Node& item : node.items) FilesOf(item, out);
}

Json Inputs(const Report& r) {
  Json inputs = Json::Array();
  Json scenario = Dataset("headroom.scenario", r.summary().name.empty() ? "unnamed" : r.summary().name);
  Json facets = Json::Object(), version = Facet("facets/1-0-0/DatasetVersionDatasetFacet.json");
  version.Set("datasetVersion", Json::String(r.scenario_sha256()));
  facets.Set("version", std::move(version));
  scenario.Set("facets", std::move(facets));
  inputs.Add(std::move(scenario));
  std::vector<std::string> files;
  FilesOf(config::ParseYaml(r.scenario_text(), "scenario"), &files);
  for (const std::string& f : files) inputs.Add(Dataset("file", f));
  return inputs;
}

Json Field(const std::string& name, const std::string& type, const std::string& help) {
  Json f = Json::Object();
  f.Set("name", Json::String(name));
  f.Set("type", Json::String(type));
  f.Set("description", Json::String(help));
  return f;
}

Json Outputs(const Report& r) {
  Json fields = Json::Array();
  for (const std::string& name : r.series_names()) {
    const SeriesShape s = r.shape(name);
    fields.Add(Field(name, s.width > 1 ? fmt::format("float32(time, {})", s.spec.dimension) : "float32(time)",
                     fmt::format("{} [{}]", s.spec.long_name, s.spec.units)));
  }
  for (const std::string& path : r.table_paths()) fields.Add(Field(path, "table", ""));
  Json out = Dataset("file", std::filesystem::absolute(r.path()).lexically_normal().string());
  Json facets = Json::Object(), schema = Facet("facets/1-0-0/SchemaDatasetFacet.json");
  schema.Set("fields", std::move(fields));
  facets.Set("schema", std::move(schema));
  out.Set("facets", std::move(facets));
  Json statistics = Facet("1-0-1/OutputStatisticsOutputDatasetFacet.json"), output_facets = Json::Object();
  std::error_code none;
  statistics.Set("rowCount", Json::Raw(std::to_string(r.times().size())));
  if (const auto size = std::filesystem::file_size(r.path(), none); !none) statistics.Set("size", Json::Raw(std::to_string(size)));
  output_facets.Set("outputStatistics", std::move(statistics));
  out.Set("outputFacets", std::move(output_facets));
  Json outputs = Json::Array();
  outputs.Add(std::move(out));
  return outputs;
}

Json RunOf(const Report& r) {
  Json run = Json::Object(), facets = Json::Object();
  run.Set("runId", Json::String(RunUuid(r)));
  Json nominal = Facet("1-0-1/NominalTimeRunFacet.json");
  const std::int64_t start = StartMillis(r);
  nominal.Set("nominalStartTime", Json::String(IsoTime(start)));
  nominal.Set("nominalEndTime", Json::String(IsoTime(start + std::llround(r.summary().simulated_s * 1e3))));
  facets.Set("nominalTime", std::move(nominal));
  Json engine = Facet("facets/1-1-0/ProcessingEngineRunFacet.json");
  engine.Set("version", Json::String(r.program_version()));
  engine.Set("name", Json::String("Headroom"));
  facets.Set("processing_engine", std::move(engine));
  run.Set("facets", std::move(facets));
  return run;
}

/// On one line: JSON text without the line breaks and indents that stand between its parts, none of which are within strings.
std::string OneLine(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      out += text[i];
      continue;
    }
    while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
  }
  return out + "\n";
}

std::string Event(const Report& r, const char* type, std::int64_t millis, bool with_outputs) {
  Json e = Json::Object(), job = Dataset("headroom", r.summary().name.empty() ? "unnamed" : r.summary().name);
  e.Set("eventType", Json::String(type));
  e.Set("eventTime", Json::String(IsoTime(millis)));
  e.Set("run", RunOf(r));
  e.Set("job", std::move(job));
  e.Set("inputs", Inputs(r));
  e.Set("outputs", with_outputs ? Outputs(r) : Json::Array());
  e.Set("producer", Json::String(kProducer));
  e.Set("schemaURL", Json::String(std::string(kSpec) + "2-0-2/OpenLineage.json#/$defs/RunEvent"));
  return OneLine(e.Text());
}

}  // namespace

std::string OpenLineage(const Report& r, std::int64_t event_millis) {
  const std::string& status = r.summary().status;
  const char* end = status == "done" ? "COMPLETE" : status == "interrupted" || status == "incomplete" ? "ABORT" : "FAIL";
  return Event(r, "START", event_millis, false) + Event(r, end, event_millis, true);
}

}  // namespace headroom::report
