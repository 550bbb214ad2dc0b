#include "gui/commands/yaml_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace headroom::gui {

using config::Kind;
using config::Node;

std::vector<PathStep> PathSteps(std::string_view path) {
  std::vector<PathStep> steps;
  std::size_t at = 0;
  while (at < path.size()) {
    if (path[at] == '[') {
      const std::size_t close = std::min(path.find(']', at), path.size());
      steps.push_back({std::string(path.substr(at + 1, close - at - 1)), true});
      at = close + 1;
    } else {
      if (path[at] == '.') ++at;
      const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
      steps.push_back({std::string(path.substr(at, end - at)), false});
      at = end;
    }
  }
  return steps;
}

const Node* Child(const Node& node, const PathStep& step) {
  if (!step.element) return node.is_map() ? node.Find(step.text) : nullptr;
  if (!node.is_list()) return nullptr;
  const std::vector<std::string> labels = config::ElementLabels(node);
  const auto found = std::find(labels.begin(), labels.end(), step.text);
  if (found != labels.end()) return &node.items[static_cast<std::size_t>(found - labels.begin())];
  return nullptr;
}

Node* Child(Node& node, const PathStep& step) {
  return const_cast<Node*>(Child(static_cast<const Node&>(node), step));
}

const Node* FindPath(const Node& root, std::string_view path) {
  const Node* node = &root;
  for (const PathStep& step : PathSteps(path)) {
    node = Child(*node, step);
    if (node == nullptr) return nullptr;
  }
  return node;
}

bool Same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.scalar != b.scalar || a.entries.size() != b.entries.size() ||
      a.items.size() != b.items.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i)
    if (a.entries[i].first.scalar != b.entries[i].first.scalar ||
        !Same(a.entries[i].second, b.entries[i].second))
      return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!Same(a.items[i], b.items[i])) return false;
  return true;
}

std::string ScalarText(const std::string& text) {
  try {
    const Node tree = config::ParseYaml(fmt::format("x: [{}]\ny: {{z: {}}}\n", text, text), "");
    const Node* list = tree.Find("x");
    const Node* map = tree.Find("y");
    if (tree.entries.size() == 2 && list->items.size() == 1 && list->items[0].is_scalar() &&
        !list->items[0].quoted && list->items[0].scalar == text && map->entries.size() == 1 &&
        map->entries[0].second.is_scalar() && map->entries[0].second.scalar == text) {
      return text;
    }
  } catch (const ConfigError&) {
  }
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (c == '\r') out += "\\r";
    else out += c;
  }
  return out + "\"";
}

std::string OneLine(const Node& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case Kind::kNull: return "~";
    case Kind::kScalar: return ScalarText(node.scalar);
    case Kind::kMap:
      for (const auto& [key, value] : node.entries)
        parts.push_back(ScalarText(key.scalar) + ": " + OneLine(value));
      return fmt::format("{{{}}}", fmt::join(parts, ", "));
    case Kind::kList: break;
  }
  for (const Node& item : node.items) parts.push_back(OneLine(item));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

}  // namespace headroom::gui
