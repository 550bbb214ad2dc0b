#include "gui/commands/yaml_layout.h"

#include <algorithm>

namespace headroom::gui {
namespace {

using config::Kind;
using config::Node;

[[noreturn]] void NotFollowed(const Place& place) {
  throw ConfigError({Finding{place, "", "this layout cannot be edited here; edit the text"}});
}

bool Blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

YamlLayout::YamlLayout(std::string_view text) : text_(text), lines_{0} {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') lines_.push_back(i + 1);
}

std::size_t YamlLayout::Offset(const Place& place) const {
  if (place.line < 1 || place.line > static_cast<int>(lines_.size())) return 0;
  const std::size_t bom = place.line == 1 && text_.starts_with("\xef\xbb\xbf") ? 3 : 0;
  return std::min(text_.size(), lines_[static_cast<std::size_t>(place.line - 1)] + bom +
                                    static_cast<std::size_t>(std::max(place.column, 1) - 1));
}

std::size_t YamlLayout::LineStart(std::size_t at) const {
  return *std::prev(std::upper_bound(lines_.begin(), lines_.end(), at));
}

std::size_t YamlLayout::NextLine(std::size_t at) const {
  const auto next = std::upper_bound(lines_.begin(), lines_.end(), at);
  return next == lines_.end() ? text_.size() : *next;
}

std::string_view YamlLayout::LineEnd() const {
  const std::size_t end = text_.find('\n');
  return end != std::string_view::npos && end > 0 && text_[end - 1] == '\r' ? "\r\n" : "\n";
}

bool YamlLayout::InBraces(const Node& node) const {
  const std::size_t at = Start(node);
  return at < text_.size() && text_[at] == (node.is_map() ? '{' : '[');
}

std::size_t YamlLayout::Colon(const Node& key) const {
  std::size_t at = EndOfScalar(key, 0);
  while (at < text_.size() && Blank(text_[at])) ++at;
  if (at >= text_.size() || text_[at] != ':') NotFollowed(key.place);
  return at + 1;
}

std::size_t YamlLayout::End(const Node& key, const Node& value) const {
  if (value.kind == Kind::kNull) {
    const std::size_t colon = Colon(key);
    for (const std::string_view word : {" ~", " null", " Null", " NULL"})
      if (text_.substr(colon).starts_with(word)) return colon + word.size();
    return colon;
  }
  if (value.is_scalar()) return EndOfScalar(value, Indent(key));
  return EndOfItem(value);
}

std::size_t YamlLayout::EndOfItem(const Node& node) const {
  switch (node.kind) {
    case Kind::kNull: NotFollowed(node.place);
    case Kind::kScalar: return EndOfScalar(node, LineStart(Start(node)));
    case Kind::kMap: {
      if (node.entries.empty()) return Close(Start(node) + 1, '}');
      const auto& [key, value] = node.entries.back();
      const std::size_t end = End(key, value);
      return InBraces(node) ? Close(end, '}') : end;
    }
    case Kind::kList: break;
  }
  if (node.items.empty()) return Close(Start(node) + 1, ']');
  const std::size_t end = EndOfItem(node.items.back());
  return InBraces(node) ? Close(end, ']') : end;
}

std::size_t YamlLayout::EndOfScalar(const Node& node, std::size_t parent_indent) const {
  std::size_t at = Start(node);
  const char first = at < text_.size() ? text_[at] : '\0';
  if (first == '"' || first == '\'') {
    for (++at; at < text_.size(); ++at) {
      if (first == '"' && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == first) {
        if (first == '"' || text_.substr(at + 1, 1) != "'") return at + 1;
        ++at;
      }
    }
    NotFollowed(node.place);
  }
  if (first == '|' || first == '>') {
    std::size_t end = text_.find('\n', at);
    std::size_t line = end == std::string_view::npos ? text_.size() : end + 1;
    end = line;
    while (line < text_.size()) {
      const std::size_t word = text_.find_first_not_of(' ', line);
      const bool blank = word == std::string_view::npos || text_[word] == '\n' || text_[word] == '\r';
      if (!blank && word - line <= parent_indent) break;
      line = NextLine(line);
      if (!blank) end = line;
    }
    return end > 0 && text_[end - 1] == '\n' ? end - 1 : end;
  }
  for (std::size_t i = 0; i < node.scalar.size();) {  // folded lines are joined by blanks
    if (Blank(node.scalar[i])) {
      while (i < node.scalar.size() && Blank(node.scalar[i])) ++i;
      while (at < text_.size() && Blank(text_[at])) ++at;
    } else if (at < text_.size() && text_[at] == node.scalar[i]) {
      ++at, ++i;
    } else {
      NotFollowed(node.place);
    }
  }
  return at;
}

std::size_t YamlLayout::Close(std::size_t at, char bracket) const {
  for (; at < text_.size(); ++at) {
    if (text_[at] == bracket) return at + 1;
    if (text_[at] == '#') at = NextLine(at) - 1;
    else if (!Blank(text_[at]) && text_[at] != ',') break;
  }
  NotFollowed({"", static_cast<int>(std::upper_bound(lines_.begin(), lines_.end(), at) - lines_.begin()), 1});
}

}  // namespace headroom::gui
