#include "sim/config/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "sim/config/quoted.h"
#include "sim/config/yaml_text.h"

namespace headroom::config {
namespace {

const char* const kNoAliases = "anchors and aliases are not read; use include";

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Node Take() {
    errors_.ThrowIfErrors();
    return std::move(root_);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) Fail(mark, "a second document starts here; a file holds one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckPlain(mark, "?", anchor);
    Add(Start(Kind::kNull, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckPlain(mark, "?", anchor);
    Add(Start(Kind::kNull, mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckPlain(mark, tag, anchor);
    Node node = Start(Kind::kScalar, mark);
    node.scalar = value;
    node.quoted = tag == "!";
    if (node.quoted) CheckQuoteCloses(mark);
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

  Place At(const YAML::Mark& mark) const {
    if (mark.is_null()) return {file_, 0, 0};
    return {file_, mark.line + 1, mark.column + 1};
  }

 private:
  /// A map or list that is still being read.
  struct Unclosed {
    Node node;
    std::optional<Node> key;
    std::map<std::string, int> lines;  ///< of the keys so far
  };

  [[noreturn]] void Fail(const YAML::Mark& mark, const std::string& message) const {
    throw ConfigError({Finding{At(mark), "", message}});
  }
  void CheckPlain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) errors_.Error(At(mark), Path(), kNoAliases);
    if (tag != "?" && tag != "!")
      errors_.Error(At(mark), Path(), "tags are not read: " + Quoted(tag));
  }
  /// The parser takes the end of the text for a closing quote where a line end stands before it.
  void CheckQuoteCloses(const YAML::Mark& mark) const {
    const std::size_t bom = text_.starts_with("\xef\xbb\xbf") ? 3 : 0;
    std::size_t at = static_cast<std::size_t>(mark.pos) + bom;
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return;
    const char quote = text_[at++];
    while (at < text_.size()) {
      if (text_[at] == quote && (quote == '"' || text_.substr(at + 1, 1) != "'")) return;
      at += text_[at] == quote || (quote == '"' && text_[at] == '\\') ? 2 : 1;
    }
    Fail(mark, "the quote that opens here is not closed");
  }
  Node Start(Kind kind, const YAML::Mark& mark) const {
    Node node;
    node.kind = kind;
    node.place = At(mark);
    return node;
  }
  void Open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (static_cast<int>(open_.size()) >= kMaxDepth) {
      Fail(mark, fmt::format("nested more than {} levels deep", kMaxDepth));
    }
    CheckPlain(mark, tag, anchor);
    open_.push_back({Start(kind, mark), {}, {}});
  }
  void Close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    Add(std::move(node));
  }
  void Add(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Unclosed& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      if (!node.is_scalar()) {
        throw ConfigError({Finding{node.place, Path(), "a key must be a plain word"}});
      }
      const auto [earlier, first] = parent.lines.emplace(node.scalar, node.place.line);
      const int line = earlier->second;
      parent.key = std::move(node);
      if (!first) {
        errors_.Error(parent.key->place, Path(),
                      fmt::format("the key is written twice, first on line {}", line));
      }
    } else {
      if (node.kind == Kind::kNull) node.place = parent.key->place;  // its mark is the next token's
      parent.node.entries.emplace_back(std::move(*parent.key), std::move(node));
      parent.key.reset();
    }
  }
  /// Of the node that comes next.
  std::string Path() const {
    std::string path;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i].key) {
        path += (path.empty() ? "" : ".") + Shown(open_[i].key->scalar);
      } else if (open_[i].node.is_list()) {
        const Node* name = i + 1 < open_.size() ? open_[i + 1].node.Find("name") : nullptr;
        const bool named = name && name->is_scalar();
        path += "[" + (named ? name->scalar : std::to_string(open_[i].node.items.size())) + "]";
      }
    }
    return path;
  }

  std::string_view text_;
  const std::string& file_;
  Node root_;
  std::vector<Unclosed> open_;
  int documents_ = 0;
  Diagnostics errors_;
};

}  // namespace

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

const Node* Node::Find(std::string_view key) const {
  for (const auto& [k, value] : entries) {
    if (k.scalar == key) return &value;
  }
  return nullptr;
}

Node* Node::Find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).Find(key)); }

bool Node::Erase(std::string_view key) {
  return std::erase_if(entries, [&](const auto& e) { return e.first.scalar == key; }) > 0;
}

Node ParseYaml(std::string_view text, const std::string& file) {
  CheckText(text, file);
  TreeBuilder builder(text, file);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    const bool alias = e.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR;
    throw ConfigError(
        {Finding{builder.At(e.mark), "", alias ? kNoAliases : "not valid YAML: " + e.msg}});
  }
  Node root = builder.Take();
  if (root.kind == Kind::kNull) throw ConfigError({Finding{{file, 1, 1}, "", "the file is empty"}});
  return root;
}

std::vector<std::string> ElementLabels(const Node& list) {
  std::vector<std::string> labels;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node* name = list.items[i].Find("name");
    const bool named = name && name->is_scalar() && !name->scalar.empty() &&
                       name->scalar.find_first_of("[]") == std::string::npos &&
                       taken.insert(name->scalar).second;
    labels.push_back(named ? name->scalar : std::to_string(i));
  }
  return labels;
}

}  // namespace headroom::config
