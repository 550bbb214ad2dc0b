#include "scenarios/read/scenario_schema.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <cstdlib>

#include "models/catalog/catalog.pb.h"
#include "scenarios/schema/scenario.pb.h"
#include "sim/config/json_schema.h"
#include "tests/scenarios/read/shared_folder.h"
#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;

namespace {

/// Ends with 77 where the modules are absent. Dates stay texts, as they do for the program.
const char* const kValidate = R"(
import sys
try:
    import json, yaml, jsonschema
except ImportError:
    sys.exit(77)
class Loader(yaml.SafeLoader): pass
Loader.yaml_implicit_resolvers = {k: [(t, r) for t, r in v if t != 'tag:yaml.org,2002:timestamp']
                                  for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
failed = 0
for path in sys.argv[2:]:
    for error in validator.iter_errors(yaml.load(open(path), Loader)):
        print(path, list(error.absolute_path), error.message[:200])
        failed = 1
sys.exit(failed)
)";

int Validate(const test::TempFolder& folder, const std::vector<std::string>& files,
             const char* report = "") {
  const std::string schema = folder.Write("schema.json", scenario::ScenarioJsonSchema());
  std::string command =
      fmt::format("python3 {} {}", folder.Write("validate.py", kValidate), schema);
  for (const std::string& file : files) command += " '" + file + "'";
  command += report;
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("contract files pass the JSON Schema", "[schema]") {
  const test::TempFolder folder;
  std::vector<std::string> files;
  for (const std::string& file : test::ContractFiles()) {
    if (!file.ends_with("sweep.yaml")) files.push_back(file);
  }
  const int status = Validate(folder, files);
  if (status == 77 || status == 127 || files.empty()) {
    fmt::print("skipped: no contract folder, or no Python with jsonschema and yaml\n");
    return;
  }
  CHECK(status == 0);
}

TEST_CASE("the JSON Schema refuses what the reader refuses", "[schema]") {
  const test::TempFolder folder;
  const std::string head = "schema: 1\nsite: {systems: [{name: pod, type: t, count: 4}]}\n";
  if (Validate(folder, {folder.Write("good.yaml", head + "run: {duration: 5 h}\n")}) != 0) {
    fmt::print("skipped: no Python with jsonschema and yaml\n");
    return;
  }
  for (const char* line : {"run: {duration: 5}", "run: {duration: 5 kW}", "sed: 1", "seed: -1",
                           "record: 3", "workloads: [{name: a}]", "site: {systems: []}"}) {
    INFO(line);
    CHECK(Validate(folder, {folder.Write("bad.yaml", head + line + "\n")}, " > /dev/null") == 1);
  }
  CHECK(Validate(folder, {folder.Write("included.yaml", "include: x.yaml\nseed: 1\n")}) == 0);
}

TEST_CASE("every field of scenarios and sheets has a help text", "[schema]") {
  for (const auto* root : {schema::Scenario::descriptor(), catalog::Sheet::descriptor()}) {
    const std::string text = config::MarkdownReference(root);
    std::size_t missing = 0;
    for (std::size_t at = 0; (at = text.find("|  |\n", at)) != std::string::npos; ++at) ++missing;
    // A sheet's kinds are explained by their own sections.
    const std::size_t kinds = static_cast<std::size_t>(
        catalog::Sheet::descriptor()->FindOneofByName("kind")->field_count());
    CHECK(missing == kinds);
  }
}
