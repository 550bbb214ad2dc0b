#include "gui/commands/yaml_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "gui/commands/yaml_layout.h"
#include "gui/commands/yaml_path.h"

namespace headroom::gui {
namespace {

using config::Kind;
using config::Node;
using Steps = std::vector<PathStep>;

[[noreturn]] void Fail(const std::string& path, const std::string& message) {
  throw ConfigError({Finding{{}, path, message}});
}

/// Whether a text is nothing but blanks and comments.
bool Empty(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  bool comment = false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    comment = c != '\n' && (comment || c == '#');
    return comment || c == ' ' || c == '\n' || c == '\r';
  });
}

Node Parsed(std::string_view text) {
  Node root;
  root.kind = Kind::kMap;
  if (Empty(text)) return root;
  root = config::ParseYaml(text, "");
  if (!root.is_map()) Fail("", "the text is not a map of keys");
  return root;
}

std::string PathOf(const Steps& steps, std::size_t count) {
  std::string path;
  for (std::size_t i = 0; i < count; ++i)
    path += steps[i].element ? "[" + steps[i].text + "]" : (i > 0 ? "." : "") + steps[i].text;
  return path;
}

/// The value as it stands below the container that steps [from, ...) start in: `b: {c: value}` has
/// the text `{c: value}` for the steps behind b.
std::string Nested(const Steps& steps, std::size_t from, const std::string& value) {
  if (from == steps.size()) return value;
  if (!steps[from].element)
    return fmt::format("{{{}: {}}}", steps[from].text, Nested(steps, from + 1, value));
  const std::string& label = steps[from].text;
  if (label.find_first_not_of("0123456789") == std::string::npos)
    Fail(PathOf(steps, from + 1), "an element without a name can only be changed where it stands");
  if (from + 1 == steps.size()) return fmt::format("[{}]", value);
  if (steps[from + 1].element) Fail(PathOf(steps, from + 1), "a list in a list");
  return fmt::format("[{{name: {}, {}: {}}}]", ScalarText(label), steps[from + 1].text,
                     Nested(steps, from + 2, value));
}

/// One edit of a text that has been parsed.
class Editor {
 public:
  explicit Editor(const std::string& text) : text_(text), root_(Parsed(text)), layout_(text_) {}
  const Node& root() const { return root_; }

