#include "sim/config/json_schema.h"

#include <catch2/catch.hpp>

#include "sim/config/json.h"
#include "tests/sim/config/sample.pb.h"

using namespace headroom;
using namespace headroom::config;
using Catch::Contains;

TEST_CASE("JSON is written indented, short parts on one line", "[json]") {
  Json list = Json::Array().Add(Json::Raw("1")).Add(Json::String("a\"\\\n"));
  Json root = Json::Object().Set("l", std::move(list)).Set("e", Json::Object());
  root.Set("e", Json::Array());
  CHECK(root.Text() == "{\n  \"l\": [1, \"a\\\"\\\\\\u000a\"],\n  \"e\": []\n}");
}

TEST_CASE("the schema says units, bounds, words, defaults and shorthands", "[schema]") {
  const std::string text = JsonSchema(sample::Plant::descriptor());
  CHECK_THAT(text, Contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
  CHECK_THAT(text, Contains("\"$ref\": \"#/$defs/headroom.sample.Plant\""));
  CHECK_THAT(text, Contains("[ \\\\t]*(kW|W|MW|GW)$\""));
  CHECK_THAT(text, Contains("\"rated; in kW; more than 0 kW; at most 1 GW\""));
  CHECK_THAT(text, Contains("\"default\": \"2 kW\""));
  CHECK_THAT(text, Contains("\"on\": {\"type\": \"boolean\", \"default\": true}"));
  CHECK_THAT(text, Contains("\"count\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 10}"));
  CHECK_THAT(text, Contains("\"enum\": [\"steady\", \"swinging\"]"));
  CHECK_THAT(text, Contains("\"required\": [\"name\"]"));
  CHECK_THAT(
      text, Contains("\"later\": {\"type\": \"string\", \"description\": \"; not modelled yet\"}"));
  CHECK_THAT(text, Contains("\"additionalProperties\": false"));
}

TEST_CASE("the Markdown reference has a table for each message", "[schema]") {
  const std::string text = MarkdownReference(sample::Plant::descriptor());
  CHECK_THAT(
      text,
      Contains("## Plant\n\nA plant for tests.\n\n| key | value | default | limits | meaning |\n"));
  CHECK_THAT(text, Contains("| `name` | text | required |  | of the plant |\n"));
  CHECK_THAT(
      text,
      Contains("| `power` | a power in `kW` | `2 kW` | more than 0 kW, at most 1 GW | rated |\n"));
  CHECK_THAT(text, Contains("| `part` | [Part](#part) | its defaults |  | made by default |\n"));
  CHECK_THAT(text, Contains("| `parts` | list of [Part](#part) |"));
  CHECK_THAT(text, Contains("| `sources` | map of text to text |"));
  CHECK_THAT(text, Contains("| `kind` | `steady`, `swinging` | `steady` |"));
  CHECK_THAT(text, Contains("| `machine` | node or rack of the catalog |"));
  CHECK_THAT(text, Contains("(not modelled yet)"));
  CHECK_THAT(text, Contains("## Arrival\n\nExactly one of `poisson`, `loop`, `fixed`.\n"));
  CHECK_THAT(text, Contains("A plain value in place of the map is its `size`."));
}
