#include "scenarios/read/scenario_schema.h"

#include "scenarios/schema/scenario.pb.h"
#include "sim/config/json_schema.h"

namespace headroom::scenario {

std::string ScenarioJsonSchema() {
  config::FileKeys file;
  file.keys = {
      {"include",
       R"({"description": "files that this one is laid on", "oneOf": [{"type": "string"}, )"
       R"({"type": "array", "items": {"type": "string"}}]})"},
      {"remove", R"({"description": "paths of what is taken out of the included files", "type": "array", )"
                 R"("items": {"type": "string"}})"},
      {"variants", R"({"description": "changes to this file by name", "type": "object", )"
                   R"("additionalProperties": {"type": "object"}})"},
      {"catalog",
       R"({"description": "data sheets of your own, or files with one each", "type": "array", )"
       R"("items": {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/headroom.catalog.Sheet"}]}})"},
  };
  file.waives_required = "include";
  return config::JsonSchema(schema::Scenario::descriptor(), file);
}

}  // namespace headroom::scenario