  TextChange Set(const std::string& path, const std::string& value, const Shorthand& shorthand) {
    const Steps steps = PathSteps(path);
    Node* at = &root_;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Node* next = Child(*at, steps[i]);
      if (next == nullptr) return Insert(*at, steps, i, Nested(steps, i + 1, value));
      const bool last = i + 1 == steps.size();
      if (last) return Replace(*at, steps[i], value);
      if (next->kind == Kind::kNull) return Replace(*at, steps[i], Nested(steps, i + 1, value));
      if (next->is_scalar()) {
        const std::string here = PathOf(steps, i + 1);
        const std::string key = shorthand ? shorthand(here) : "";
        if (key.empty()) Fail(here, "a value stands here, not a map");
        if (i + 2 == steps.size() && steps[i + 1].text == key) return Replace(*at, steps[i], value);
        return Replace(*at, steps[i],
                       fmt::format("{{{}: {}, {}", key, OneLine(*next),
                                   Nested(steps, i + 1, value).substr(1)));
      }
      at = next;
    }
    Fail(path, "the path is empty");
  }

  TextChange Append(const std::string& path, const std::string& element) {
    const Node* list = FindPath(root_, path);
    if (list == nullptr || !list->is_list()) return Set(path, "[" + element + "]", {});
    return AppendTo(*list, element);
  }

  /// Several changes of one list, told as one.
  TextChange SetElements(const std::string& path, const std::vector<NamedElement>& elements) {
    const Node* list = FindPath(root_, path);
    if (list == nullptr || !list->is_list() || list->items.empty()) {
      std::vector<std::string> all;
      for (const NamedElement& e : elements) all.push_back(Written(e));
      return Set(path, fmt::format("[{}]", fmt::join(all, ", ")), {});
    }
    std::map<std::string, const Node*> there;
    for (const Node& item : list->items)
      if (const Node* name = item.Find("name")) there.emplace(name->scalar, &item);
    // What is appended stands behind what is put into the last element.
    std::vector<TextChange> changes, appended;
    for (const NamedElement& e : elements) {
      const auto known = there.find(e.name);
      if (known == there.end()) {
        appended.push_back(AppendTo(*list, Written(e)));
        continue;
      }
      for (const auto& [key, value] : e.values)
        changes.push_back(known->second->Find(key) != nullptr ? Replace(*known->second, {key, false}, value)
                                                              : InsertKey(*known->second, fmt::format("{}: {}", key, value)));
    }
    changes.insert(changes.end(), appended.begin(), appended.end());
    std::stable_sort(changes.begin(), changes.end(), [](const TextChange& a, const TextChange& b) { return a.at < b.at; });
    std::string now;
    std::size_t done = 0;
    for (const TextChange& c : changes) {
      now.append(text_, done, c.at - done);
      now += c.inserted;
      done = c.at + c.removed.size();
    }
    now.append(text_, done);
    return Difference(text_, now);
  }

  TextChange Remove(const std::string& path) {
    Steps steps = PathSteps(path);
    for (;;) {
      Node* parent = &root_;
      for (std::size_t i = 0; i + 1 < steps.size() && parent != nullptr; ++i)
        parent = Child(*parent, steps[i]);
      if (parent == nullptr || Child(*parent, steps.back()) == nullptr)
        Fail(path, "is not written here");
      const std::size_t size = parent->is_map() ? parent->entries.size() : parent->items.size();
      if (size > 1 || steps.size() == 1) return Erase(*parent, steps.back());
      steps.pop_back();
    }
  }

 private:
  static std::string Written(const NamedElement& e) {
    std::string out = "{name: " + ScalarText(e.name);
    for (const auto& [key, value] : e.values) out += fmt::format(", {}: {}", key, value);
    return out + "}";
  }

  TextChange Change(std::size_t from, std::size_t to, std::string inserted) const {
    return {from, text_.substr(from, to - from), std::move(inserted)};
  }

  std::pair<const Node*, const Node*> Entry(const Node& map, const std::string& key) const {
    for (const auto& [k, v] : map.entries)
      if (k.scalar == key) return {&k, &v};
    return {nullptr, nullptr};
  }

  TextChange Replace(const Node& parent, const PathStep& step, const std::string& value) const {
    if (step.element) {
      const Node& item = *Child(parent, step);
      return Change(layout_.Start(item), layout_.EndOfItem(item), value);
    }
    const auto [key, old] = Entry(parent, step.text);
    const std::size_t end = layout_.End(*key, *old);
    const std::size_t colon = layout_.Colon(*key);
    const bool below = old->kind != Kind::kNull &&
                       layout_.LineStart(layout_.Start(*old)) > layout_.Start(*key);
    if (old->kind == Kind::kNull || below) return Change(colon, end, " " + value);
    return Change(layout_.Start(*old), end, value);
  }

  TextChange Insert(const Node& parent, const Steps& steps, std::size_t at,
                    const std::string& value) const {
    if (steps[at].element) {
      if (!parent.is_list()) Fail(PathOf(steps, at), "is not a list");
      if (at + 1 == steps.size()) Fail(PathOf(steps, at + 1), "no such element");
      const std::string list = Nested(steps, at, "?");  // checks that the label is a name
      const std::string element =
          fmt::format("{{name: {}, {}", ScalarText(steps[at].text), value.substr(1));
      return AppendTo(parent, element);
    }
    if (!parent.is_map()) Fail(PathOf(steps, at), "is not a map");
    return InsertKey(parent, fmt::format("{}: {}", steps[at].text, value));
  }

  TextChange InsertKey(const Node& map, const std::string& entry) const {
    const bool braces = &map != &root_ ? layout_.InBraces(map) : !map.entries.empty() && layout_.InBraces(map);
    if (braces) {
      if (map.entries.empty()) return Change(layout_.Start(map) + 1, layout_.Start(map) + 1, entry);
      const std::size_t end = layout_.End(map.entries.back().first, map.entries.back().second);
      return Change(end, end, ", " + entry);
    }
    if (map.entries.empty()) return NewLine(text_.size(), 0, entry);
    const auto& [key, value] = map.entries.back();
    return NewLine(layout_.NextLine(layout_.End(key, value)),
                   layout_.Indent(map.entries.front().first), entry);
  }

  TextChange AppendTo(const Node& list, const std::string& element) const {
    if (list.items.empty())
      return Change(layout_.Start(list) + 1, layout_.Start(list) + 1, element);
    const std::size_t end = layout_.EndOfItem(list.items.back());
    if (layout_.InBraces(list)) return Change(end, end, ", " + element);
    return NewLine(layout_.NextLine(end), layout_.Indent(list), "- " + element);
  }

  /// A line of its own at `at`, the start of a line or the end of the text.
  TextChange NewLine(std::size_t at, std::size_t indent, const std::string& line) const {
    const std::string end(layout_.LineEnd());
    const bool open = at > 0 && text_[at - 1] != '\n';
    return Change(at, at, (open ? end : "") + std::string(indent, ' ') + line + (open ? "" : end));
  }

  TextChange Erase(const Node& parent, const PathStep& step) const {
    struct Span {
      std::size_t from, to;
    };
    std::vector<Span> spans;
    std::size_t index = 0;
    if (parent.is_map()) {
      for (const auto& [key, value] : parent.entries) {
        if (key.scalar == step.text) index = spans.size();
        spans.push_back({layout_.Start(key), layout_.End(key, value)});
      }
    } else {
      for (const Node& item : parent.items) {
        if (&item == Child(parent, step)) index = spans.size();
        spans.push_back({layout_.Start(item), layout_.EndOfItem(item)});
      }
    }
    const Span span = spans[index];
    const bool last = index + 1 == spans.size();
    if (layout_.InBraces(parent)) {
      if (!last) return Change(span.from, spans[index + 1].from, "");
      return Change(index > 0 ? spans[index - 1].to : span.from, span.to, "");
    }
    if (parent.is_list()) return Change(layout_.LineStart(span.from), layout_.NextLine(span.to), "");
    const std::size_t line = layout_.LineStart(span.from);
    const bool first_on_line =
        text_.find_first_not_of(' ', line) == span.from;  // else it follows a dash
    if (!first_on_line && !last) return Change(span.from, spans[index + 1].from, "");
    return Change(first_on_line ? line : span.from, layout_.NextLine(span.to), "");
  }

  const std::string& text_;
  Node root_;
  YamlLayout layout_;
};

