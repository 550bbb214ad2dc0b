#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace headroom::gui {

/// Where the nodes of a parsed text begin and end in it, in bytes.
class YamlLayout {
 public:
  /// `text` must outlive it, and nodes must come from parsing it.
  explicit YamlLayout(std::string_view text);

  std::size_t Offset(const Place& place) const;
  std::size_t Start(const config::Node& node) const { return Offset(node.place); }
  /// Behind the last byte of a value; of nothing: behind the colon of `key`.
  /// @throws ConfigError where the text is laid out in a way that it does not follow.
  std::size_t End(const config::Node& key, const config::Node& value) const;
  std::size_t EndOfItem(const config::Node& item) const;
  /// Behind a key's colon.
  std::size_t Colon(const config::Node& key) const;
  /// Whether a map or list is written in braces or brackets.
  bool InBraces(const config::Node& node) const;
  std::size_t LineStart(std::size_t at) const;
  /// Behind the line end of the line that holds `at`; the end of the text on the last line.
  std::size_t NextLine(std::size_t at) const;
  /// Columns before the node on its line.
  std::size_t Indent(const config::Node& node) const { return Start(node) - LineStart(Start(node)); }
  /// "\r\n" where the text's first line ends so.
  std::string_view LineEnd() const;

 private:
  std::size_t EndOfScalar(const config::Node& node, std::size_t parent_indent) const;
  std::size_t Close(std::size_t at, char bracket) const;

  std::string_view text_;
  std::vector<std::size_t> lines_;
};

}  // namespace headroom::gui
