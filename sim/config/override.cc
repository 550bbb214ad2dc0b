#include "sim/config/override.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sim/config/merge.h"
#include "sim/config/quoted.h"

namespace headroom::config {
namespace {

const char* const kOrigin = "--set";

[[noreturn]] void Fail(std::string_view path, const std::string& message) {
  throw ConfigError({Finding{{kOrigin, 0, 0}, Shown(path), message}});
}

/// A value of the command line has no line.
void Relocate(Node& node) {
  node.place = {kOrigin, 0, 0};
  for (auto& [key, value] : node.entries) {
    key.place = node.place;
    Relocate(value);
  }
  for (Node& item : node.items) Relocate(item);
}

struct Step {
  std::string text;
  bool element = false;  ///< `[text]`
  std::size_t end = 0;   ///< of this step in the path
};

std::vector<Step> Split(std::string_view path) {
  std::vector<Step> steps;
  std::size_t at = 0;
  while (at < path.size()) {
    if (path[at] == '[') {
      const std::size_t close = path.find(']', at);
      if (close == std::string_view::npos) Fail(path, "a closing ] is missing");
      steps.push_back({std::string(path.substr(at + 1, close - at - 1)), true, close + 1});
      at = close + 1;
      if (at < path.size() && path[at] != '.' && path[at] != '[') Fail(path, "a . is due behind ]");
    } else {
      if (path[at] == '.' && at > 0) ++at;
      const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
      steps.push_back({std::string(path.substr(at, end - at)), false, end});
      at = end;
    }
    if (steps.back().text.empty()) Fail(path, "a part of the path is empty");
  }
  if (steps.empty()) Fail(path, "the path is empty");
  if (path.ends_with('.')) Fail(path, "a part of the path is empty");
  if (static_cast<int>(steps.size()) >= kMaxDepth) Fail(path, "the path is too long");
  return steps;
}

Node& Element(Node& list, const Step& step, std::string_view path) {
  const std::vector<std::string> labels = ElementLabels(list);
  const auto found = std::find(labels.begin(), labels.end(), step.text);
  if (found != labels.end()) return list.items[static_cast<std::size_t>(found - labels.begin())];
  std::size_t index = 0;
  const char* const last = step.text.data() + step.text.size();
  const auto [end, error] = std::from_chars(step.text.data(), last, index);
  if (error == std::errc() && end == last && index < list.items.size()) return list.items[index];
  Fail(path, labels.empty() ? "the list is empty"
                            : fmt::format("no element {}; known are {}", Quoted(step.text),
                                          fmt::join(labels, ", ")));
}

}  // namespace

void Set(Node& root, std::string_view path, Node value) {
  Node* node = &root;
  std::size_t done = 0;
  for (const Step& step : Split(path)) {
    const std::string_view here = path.substr(0, done);
    const std::string_view next = path.substr(0, step.end);
    if (step.element && step.text == "+" && (node->is_list() || node->kind == Kind::kNull)) {
      node->kind = Kind::kList;
      Node& added = node->items.emplace_back();
      added.place = {kOrigin, 0, 0};
      node = &added;
    } else if (step.element) {
      if (!node->is_list())
        Fail(here, fmt::format("not a list, so there is no [{}] in it", Shown(step.text)));
      node = &Element(*node, step, next);
    } else {
      if (node->is_list()) Fail(here, "a list; write [NAME] or [INDEX] behind it");
      if (node->is_scalar()) {
        Fail(here, fmt::format("{} stands there, so there is no key {} in it", Quoted(node->scalar),
                               Quoted(step.text)));
      }
      node->kind = Kind::kMap;
      Node* known = node->Find(step.text);
      if (known == nullptr) {
        Node key;
        key.kind = Kind::kScalar;
        key.scalar = step.text;
        key.place = {kOrigin, 0, 0};
        Node empty;
        empty.place = key.place;
        node->entries.emplace_back(std::move(key), std::move(empty));
        known = &node->entries.back().second;
      }
      node = known;
    }
    done = step.end;
  }
  Merge(*node, std::move(value));
}

void Remove(Node& root, std::string_view path) {
  Node* node = &root;
  const std::vector<Step> steps = Split(path);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    const std::string_view next = path.substr(0, step.end);
    const bool last = i + 1 == steps.size();
    if (step.element) {
      if (!node->is_list()) Fail(next, "there is no such list");
      Node& element = Element(*node, step, next);
      if (last) node->items.erase(node->items.begin() + (&element - node->items.data()));
      node = last ? nullptr : &element;
    } else {
      if (node->Find(step.text) == nullptr) Fail(next, "there is no such key");
      if (last) node->Erase(step.text);
      node = last ? nullptr : node->Find(step.text);
    }
  }
}

void Set(Node& root, std::string_view path, std::string_view value_text) {
  if (value_text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    Fail(path, "a value is due behind =");
  Node value = ParseYaml(value_text, fmt::format("{} {}", kOrigin, Shown(path)));
  Relocate(value);
  Set(root, path, std::move(value));
}

}  // namespace headroom::config
