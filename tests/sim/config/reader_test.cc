#include "sim/config/reader.h"

#include <catch2/catch.hpp>

#include "tests/sim/config/sample.pb.h"

using namespace headroom;
using namespace headroom::config;

namespace {

struct Outcome {
  sample::Plant plant;
  SourceMap places;
  std::string errors;
};

Outcome ReadPlant(const std::string& text) {
  ReadOptions options;
  options.catalog_names = [](const std::string& kind) {
    if (kind == "llm") return std::vector<std::string>{"llama-3.1-405b", "llama-3.1-70b"};
    return std::vector<std::string>{kind + "-1"};
  };
  Outcome out;
  Diagnostics diagnostics;
  Read(ParseYaml(text, "a"), &out.plant, options, &out.places, &diagnostics);
  for (const Finding& f : diagnostics.errors())
    out.errors += (out.errors.empty() ? "" : "\n") + f.Text();
  return out;
}

/// Errors of a plant with a name and one more line.
std::string ErrorsOf(const std::string& line) {
  return ReadPlant("name: p\n" + line + "\n").errors;
}

sample::Plant Plant(const std::string& line) {
  const Outcome out = ReadPlant("name: p\n" + line + "\n");
  CHECK(out.errors == "");
  return out.plant;
}

}  // namespace

TEST_CASE("absent keys take their defaults, messages without one stay absent", "[reader]") {
  const sample::Plant plant = Plant("");
  CHECK(plant.name() == "p");
  CHECK(plant.kind() == "steady");
  CHECK(plant.power() == 2000);
  CHECK(plant.on());
  CHECK_FALSE(plant.has_count());
  REQUIRE(plant.has_part());
  CHECK(plant.part().wait() == 60);
  CHECK_FALSE(plant.has_spare());
  CHECK_FALSE(plant.has_arrival());
}

TEST_CASE("values of every type are read", "[reader]") {
  const Outcome out = ReadPlant(
      "name: p\nkind: swinging\npower: 3 MW\ncount: 7\noffset: -9223372036854775808\n"
      "big: 18446744073709551615\nsmall: -5\non: false\nratio: 0.25\nsizes: [1 GiB, 2 kB]\nlayout: "
      "[1, 2]\n"
      "sources: {memory.capacity: page 3, '*': assumed}\nrooms: {a: {size: 2}, b: 3}\ncounts: {x: "
      "4}\n"
      "parts: [{name: one, size: 1}, 5, {}]\narrival: {poisson: \"4 /s\"}\nshare: 90 %\nwarm: 25 "
      "degC\n"
      "rate: 400 Gbps\nmust: {list: [1], sources: {a: b}}\n");
  CHECK(out.errors == "");
  const sample::Plant& plant = out.plant;
  CHECK(plant.kind() == "swinging");
  CHECK(plant.power() == 3e6);
  CHECK(plant.count() == 7);
  CHECK(plant.offset() == std::numeric_limits<std::int64_t>::min());
  CHECK(plant.big() == std::numeric_limits<std::uint64_t>::max());
  CHECK(plant.small() == -5);
  CHECK_FALSE(plant.on());
  CHECK(plant.ratio() == 0.25);
  CHECK(plant.sizes(0) == 1073741824);
  CHECK(plant.sizes(1) == 2000);
  CHECK(plant.layout(1) == 2);
  CHECK(plant.sources().at("memory.capacity") == "page 3");
  CHECK(plant.sources().at("*") == "assumed");
  CHECK(plant.rooms().at("a").size() == 2);
  CHECK(plant.rooms().at("b").size() == 3);
  CHECK(plant.counts().at("x") == 4);
  CHECK(plant.parts(0).wait() == 60);
  CHECK(plant.parts(1).size() == 5);
  CHECK(plant.arrival().poisson() == 4);
  CHECK(plant.share() == 0.9);
  CHECK(plant.warm() == 298.15);
  CHECK(plant.rate() == 5e10);
  CHECK(out.places.Find("parts[one].size").line == 15);
  CHECK(out.places.Find("parts[1]").line == 15);
  CHECK(out.places.Find("sources[memory.capacity]").column == 28);
  CHECK(out.places.Written("arrival.poisson"));
  CHECK_FALSE(out.places.Written("part"));
}

TEST_CASE("a scalar in place of a map is its shorthand field", "[reader]") {
  CHECK(Plant("part: 4").part().size() == 4);
  CHECK(Plant("part: 4").part().wait() == 60);
  CHECK(ErrorsOf("part: 0") == "a:2:7: part: 0 is too small; it must be at least 1");
}

TEST_CASE("a message that names a sheet takes no defaults", "[reader]") {
  CHECK_FALSE(Plant("sheet: x").sheet().has_gated());
  CHECK_FALSE(Plant("sheet: {name: x, layers: 3}").sheet().has_gated());
  CHECK(Plant("sheet: {layers: 3}").sheet().gated());
}

