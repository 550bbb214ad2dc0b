#include "gui/commands/rack_moves.h"
#include "gui/commands/yaml_edit.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gui/commands/yaml_path.h"

using namespace headroom;
using namespace headroom::gui;

namespace {

const std::string kText =
    "# The hall.\n"
    "schema: 1\n"
    "site:   # everything\n"
    "  systems:\n"
    "    - {name: train, type: dgx-h100, count: 16}   # row one\n"
    "    # the second row\n"
    "    - name: serve\n"
    "      type: dgx-h100\n"
    "      count: 2\n"
    "  power:\n"
    "    utility: {limit: 300 kW, price: {energy: 70 USD/MWh}}  # contract\n"
    "  cooling:\n"
    "\n"
    "run: {duration: 1 h}\n";

std::string Set(const std::string& path, const std::string& value, const std::string& text = kText) {
  return Applied(text, SetValue(text, path, value));
}
std::string Remove(const std::string& path, const std::string& text = kText) {
  return Applied(text, RemoveValue(text, path));
}
std::string Replaced(std::string text, const std::string& a, const std::string& b) {
  return text.replace(text.find(a), a.size(), b);
}

}  // namespace

TEST_CASE("a value is replaced and every other byte stays", "[gui][edit]") {
  CHECK(Set("site.power.utility.limit", "450 kW") == Replaced(kText, "300 kW", "450 kW"));
  CHECK(Set("site.systems[train].count", "24") == Replaced(kText, "16", "24"));
  CHECK(Set("site.systems[serve].count", "3") == Replaced(kText, "count: 2\n", "count: 3\n"));
  CHECK(Set("schema", "2") == Replaced(kText, "schema: 1", "schema: 2"));
}

TEST_CASE("a key that is not there comes last in its map, in the map's layout", "[gui][edit]") {
  CHECK(Set("site.power.utility.at_limit", "cap") ==
        Replaced(kText, "energy: 70 USD/MWh}}", "energy: 70 USD/MWh}, at_limit: cap}"));
  CHECK(Set("site.power.bess.energy", "2 MWh") ==
        Replaced(kText, "# contract\n", "# contract\n    bess: {energy: 2 MWh}\n"));
  CHECK(Set("site.systems[serve].per_rack", "2") ==
        Replaced(kText, "count: 2\n", "count: 2\n      per_rack: 2\n"));
  CHECK(Set("seed", "7") == kText + "seed: 7\n");
  CHECK(Set("site.cooling.rack_supply", "40 degC") ==
        Replaced(kText, "  cooling:\n", "  cooling: {rack_supply: 40 degC}\n"));
}

TEST_CASE("an element of the base is changed in a variant by its name", "[gui][edit]") {
  const std::string variant = "include: base.yaml   # on top of it\n";
  const std::string once = Set("site.systems[train].count", "24", variant);
  CHECK(once == variant + "site: {systems: [{name: train, count: 24}]}\n");
  CHECK(Set("site.systems[serve].count", "4", once) ==
        variant + "site: {systems: [{name: train, count: 24}, {name: serve, count: 4}]}\n");
}

TEST_CASE("a value is taken out, and what it leaves empty", "[gui][edit]") {
  CHECK(Remove("site.power.utility.limit") == Replaced(kText, "limit: 300 kW, ", ""));
  CHECK(Remove("site.power.utility.price.energy") == Replaced(kText, ", price: {energy: 70 USD/MWh}", ""));
  CHECK(Remove("site.systems[serve].name") == Replaced(kText, "name: serve\n      ", ""));
  CHECK(Remove("site.systems[serve].count") == Replaced(kText, "      count: 2\n", ""));
  CHECK(Remove("site.systems[train]") ==
        Replaced(kText, "    - {name: train, type: dgx-h100, count: 16}   # row one\n", ""));
  CHECK(Remove("run.duration") == Replaced(kText, "run: {duration: 1 h}\n", ""));
}

