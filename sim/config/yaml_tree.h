#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/diagnostics.h"

namespace headroom::config {

enum class Kind { kNull, kScalar, kMap, kList };

/// A YAML document as written: text and places, no types yet.
struct Node {
  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  Kind kind = Kind::kNull;
  std::string scalar;
  bool quoted = false;
  Place place;
  std::vector<std::pair<Node, Node>>
      entries;              ///< of a map: key (always a scalar) and value, as written
  std::vector<Node> items;  ///< of a list

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  /// The value under `key` of a map, or null.
  const Node* Find(std::string_view key) const;
  Node* Find(std::string_view key);
  /// Takes `key` and its value out of a map; false if it is not there.
  bool Erase(std::string_view key);
};

/// Maps and lists may stand in each other this deep.
inline constexpr int kMaxDepth = 64;

/// Parses one YAML document (a subset of YAML 1.2: no anchors, aliases, tags; keys are plain words,
/// each once). JSON is a case of it. `file` names the text in places.
/// @throws ConfigError with the place of a syntax error, or of every duplicate key.
Node ParseYaml(std::string_view text, const std::string& file);

/// What each element of a list is called in a path: its `name` where it has one that no earlier
/// element has, else its index from 0: `workloads[pretrain]`, `windows[0]`.
std::vector<std::string> ElementLabels(const Node& list);

}  // namespace headroom::config