TEST_CASE("unknown keys are refused with the nearest known one", "[reader]") {
  CHECK(ErrorsOf("powr: 3 kW") == "a:2:1: powr: unknown key; did you mean 'power'?");
  CHECK(ErrorsOf("part: {xxxxxxxx: 1}") ==
        "a:2:8: part.xxxxxxxx: unknown key; here may stand name, size, wait");
  CHECK(ErrorsOf("parts: [{name: q, siz: 1}]") ==
        "a:2:19: parts[q].siz: unknown key; did you mean 'size'?");
}

TEST_CASE("a misspelt key is not reported missing as well", "[reader]") {
  CHECK(ReadPlant("nam: p").errors == "a:1:1: nam: unknown key; did you mean 'name'?");
  CHECK(ErrorsOf("arrival: {poison: 1 /s}") ==
        "a:2:11: arrival.poison: unknown key; did you mean 'poisson'?");
}

TEST_CASE("required keys, lists and maps must be there", "[reader]") {
  CHECK(ReadPlant("count: 1").errors == "a:1:1: name: this key is missing (of the plant)");
  CHECK(ReadPlant("name: ''").errors == "a:1:7: name: the text is empty");
  CHECK(ErrorsOf("must: {}") ==
        "a:2:7: must.list: this key is missing (at least one)\n"
        "a:2:7: must.sources: this key is missing");
  CHECK(ErrorsOf("must: {list: [], sources: {}}") ==
        "a:2:14: must.list: the list is empty; it needs at least one element\n"
        "a:2:27: must.sources: the map is empty; it needs at least one entry");
}

TEST_CASE("what stands in the place of another kind is named", "[reader]") {
  CHECK(ErrorsOf("part: x") == "a:2:7: part: 'x' is not a whole number");
  CHECK(ErrorsOf("must: x") == "a:2:7: must: 'x' stands here; a map is due");
  CHECK(ErrorsOf("must:") == "a:2:1: must: nothing stands here; a map is due");
  CHECK(ErrorsOf("must: [1]") == "a:2:7: must: a list stands here; a map is due");
  CHECK(ErrorsOf("sizes: 1 B") == "a:2:8: sizes: '1 B' stands here; a list is due");
  CHECK(ErrorsOf("sizes: {a: 1 B}") == "a:2:8: sizes: a map stands here; a list is due");
  CHECK(ErrorsOf("sources: [1]") == "a:2:10: sources: a list stands here; a map is due");
  CHECK(ErrorsOf("power: [1 kW]") ==
        "a:2:8: power: a list stands here; a power is due, for example 10 kW");
  CHECK(ErrorsOf("count: {a: 1}") == "a:2:8: count: a map stands here; a whole number is due");
  CHECK(ErrorsOf("on:") == "a:2:1: on: nothing stands here; true or false is due");
  CHECK(ErrorsOf("ratio: ~") == "a:2:1: ratio: nothing stands here; a number is due");
  CHECK(ErrorsOf("kind: []") == "a:2:7: kind: a list stands here; a word is due");
  CHECK(ErrorsOf("model: {}") == "a:2:8: model: a map stands here; a text is due");
  CHECK(ErrorsOf("sizes: [1 B, ~]") ==
        "a:2:14: sizes[1]: nothing stands here; a data size is due, for example 10 B");
  CHECK(ErrorsOf("sources: {a: {}}") == "a:2:14: sources[a]: a map stands here; a text is due");
}

TEST_CASE("whole numbers are digits alone, within their range", "[reader]") {
  CHECK(ErrorsOf("count: -64") == "a:2:8: count: -64 is too small; it must be at least 1");
  CHECK(ErrorsOf("count: 0") == "a:2:8: count: 0 is too small; it must be at least 1");
  CHECK(ErrorsOf("count: 11") == "a:2:8: count: 11 is too large; it must be at most 10");
  CHECK(ErrorsOf("count: 4294967297") ==
        "a:2:8: count: 4294967297 is too large; it must be at most 10");
  for (const char* text :
       {"3.0", "1e1", "0x1", "07", "+3", "1_000", ".nan", "", "3 kW", "three", "-", "--3"}) {
    CHECK(ErrorsOf("count: \"" + std::string(text) + "\"") ==
          "a:2:8: count: '" + std::string(text) + "' is not a whole number");
  }
  CHECK(ErrorsOf("layout: [4294967296]") ==
        "a:2:10: layout[0]: 4294967296 is too large; it must be at most 4294967295");
  CHECK(ErrorsOf("layout: [-1]") == "a:2:10: layout[0]: -1 is too small; it must be at least 0");
  CHECK(ErrorsOf("big: 18446744073709551616") ==
        "a:2:6: big: 18446744073709551616 is too large; it must be at most 18446744073709551615");
  CHECK(
      ErrorsOf("offset: -9223372036854775809") ==
      "a:2:9: offset: -9223372036854775809 is too small; it must be at least -9223372036854775808");
  CHECK(ErrorsOf("small: -6") == "a:2:8: small: -6 is too small; it must be at least -5");
}