TEST_CASE("an element is added in the list's layout", "[gui][edit]") {
  const std::string element = "{name: more, type: dgx-h100, count: 1}";
  CHECK(Applied(kText, AppendElement(kText, "site.systems", element)) ==
        Replaced(kText, "count: 2\n", "count: 2\n    - " + element + "\n"));
  const std::string empty = "schema: 1\n";
  CHECK(Applied(empty, AppendElement(empty, "site.systems", element)) ==
        "schema: 1\nsite: {systems: [" + element + "]}\n");
  const std::string flow = "a: [x, y]  # c\n";
  CHECK(Applied(flow, AppendElement(flow, "a", "z")) == "a: [x, y, z]  # c\n");
}

TEST_CASE("a shorthand becomes a map where a second key is set", "[gui][edit]") {
  const Shorthand replicas = [](const std::string& path) {
    return path == "serve.replicas" ? "count" : "";
  };
  const std::string text = "serve: {replicas: 4}\n";
  CHECK(Applied(text, SetValue(text, "serve.replicas.max", "8", replicas)) ==
        "serve: {replicas: {count: 4, max: 8}}\n");
  CHECK(Applied(text, SetValue(text, "serve.replicas.count", "8", replicas)) ==
        "serve: {replicas: 8}\n");
  CHECK_THROWS_WITH(SetValue(text, "serve.replicas.max", "8"),
                    Catch::Contains("serve.replicas: a value stands here, not a map"));
}

TEST_CASE("line ends, byte order marks and texts without a last line end survive", "[gui][edit]") {
  CHECK(Set("a", "2", "\xef\xbb\xbf" "a: 1\r\nb: {c: ü}\r\n") == "\xef\xbb\xbf" "a: 2\r\nb: {c: ü}\r\n");
  CHECK(Set("b.d", "2", "a: 1\r\nb: {c: ü}\r\n") == "a: 1\r\nb: {c: ü, d: 2}\r\n");
  CHECK(Set("c", "2", "a: 1\r\nb: 1\r\n") == "a: 1\r\nb: 1\r\nc: 2\r\n");
  CHECK(Set("b", "2", "a: 1") == "a: 1\nb: 2");
  CHECK(Set("a", "2", "") == "a: 2\n");
  CHECK(Set("a", "2", "# only words") == "# only words\na: 2");
}

TEST_CASE("quoted and folded values have their whole extent", "[gui][edit]") {
  const std::string text =
      "name: \"a # b: \\\"c\\\"\"  # d\nother: 'it''s'\nlong: one\n  two\n  three\nblock: |\n  x\n  y\nend: 1\n";
  CHECK(Set("name", "n", text) == Replaced(text, "\"a # b: \\\"c\\\"\"", "n"));
  CHECK(Set("other", "n", text) == Replaced(text, "'it''s'", "n"));
  CHECK(Set("long", "n", text) == Replaced(text, "one\n  two\n  three", "n"));
  CHECK(Set("block", "n", text) == Replaced(text, "|\n  x\n  y", "n"));
  CHECK(Remove("block", text) == Replaced(text, "block: |\n  x\n  y\n", ""));
}

TEST_CASE("a scalar is quoted only where it must be", "[gui][edit]") {
  CHECK(ScalarText("120 kW") == "120 kW");
  CHECK(ScalarText("a: b") == "\"a: b\"");
  CHECK(ScalarText("a, b") == "\"a, b\"");
  CHECK(ScalarText("null") == "\"null\"");
  CHECK(ScalarText("") == "\"\"");
  CHECK(ScalarText("say \"hi\" #1") == "\"say \\\"hi\\\" #1\"");
}

TEST_CASE("a path through a value is refused by name", "[gui][edit]") {
  CHECK_THROWS_WITH(Set("schema.x", "1"), Catch::Contains("schema: a value stands here, not a map"));
  CHECK_THROWS_WITH(Set("site.systems[0].count", "1", "include: base.yaml\n"),
                    Catch::Contains("an element without a name can only be changed where it stands"));
  CHECK_THROWS_WITH(Remove("site.faults"), Catch::Contains("site.faults: is not written here"));
}

