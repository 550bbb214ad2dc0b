#include "sim/config/yaml_tree.h"

#include <catch2/catch.hpp>

using namespace headroom;
using namespace headroom::config;

namespace {

std::string ErrorOf(const std::string& text) {
  try {
    ParseYaml(text, "a.yaml");
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a tree holds text and places, counted from 1", "[yaml]") {
  const Node root = ParseYaml("a: 1\nb:\n  - {name: x, c: \"5 kW\"}\n  - d # not this\n", "a.yaml");
  REQUIRE(root.is_map());
  REQUIRE(root.entries.size() == 2);
  CHECK(root.Find("a")->scalar == "1");
  CHECK_FALSE(root.Find("a")->quoted);
  const Node& list = *root.Find("b");
  REQUIRE(list.is_list());
  REQUIRE(list.items.size() == 2);
  const Node& c = *list.items[0].Find("c");
  CHECK(c.scalar == "5 kW");
  CHECK(c.quoted);
  CHECK(c.place.file == "a.yaml");
  CHECK(c.place.line == 3);
  CHECK(c.place.column == 18);
  CHECK(list.items[1].scalar == "d");
  CHECK(root.entries[1].first.place.line == 2);
  CHECK(root.entries[1].first.place.column == 1);
  CHECK(root.Find("x") == nullptr);
  CHECK(ElementLabels(list) == std::vector<std::string>{"x", "1"});
}

TEST_CASE("JSON is read, numbers of any length as they stand", "[yaml]") {
  const Node root = ParseYaml(
      R"({"a": "4 /s", "b": 123456789012345678901234567890, "c": null, "d": [true, 1.5e3], "e": "x\"\u00e9"})",
      "a.json");
  CHECK(root.Find("a")->scalar == "4 /s");
  CHECK(root.Find("b")->scalar == "123456789012345678901234567890");
  CHECK(root.Find("c")->kind == Kind::kNull);
  CHECK(root.Find("d")->items[1].scalar == "1.5e3");
  CHECK(root.Find("e")->scalar == "x\"\xc3\xa9");
}

TEST_CASE("nulls, block texts and Windows line ends are read", "[yaml]") {
  const Node root = ParseYaml(
      "\xef\xbb\xbf"
      "a:\r\nb: ~\r\nc: |\r\n  x\r\n  y\r\n",
      "a.yaml");
  CHECK(root.Find("a")->kind == Kind::kNull);
  CHECK(root.Find("b")->kind == Kind::kNull);
  CHECK(root.Find("c")->is_scalar());
}

TEST_CASE("what is not text is refused with its place", "[yaml]") {
  CHECK(ErrorOf(std::string("\0\1\2\3", 4)) ==
        "a.yaml:1:1: byte 0x00 is not text; a file in UTF-8 is due");
  CHECK(ErrorOf("a: 1\nb: \xff\n") == "a.yaml:2:4: byte 0xff is not text; a file in UTF-8 is due");
  CHECK(ErrorOf("a: \xc0\x80") == "a.yaml:1:4: byte 0xc0 is not text; a file in UTF-8 is due");
  CHECK(ErrorOf("a: \xed\xa0\x80") == "a.yaml:1:4: byte 0xed is not text; a file in UTF-8 is due");
  CHECK(ErrorOf("a: \xf5\x80\x80\x80") ==
        "a.yaml:1:4: byte 0xf5 is not text; a file in UTF-8 is due");
  CHECK(ErrorOf("a: \xe2\x82") == "a.yaml:1:4: byte 0xe2 is not text; a file in UTF-8 is due");
  CHECK(ErrorOf("a: \x7f") == "a.yaml:1:4: byte 0x7f is not text; a file in UTF-8 is due");
  CHECK(ErrorOf("a: \xe2\x82\xac \xf0\x9f\x8c\xb1 \xc3\xa9") == "");
}

TEST_CASE("an empty text is refused", "[yaml]") {
  CHECK(ErrorOf("") == "a.yaml:1:1: the file is empty");
  CHECK(ErrorOf("# only a comment\n\n") == "a.yaml:1:1: the file is empty");
  CHECK(ErrorOf("---\n") == "a.yaml:1:1: the file is empty");
}

TEST_CASE("a syntax error has its place", "[yaml]") {
  CHECK(ErrorOf("a: b: c\n") == "a.yaml:1:5: not valid YAML: illegal map value");
  CHECK(ErrorOf("a: [1, 2\n") == "a.yaml:2:1: not valid YAML: end of sequence flow not found");
  CHECK(ErrorOf("a: 1\nb: @x\n") == "a.yaml:2:4: not valid YAML: unknown token");
  CHECK(ErrorOf("a: 'x") == "a.yaml:1:6: not valid YAML: illegal EOF in scalar");
}

TEST_CASE("a quote that is not closed is refused, also before a line end", "[yaml]") {
  CHECK(ErrorOf("a: 1\nb: 'x\n") == "a.yaml:2:4: the quote that opens here is not closed");
  CHECK(ErrorOf("b: \"x\\\"\n") == "a.yaml:1:4: the quote that opens here is not closed");
  CHECK(ErrorOf("b: 'it''s'\nc: \"\\\\\"\nd: ''\n") == "");
}

TEST_CASE("every duplicate key is reported with its path and both lines", "[yaml]") {
  CHECK(ErrorOf("name: a\nb: 1\nname: c\n") ==
        "a.yaml:3:1: name: the key is written twice, first on line 1");
  CHECK(ErrorOf("w:\n  - name: x\n    t: {p: 1, p: 2}\n  - {q: 1, q: 1}\n") ==
        "a.yaml:3:15: w[x].t.p: the key is written twice, first on line 3\n"
        "a.yaml:4:12: w[1].q: the key is written twice, first on line 4");
}

TEST_CASE("anchors, aliases, tags, second documents and keys that are no words are refused",
          "[yaml]") {
  CHECK(ErrorOf("a: &x 1\nb: *x\nc: !t 3\n") ==
        "a.yaml:1:4: a: anchors and aliases are not read; use include\n"
        "a.yaml:2:4: b: anchors and aliases are not read; use include\n"
        "a.yaml:3:4: c: tags are not read: '!t'");
  CHECK(ErrorOf("a: *x\n") == "a.yaml:1:4: anchors and aliases are not read; use include");
  CHECK(ErrorOf("a: 1\n---\nb: 2\n") ==
        "a.yaml:2:1: a second document starts here; a file holds one");
  CHECK(ErrorOf("a:\n  [1]: 2\n") == "a.yaml:2:3: a: a key must be a plain word");
  CHECK(ErrorOf("~: 2\n") == "a.yaml:1:1: a key must be a plain word");
}

TEST_CASE("deep nesting is refused at once", "[yaml]") {
  const auto repeat = [](const std::string& part) {
    std::string out;
    for (int i = 0; i < 20000; ++i) out += part;
    return out;
  };
  CHECK_THAT(ErrorOf("a: " + repeat("[")), Catch::EndsWith(": nested more than 64 levels deep"));
  CHECK(ErrorOf(repeat("{a: ")) == "a.yaml:1:253: nested more than 64 levels deep");
  CHECK(ErrorOf(repeat("- ")) == "a.yaml:1:129: nested more than 64 levels deep");
  std::string deepest = "1";
  for (int i = 0; i < kMaxDepth; ++i) deepest = "[" + deepest + "]";
  CHECK(ErrorOf(deepest) == "");
  CHECK(ErrorOf("a: " + deepest.substr(1, deepest.size() - 2)) == "");
  CHECK(ErrorOf("[" + deepest + "]") == "a.yaml:1:65: nested more than 64 levels deep");
}