TEST_CASE("true and false are the only booleans", "[reader]") {
  CHECK(ErrorsOf("on: yes") == "a:2:5: on: 'yes' is neither true nor false");
  CHECK(ErrorsOf("on: 1") == "a:2:5: on: '1' is neither true nor false");
}

TEST_CASE("bounds are told with the value and the rule", "[reader]") {
  CHECK(ErrorsOf("power: 0 kW") == "a:2:8: power: 0 kW is too small; it must be more than 0 kW");
  CHECK(ErrorsOf("power: -3 W") == "a:2:8: power: -3 W is too small; it must be more than 0 kW");
  CHECK(ErrorsOf("power: 2 GW") == "a:2:8: power: 2 GW is too large; it must be at most 1 GW");
  CHECK(ErrorsOf("ratio: 1.5") == "a:2:8: ratio: 1.5 is too large; it must be at most 1");
  CHECK(ErrorsOf("ratio: 50 %") == "a:2:8: ratio: 50 % has a unit; a bare number is due");
  CHECK(ErrorsOf("ratio: .inf") == "a:2:8: ratio: '.inf' is not a number");
  CHECK(ErrorsOf("power: 5") == "a:2:8: power: 5 is a bare number; write a unit, for example 5 kW");
  CHECK(Plant("ratio: 1").ratio() == 1);
}

TEST_CASE("words are told with the nearest one or all of them", "[reader]") {
  CHECK(ErrorsOf("kind: stedy") == "a:2:7: kind: no such word as 'stedy'; did you mean 'steady'?");
  CHECK(ErrorsOf("kind: x") ==
        "a:2:7: kind: no such word as 'x'; it must be one of steady, swinging");
  CHECK(ErrorsOf("kind: ''") == "a:2:7: kind: the text is empty");
}

TEST_CASE("catalog names are checked where the catalog is known", "[reader]") {
  CHECK(
      ErrorsOf("model: llama-3.1-450b") ==
      "a:2:8: model: no llm named 'llama-3.1-450b' in the catalog; did you mean 'llama-3.1-405b'?");
  CHECK(ErrorsOf("machine: zzz") == "a:2:10: machine: no node or rack named 'zzz' in the catalog");
  CHECK(Plant("machine: rack-1").machine() == "rack-1");
  sample::Plant plant;
  Diagnostics diagnostics;
  Read(ParseYaml("{name: p, model: any}", "a"), &plant, {}, nullptr, &diagnostics);
  CHECK(diagnostics.ok());
}

TEST_CASE("exactly one member of a oneof is due", "[reader]") {
  CHECK(ErrorsOf("arrival: {}") == "a:2:10: arrival: one of poisson, loop, fixed is due");
  CHECK(ErrorsOf("arrival: {fixed: 2, loop: 3}") ==
        "a:2:21: arrival.loop: only one of poisson, loop, fixed may stand here, and fixed does on "
        "line 2");
  CHECK(Plant("arrival: {loop: {}}").arrival().loop().wait() == 60);
}

TEST_CASE("keys that are not modelled are refused, unless they ask for nothing", "[reader]") {
  CHECK(ErrorsOf("later: x") == "a:2:1: later: later things are not modelled yet");
  CHECK(ErrorsOf("later: {a: [1]}") == "a:2:1: later: later things are not modelled yet");
  CHECK(ErrorsOf("soon: true") == "a:2:1: soon: soon is not modelled yet");
  CHECK_FALSE(Plant("soon: false").soon());
}

TEST_CASE("all errors come at once, each once", "[reader]") {
  CHECK(ReadPlant("count: 0\nkind: x\nparts: [{size: 0}, {nme: y}]\npower: 3 h\n").errors ==
        "a:1:8: count: 0 is too small; it must be at least 1\n"
        "a:2:7: kind: no such word as 'x'; it must be one of steady, swinging\n"
        "a:3:16: parts[0].size: 0 is too small; it must be at least 1\n"
        "a:3:21: parts[1].nme: unknown key; did you mean 'name'?\n"
        "a:4:8: power: 3 h is a time; a power is due, for example 10 kW\n"
        "a:1:1: name: this key is missing (of the plant)");
}

TEST_CASE("long and unprintable values are shown cut and cleaned", "[reader]") {
  CHECK(ErrorsOf("kind: \"a\\nb\"") ==
        "a:2:7: kind: no such word as 'a?b'; it must be one of steady, swinging");
  CHECK(ErrorsOf("count: " + std::string(200, 'x')) ==
        "a:2:8: count: '" + std::string(60, 'x') + "...' is not a whole number");
}

TEST_CASE("the second of two elements of one name goes by its index", "[reader]") {
  CHECK(ErrorsOf("parts: [{name: q}, {name: q, size: 0}]") ==
        "a:2:36: parts[1].size: 0 is too small; it must be at least 1");
}