// Every value of every shipped scenario: replaced by itself nothing changes, and replaced or taken
// out the rest of the tree is the same (SetValue and RemoveValue check that themselves).
TEST_CASE("every value of the shipped scenarios can be set and taken out", "[gui][edit][property]") {
  int values = 0;
  for (const auto& file : std::filesystem::directory_iterator(HEADROOM_SOURCE_DIR "/scenarios/library")) {
    if (file.path().extension() != ".yaml") continue;
    std::ostringstream bytes;
    bytes << std::ifstream(file.path(), std::ios::binary).rdbuf();
    const std::string text = bytes.str();
    INFO(file.path());
    const std::function<void(const config::Node&, const std::string&)> visit =
        [&](const config::Node& node, const std::string& path) {
          if (!path.empty()) {
            INFO(path);
            ++values;
            CHECK_NOTHROW(RemoveValue(text, path));
            if (node.is_scalar()) {
              CHECK(Applied(text, SetValue(text, path, "xyzzy")).size() ==
                    text.size() + 5 - (node.scalar.size() + (node.quoted ? 2 : 0)));
            }
          }
          for (const auto& [key, value] : node.entries)
            visit(value, path.empty() ? key.scalar : path + "." + key.scalar);
          if (node.is_list()) {
            const auto labels = config::ElementLabels(node);
            for (std::size_t i = 0; i < node.items.size(); ++i)
              visit(node.items[i], path + "[" + labels[i] + "]");
          }
        };
    visit(config::ParseYaml(text, ""), "");
  }
  CHECK(values > 200);
}

TEST_CASE("racks are moved in the text, which keeps every other byte", "[gui][edit][floor]") {
  const std::string text = "# ours\nsite:\n  systems: [{name: hall, type: gb200-nvl72, count: 4}]  # four\nrun: {duration: 1 min}\n";
  const auto moved = [&](const std::string& t, std::vector<RackMove> moves) { return Applied(t, MoveRacks(t, "", moves)); };
  const std::string once = moved(text, {{"rack-2", 6.1, 5.0, ""}});
  CHECK(once == "# ours\nsite:\n  systems: [{name: hall, type: gb200-nvl72, count: 4}]  # four\n"
                "  floor: {racks: [{name: rack-2, x: 6.1 m, y: 5 m}]}\nrun: {duration: 1 min}\n");
  const std::string twice = moved(once, {{"rack-2", 6.2, 5.0, "left"}, {"rack-3", 0.30000000000000004, 7.0, ""}});
  CHECK(twice.find("{name: rack-2, x: 6.2 m, y: 5 m, faces: left}, {name: rack-3, x: 0.3 m, y: 7 m}") != std::string::npos);
  const TextChange change = MoveRacks(once, "", {{"rack-2", 6.2, 5.0, ""}});
  CHECK(Applied(Applied(once, change), change.Reversed()) == once);
  CHECK(Applied(twice, ReturnRacks(twice, "", {"rack-2", "rack-3", "rack-4"})) == text);
  // In a list with a line for each, comments stay, and many are one change.
  const std::string block = "site:\n  floor:\n    racks:\n      - {name: rack-1, x: 1 m, y: 1 m}  # the first\n      - name: rack-2  # below\n        x: 2 m\n        y: 2 m\n";
  const TextChange both = MoveRacks(block, "", {{"rack-9", 9, 9, ""}, {"rack-2", 2.5, 2, "up"}, {"rack-1", 1, 1.5, ""}, {"rack-8", 8, 8, ""}});
  CHECK(Applied(block, both) ==
        "site:\n  floor:\n    racks:\n      - {name: rack-1, x: 1 m, y: 1.5 m}  # the first\n      - name: rack-2  # below\n        x: 2.5 m\n        y: 2 m\n        faces: up\n"
        "      - {name: rack-9, x: 9 m, y: 9 m}\n      - {name: rack-8, x: 8 m, y: 8 m}\n");
  CHECK(Applied(Applied(block, both), both.Reversed()) == block);
  const std::string variant = "include: base.yaml\n";
  CHECK(Applied(variant, MoveRacks(variant, "variants.wide.", {{"rack-1", 1.0, 2.0, ""}})) ==
        "include: base.yaml\nvariants: {wide: {site: {floor: {racks: [{name: rack-1, x: 1 m, y: 2 m}]}}}}\n");
}
