#include "scenarios/read/tree_file.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;
using namespace headroom::scenario;

namespace {

std::string ErrorOf(const test::TempFolder& folder, const std::string& path) {
  try {
    ReadTreeWithIncludes(path);
  } catch (const ConfigError& e) {
    return folder.Cut(e.what());
  }
  return "";
}

}  // namespace

TEST_CASE("the including file lies on the included ones, later ones on earlier ones", "[include]") {
  const test::TempFolder folder;
  folder.Write("parts/one.yaml",
               "include: two.yaml\na: 1\nb: {x: 1, y: 1}\nl: [{name: p, v: 1}]\n");
  folder.Write("parts/two.yaml", "a: 2\nd: 2\n");
  folder.Write("three.yaml", "a: 3\nb: {y: 3}\n");
  const config::Node root = ReadTreeWithIncludes(folder.Write(
      "main.yaml",
      "include: [parts/one.yaml, three.yaml]\nc: 0\nl: [{name: p, w: 0}, {name: q}]\n"));
  CHECK(root.Find("include") == nullptr);
  CHECK(root.Find("a")->scalar == "3");
  CHECK(root.Find("b")->Find("x")->scalar == "1");
  CHECK(root.Find("b")->Find("y")->scalar == "3");
  CHECK(root.Find("c")->scalar == "0");
  CHECK(root.Find("d")->scalar == "2");
  REQUIRE(root.Find("l")->items.size() == 2);
  CHECK(root.Find("l")->items[0].Find("v")->scalar == "1");
  CHECK(root.Find("l")->items[0].Find("w")->scalar == "0");
}

TEST_CASE("values keep the file that they come from", "[include]") {
  const test::TempFolder folder;
  const std::string part = folder.Write("part.yaml", "# first\na: 1\n");
  const std::string main = folder.Write("main.yaml", "include: part.yaml\nb: 1\n");
  const config::Node root = ReadTreeWithIncludes(main);
  CHECK(root.Find("a")->place.file == part);
  CHECK(root.Find("a")->place.line == 2);
  CHECK(root.Find("b")->place.file == main);
  CHECK(root.place.file == main);
}

TEST_CASE("includes that go round in a circle are refused", "[include]") {
  const test::TempFolder folder;
  folder.Write("b.yaml", "include: a.yaml\n");
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "include: b.yaml\n")) ==
        "b.yaml:1:10: include: a circle: a.yaml -> b.yaml -> a.yaml");
  CHECK(ErrorOf(folder, folder.Write("s.yaml", "x: 1\ninclude: ./s.yaml\n")) ==
        "s.yaml:2:10: include: a circle: s.yaml -> ./s.yaml");
}

TEST_CASE("an endless number of includes is refused", "[include]") {
  const test::TempFolder folder;
  folder.Write("z.yaml", "v: 1\n");
  std::string many = "include: [";
  for (int i = 0; i < 100; ++i) many += "z.yaml, ";
  CHECK_THAT(ErrorOf(folder, folder.Write("a.yaml", many + "]\n")),
             Catch::EndsWith("include: more than 100 files are included"));
}

TEST_CASE("includes that name no file are refused", "[include]") {
  const test::TempFolder folder;
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "include: gone.yaml\n")) ==
        "a.yaml:1:10: cannot read gone.yaml: No such file or directory");
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "include: {a: 1}\n")) ==
        "a.yaml:1:10: include: the name of a file is due");
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "include: [x.yaml, [1]]\n")).find("x.yaml") !=
        std::string::npos);
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "include:\n")) ==
        "a.yaml:1:1: include: the name of a file is due");
}

TEST_CASE("a file that is not there or is a folder is bad usage", "[file]") {
  const test::TempFolder folder;
  CHECK(ErrorOf(folder, folder.Path("gone.yaml")) ==
        "cannot read gone.yaml: No such file or directory");
  folder.Write("sub/x.yaml", "");
  CHECK(ErrorOf(folder, folder.Path("sub")) == "cannot read sub: Is a directory");
  CHECK(ErrorOf(folder, folder.Path("sub/x.yaml/y")) ==
        "cannot read sub/x.yaml/y: Not a directory");
}

TEST_CASE("a file that may not be read is an input failure", "[file]") {
  const test::TempFolder folder;
  const std::string path = folder.Write("a.yaml", "a: 1\n");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  if (::geteuid() == 0) {
    fmt::print("skipped: root reads every file\n");
    return;
  }
  CHECK_THROWS_AS(ReadTreeWithIncludes(path), IoError);
}

TEST_CASE("a file over 16 MB is refused unread", "[file]") {
  const test::TempFolder folder;
  const std::string path = folder.Write("big.yaml", "a: 1\n");
  std::filesystem::resize_file(path, kMaxFileBytes + 1);
  CHECK(ErrorOf(folder, path) == "big.yaml is longer than 16 MB");
}

TEST_CASE("a file whose root is no map is refused", "[file]") {
  const test::TempFolder folder;
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "- 1\n")) ==
        "a.yaml:1:1: a list stands here; a map of keys is due");
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "word\n")) ==
        "a.yaml:1:1: 'word' stands here; a map of keys is due");
}

TEST_CASE("a name is taken from the folder of a file", "[file]") {
  CHECK(Beside("a/b.yaml", "c.csv") == "a/c.csv");
  CHECK(Beside("b.yaml", "c.csv") == "c.csv");
  CHECK(Beside("a/b.yaml", "/c.csv") == "/c.csv");
}

TEST_CASE("what is removed is taken out of the included files before this one is laid on them", "[include][remove]") {
  const test::TempFolder folder;
  folder.Write("base.yaml", "a: {x: 1, y: 2}\nl: [{name: p, v: 1}, {name: q, v: 2}]\nw: [{v: 1}, {v: 2}]\n");
  const config::Node root = ReadTreeWithIncludes(folder.Write(
      "main.yaml", "include: base.yaml\nremove:\n  - l[p]\n  - a.x\n  - w[0]\nl: [{name: p, u: 3}]\n"));
  CHECK(root.Find("remove") == nullptr);
  CHECK(root.Find("a")->Find("x") == nullptr);
  CHECK(root.Find("a")->Find("y")->scalar == "2");
  REQUIRE(root.Find("l")->items.size() == 2);
  CHECK(root.Find("l")->items[0].Find("name")->scalar == "q");
  CHECK(root.Find("l")->items[1].Find("v") == nullptr);
  CHECK(root.Find("l")->items[1].Find("u")->scalar == "3");
  CHECK(root.Find("w")->items.size() == 1);
}

TEST_CASE("a removal that finds nothing is refused at its line", "[include][remove]") {
  const test::TempFolder folder;
  folder.Write("base.yaml", "l: [{name: p}]\n");
  CHECK(ErrorOf(folder, folder.Write("a.yaml", "include: base.yaml\nremove:\n  - l[q]\n  - b.c\n")) ==
        "a.yaml:3:5: remove[0]: 'l[q]' is not in what this is laid on: no element 'q'; known are p\n"
        "a.yaml:4:5: remove[1]: 'b.c' is not in what this is laid on: there is no such key");
  CHECK(ErrorOf(folder, folder.Write("b.yaml", "remove: [x]\n")) ==
        "b.yaml:1:9: remove: this file includes nothing, so there is nothing to take out of it");
  CHECK(ErrorOf(folder, folder.Write("c.yaml", "include: base.yaml\nremove: l\n")) == "c.yaml:2:9: remove: a list of paths is due");
}
