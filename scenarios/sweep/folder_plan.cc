#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "scenarios/sweep/folder.h"
#include "sim/config/json.h"
#include "sim/core/diagnostics.h"

namespace headroom::sweep {
namespace {

using config::Json;

Json Texts(const std::vector<std::string>& texts) {
  Json list = Json::Array();
  for (const std::string& t : texts) list.Add(Json::String(t));
  return list;
}

std::string Quote(const std::string& text) { return Json::String(text).Text(); }

/// Writes a file under its name in one step.
void WriteWhole(const std::string& path, const std::string& text) {
  const std::string partial = fmt::format("{}.{}.partial", path, getpid());
  std::FILE* f = std::fopen(partial.c_str(), "wb");
  bool ok = f != nullptr && std::fwrite(text.data(), 1, text.size(), f) == text.size();
  if (f != nullptr) ok = std::fclose(f) == 0 && ok;
  if (!ok || std::rename(partial.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(partial.c_str());
    throw IoError(fmt::format("cannot write {}: {}", path, std::generic_category().message(error)));
  }
}

std::string Line(const Point& p) {
  std::string set;
  for (const Setting& s : p.settings)
    set += fmt::format("{}[{}, {}{}]", set.empty() ? "" : ", ", Quote(s.path), Quote(s.text),
                       s.later ? ", true" : "");
  return fmt::format("{{\"id\": \"{}\", \"repeat\": {}, \"seed\": {}, \"set\": [{}]}}\n", p.id,
                     p.repeat, p.seed, set);
}

std::vector<std::string> ReadTexts(simdjson::dom::element object, const char* key) {
  std::vector<std::string> out;
  for (const auto text : object[key].get_array()) out.emplace_back(text.get_string().value());
  return out;
}

Point ReadPoint(simdjson::dom::element line) {
  Point p;
  p.id = line["id"].get_string().value();
  p.repeat = static_cast<std::uint32_t>(line["repeat"].get_uint64().value());
  p.seed = line["seed"].get_uint64().value();
  for (const auto pair : line["set"].get_array()) {
    const auto list = pair.get_array().value();
    p.settings.push_back({std::string(list.at(0).get_string().value()),
                          std::string(list.at(1).get_string().value()), list.size() > 2});
  }
  return p;
}

}  // namespace

void Folder::WritePlan(const Plan& plan) const {
  Create();
  unlink((path_ + "/plan.json").c_str());
  std::string points;
  for (const Point& p : plan.points) points += Line(p);
  WriteWhole(path_ + "/points.jsonl", points);
  Json goal = Json::Object();
  goal.Set("minimise", Texts(plan.goal.minimise));
  goal.Set("maximise", Texts(plan.goal.maximise));
  goal.Set("subject_to", Texts(plan.goal.subject_to));
  Json out = Json::Object();
  out.Set("name", Json::String(plan.name));
  out.Set("base", Json::String(plan.base_path));
  out.Set("variant", Json::String(plan.variant));
  out.Set("program_version", Json::String(plan.version));
  out.Set("digest", Json::String(plan.digest));
  out.Set("points", Json::Raw(std::to_string(plan.points.size())));
  out.Set("repeat", Json::Raw(std::to_string(plan.repeat)));
  Json drawn = Json::Object();
  drawn.Set("method", Json::String(plan.drawn.method));
  drawn.Set("seed", Json::Raw(std::to_string(plan.drawn.seed)));
  drawn.Set("axes", Texts(plan.drawn.axes));
  out.Set("sample", std::move(drawn));
  out.Set("from_s", Json::Raw(fmt::format("{}", plan.from)));
  out.Set("objective", std::move(goal));
  WriteWhole(path_ + "/plan.json", out.Text() + "\n");
}

std::optional<std::string> Folder::Digest() const {
  simdjson::dom::parser parser;
  simdjson::dom::element plan;
  if (parser.load(path_ + "/plan.json").get(plan)) return std::nullopt;
  std::string_view digest;
  if (plan["digest"].get_string().get(digest)) return std::nullopt;
  return std::string(digest);
}

Plan Folder::ReadPlan() const {
  std::error_code none;
  if (!std::filesystem::exists(path_ + "/plan.json", none))
    throw ConfigError(fmt::format(
        "{}: no sweep is planned here (no plan.json); `headroom sweep plan` or `run` makes one",
        path_));
  try {
    simdjson::dom::parser parser;
    const simdjson::dom::element head = parser.load(path_ + "/plan.json");
    Plan plan;
    plan.name = head["name"].get_string().value();
    plan.base_path = head["base"].get_string().value();
    plan.variant = head["variant"].get_string().value();
    plan.version = head["program_version"].get_string().value();
    plan.digest = head["digest"].get_string().value();
    plan.repeat = static_cast<std::uint32_t>(head["repeat"].get_uint64().value());
    const auto drawn = head["sample"].value();
    plan.drawn = {std::string(drawn["method"].get_string().value()), drawn["seed"].get_uint64().value(),
                  ReadTexts(drawn, "axes")};
    plan.from = head["from_s"].get_double().value();
    const auto goal = head["objective"].value();
    plan.goal = {ReadTexts(goal, "minimise"), ReadTexts(goal, "maximise"),
                 ReadTexts(goal, "subject_to")};
    const std::uint64_t count = head["points"].get_uint64().value();
    plan.points.reserve(count);
    simdjson::dom::parser lines;
    for (auto line : lines.load_many(path_ + "/points.jsonl", 16u << 20)) {
      plan.points.push_back(ReadPoint(line.value()));
      plan.points.back().number = static_cast<std::uint32_t>(plan.points.size() - 1);
    }
    if (plan.points.size() != count)
      throw ConfigError(fmt::format("{}: points.jsonl holds {} points and plan.json names {}",
                                    path_, plan.points.size(), count));
    return plan;
  } catch (const simdjson::simdjson_error& e) {
    throw ConfigError(fmt::format("{}: the plan cannot be read: {}", path_, e.what()));
  }
}

}  // namespace headroom::sweep
