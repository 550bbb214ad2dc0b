#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace headroom::gui {

/// One part of a path as `--set` writes it: a key, or the label of a list's element.
struct PathStep {
  std::string text;
  bool element = false;
};

/// `workloads[pretrain].train.steps` in its steps.
std::vector<PathStep> PathSteps(std::string_view path);

/// The child of `node` at a step, or null.
const config::Node* Child(const config::Node& node, const PathStep& step);
config::Node* Child(config::Node& node, const PathStep& step);
/// The node at a path, or null.
const config::Node* FindPath(const config::Node& root, std::string_view path);

/// Whether two trees hold the same, wherever it was written.
bool Same(const config::Node& a, const config::Node& b);

/// A text as a YAML scalar that stands anywhere, in braces too; quoted only where it must be.
std::string ScalarText(const std::string& text);
/// A tree as YAML on one line.
std::string OneLine(const config::Node& node);

}  // namespace headroom::gui
