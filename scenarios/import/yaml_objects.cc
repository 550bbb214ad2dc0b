#include "scenarios/import/yaml_objects.h"

#include <charconv>

namespace headroom::import {
namespace {

void Add(const YAML::Node& node, const std::string& file, std::vector<YamlObject>* out) {
  if (!node.IsMap()) return;
  YamlObject object{node, file, Text(node["kind"]), Text(node["metadata"] ? node["metadata"]["name"] : YAML::Node())};
  if (object.kind.size() >= 4 && object.kind.compare(object.kind.size() - 4, 4, "List") == 0 && node["items"]) {
    for (const YAML::Node& item : node["items"]) Add(item, file, out);
    return;
  }
  out->push_back(std::move(object));
}

}  // namespace

std::vector<YamlObject> ReadYamlObjects(const std::vector<SourceFile>& files) {
  std::vector<YamlObject> out;
  for (const SourceFile& file : files) try {
      for (const YAML::Node& node : YAML::LoadAll(file.text)) Add(node, file.path, &out);
    } catch (const YAML::Exception& e) {
      throw ConfigError(std::vector<Finding>{{{file.path, e.mark.line + 1, e.mark.column + 1}, "", "is no YAML: " + e.msg}});
    }
  return out;
}

Place PlaceOf(const YamlObject& object, const YAML::Node& node) { return {object.file, node.Mark().line + 1, node.Mark().column + 1}; }

std::string Text(const YAML::Node& node) { return node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string(); }

std::optional<double> Quantity(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty()) return value;
  if (unit == "m") return value * 1e-3;
  if (unit == "k") return value * 1e3;
  return std::nullopt;
}

std::optional<double> AcceleratorsOf(const YAML::Node& resources) {
  if (!resources.IsDefined() || !resources.IsMap()) return std::nullopt;
  for (const auto& entry : resources) {
    const std::string name = Text(entry.first);
    for (const char* word : {"gpu", "tpu", "neuron"})
      if (name.find(word) != name.npos) return Quantity(Text(entry.second));
  }
  return std::nullopt;
}

}  // namespace headroom::import