bool EraseFrom(Node& root, const Steps& steps, std::size_t count) {
  Node* parent = &root;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    parent = Child(*parent, steps[i]);
    if (parent == nullptr) return false;
  }
  Node* child = Child(*parent, steps[count - 1]);
  if (child == nullptr) return false;
  if (parent->is_map()) return parent->Erase(steps[count - 1].text);
  parent->items.erase(parent->items.begin() + (child - parent->items.data()));
  return true;
}

/// Whether two trees are the same once the value, or the container that came or went with it, is
/// taken out of both.
bool OnlyChanges(const Node& before, const Steps& old_steps, const Node& after,
                 const Steps& new_steps) {
  for (std::size_t count = old_steps.size(); count > 0; --count) {
    Node b = before, a = after;
    EraseFrom(b, old_steps, count);
    EraseFrom(a, new_steps, count);
    if (Same(a, b)) return true;
  }
  return false;
}

/// What the changed text says, if that is what was meant.
Node Check(const Editor& before, const std::string& text, const TextChange& change,
           const std::string& path, const std::string& path_after) {
  Node after = Parsed(Applied(text, change));
  if (!OnlyChanges(before.root(), PathSteps(path), after, PathSteps(path_after)))
    Fail(path, "the text around it is laid out in a way that cannot be followed; edit the text");
  return after;
}

/// An element whose name is set is found under its new name.
std::string PathAfter(const std::string& path, const Node& value) {
  const std::size_t open = path.rfind('[');
  if (!path.ends_with("].name") || !value.is_scalar()) return path;
  return path.substr(0, open) + "[" + value.scalar + "].name";
}

}  // namespace

TextChange SetValue(const std::string& text, const std::string& path, const std::string& value,
                    const Shorthand& shorthand) {
  Editor editor(text);
  const TextChange change = editor.Set(path, value, shorthand);
  const Node wanted = config::ParseYaml("x: " + value, "");
  const std::string now = PathAfter(path, *wanted.Find("x"));
  const Node after = Check(editor, text, change, path, now);
  const Node* set = FindPath(after, now);
  if (set == nullptr && shorthand) set = FindPath(after, now.substr(0, now.rfind('.')));
  if (set == nullptr || !Same(*set, *wanted.Find("x")))
    Fail(path, "the value cannot be written here; edit the text");
  return change;
}

TextChange SetElements(const std::string& text, const std::string& path, const std::vector<NamedElement>& elements) {
  Editor editor(text);
  const TextChange change = editor.SetElements(path, elements);
  // Nothing but the list changed, and in it nothing but what was meant.
  Node before = editor.root(), after = Parsed(Applied(text, change));
  const Node* list = FindPath(after, path);
  std::size_t found = 0;
  if (list != nullptr && list->is_list()) {
    std::map<std::string, const Node*> there;
    for (const Node& item : list->items)
      if (const Node* name = item.Find("name")) there.emplace(name->scalar, &item);
    for (const NamedElement& e : elements) {
      const auto item = there.find(e.name);
      found += item != there.end() && std::all_of(e.values.begin(), e.values.end(), [&](const auto& v) {
                 const Node* value = item->second->Find(v.first);
                 return value != nullptr && value->scalar == v.second;
               });
    }
  }
  if (found != elements.size() || !OnlyChanges(before, PathSteps(path), after, PathSteps(path)))
    Fail(path, "the text around it is laid out in a way that cannot be followed; edit the text");
  return change;
}

TextChange RemoveValue(const std::string& text, const std::string& path) {
  Editor editor(text);
  const TextChange change = editor.Remove(path);
  Check(editor, text, change, path, path);
  return change;
}

TextChange AppendElement(const std::string& text, const std::string& path,
                         const std::string& element) {
  Editor editor(text);
  const TextChange change = editor.Append(path, element);
  Check(editor, text, change, path, path);
  return change;
}

}  // namespace headroom::gui
