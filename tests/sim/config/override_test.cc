#include "sim/config/override.h"

#include <catch2/catch.hpp>

#include "sim/config/merge.h"

using namespace headroom;
using namespace headroom::config;

namespace {

/// The tree on one line.
std::string Flat(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Kind::kNull:
      return "~";
    case Kind::kScalar:
      return node.scalar;
    case Kind::kMap:
      for (const auto& [key, value] : node.entries)
        out += (out.empty() ? "" : ", ") + key.scalar + ": " + Flat(value);
      return "{" + out + "}";
    case Kind::kList:
      for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + Flat(item);
      return "[" + out + "]";
  }
  return out;
}

std::string AfterSet(const std::string& text, const std::string& path, const std::string& value) {
  Node root = ParseYaml(text, "a");
  Set(root, path, std::string_view(value));
  return Flat(root);
}

std::string ErrorOf(const std::string& path, const std::string& value = "1") {
  try {
    AfterSet("{a: {b: 1}, l: [{name: x, v: 1}, {v: 2}], e: []}", path, value);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

std::string Merged(const std::string& base, const std::string& over) {
  Node root = ParseYaml(base, "a");
  Merge(root, ParseYaml(over, "b"));
  return Flat(root);
}

}  // namespace

TEST_CASE("a value is set where a path leads", "[set]") {
  CHECK(AfterSet("{a: {b: 1}}", "a.b", "2 kW") == "{a: {b: 2 kW}}");
  CHECK(AfterSet("{a: {b: 1}}", "a", "2") == "{a: 2}");
  CHECK(AfterSet("{l: [{name: x, v: 1}, {v: 2}]}", "l[x].v", "3") ==
        "{l: [{name: x, v: 3}, {v: 2}]}");
  CHECK(AfterSet("{l: [{name: x, v: 1}, {v: 2}]}", "l[1].v", "3") ==
        "{l: [{name: x, v: 1}, {v: 3}]}");
  CHECK(AfterSet("{l: [{name: x, v: 1}]}", "l[0].v", "3") == "{l: [{name: x, v: 3}]}");
  CHECK(AfterSet("{l: [[1, 2], 3]}", "l[0][1]", "[5]") == "{l: [[1, [5]], 3]}");
}

TEST_CASE("missing maps on the way are made", "[set]") {
  CHECK(AfterSet("{a: 1}", "b.c.d", "2") == "{a: 1, b: {c: {d: 2}}}");
  CHECK(AfterSet("{a: ~}", "a.b", "2") == "{a: {b: 2}}");
}

TEST_CASE("a map as value merges into the map that stands there", "[set]") {
  CHECK(AfterSet("{a: {b: 1, c: {d: 2}}}", "a", "{c: {e: 3}, f: 4}") ==
        "{a: {b: 1, c: {d: 2, e: 3}, f: 4}}");
  CHECK(AfterSet("{a: 1}", "a", "{b: 2}") == "{a: {b: 2}}");
}

TEST_CASE("a set value has the command line for its place", "[set]") {
  Node root = ParseYaml("{a: 1}", "a");
  Set(root, "b.c", std::string_view("{d: [5]}"));
  CHECK(root.Find("b")->Find("c")->Find("d")->items[0].place.file == "--set");
  CHECK(root.Find("b")->place.line == 0);
  CHECK(root.Find("a")->place.file == "a");
}

TEST_CASE("a path that leads nowhere is refused where it ends", "[set]") {
  CHECK(ErrorOf("l[y].v") == "--set: l[y]: no element 'y'; known are x, 1");
  CHECK(ErrorOf("l[2].v") == "--set: l[2]: no element '2'; known are x, 1");
  CHECK(ErrorOf("e[0]") == "--set: e[0]: the list is empty");
  CHECK(ErrorOf("l.x") == "--set: l: a list; write [NAME] or [INDEX] behind it");
  CHECK(ErrorOf("a[b]") == "--set: a: not a list, so there is no [b] in it");
  CHECK(ErrorOf("q[b]") == "--set: q: not a list, so there is no [b] in it");
  CHECK(ErrorOf("a.b.c") == "--set: a.b: '1' stands there, so there is no key 'c' in it");
  CHECK(ErrorOf("") == "--set: the path is empty");
  CHECK(ErrorOf("a..b") == "--set: a..b: a part of the path is empty");
  CHECK(ErrorOf("a.") == "--set: a.: a part of the path is empty");
  CHECK(ErrorOf(".a") == "--set: .a: a part of the path is empty");
  CHECK(ErrorOf("l[]") == "--set: l[]: a part of the path is empty");
  CHECK(ErrorOf("l[x") == "--set: l[x: a closing ] is missing");
  CHECK(ErrorOf("l[x]v") == "--set: l[x]v: a . is due behind ]");
  std::string longest = "a";
  for (int i = 0; i < kMaxDepth; ++i) longest += ".a";
  CHECK_THAT(ErrorOf(longest), Catch::EndsWith(": the path is too long"));
}

TEST_CASE("a bad value is refused with its place in the value", "[set]") {
  CHECK(ErrorOf("a.b", " ") == "--set: a.b: a value is due behind =");
  CHECK(ErrorOf("a.b", "{x: 1") == "--set a.b:1:1: not valid YAML: end of map flow not found");
}

TEST_CASE("maps merge by key, lists of named elements by name, all else is replaced", "[merge]") {
  CHECK(Merged("{a: 1, b: {c: 2}}", "{b: {d: 3}, e: 4}") == "{a: 1, b: {c: 2, d: 3}, e: 4}");
  CHECK(Merged("{l: [{name: x, v: 1}, {name: y}]}", "{l: [{name: z}, {name: x, w: 2}]}") ==
        "{l: [{name: x, v: 1, w: 2}, {name: y}, {name: z}]}");
  CHECK(Merged("{l: [{name: x}, 2]}", "{l: [{name: x, v: 3}]}") == "{l: [{name: x, v: 3}]}");
  CHECK(Merged("{l: [1, 2]}", "{l: [3]}") == "{l: [3]}");
  CHECK(Merged("{a: {b: 1}}", "{a: 2}") == "{a: 2}");
}

TEST_CASE("[+] adds an element, to a list that is not there yet too", "[override]") {
  CHECK(AfterSet("{l: [{v: 1}]}", "l[+]", "{v: 2}") == "{l: [{v: 1}, {v: 2}]}");
  CHECK(AfterSet("{a: 1}", "l[+]", "{v: 2}") == "{a: 1, l: [{v: 2}]}");
  CHECK(AfterSet("{a: 1}", "l[+].v", "2") == "{a: 1, l: [{v: 2}]}");
  CHECK(ErrorOf("a[+]").find("not a list") != std::string::npos);
}
