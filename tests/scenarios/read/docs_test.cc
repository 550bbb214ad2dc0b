#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "scenarios/read/scenario_file.h"
#include "sim/config/unit_table.h"
#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;

namespace {

std::string Page() {
  std::ifstream file(std::string(HEADROOM_SOURCE_DIR) + "/docs/formats/scenario.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What stands in the page's `n`-th block of YAML.
std::string Block(const std::string& page, int n) {
  const std::string fence = "```yaml\n";
  std::size_t at = 0;
  for (; n >= 0; --n) at = page.find(fence, at) + fence.size();
  return page.substr(at, page.find("```", at) - at);
}

}  // namespace

TEST_CASE("the page on scenario files has an example that loads, and its variant", "[docs]") {
  const test::TempFolder folder;
  const std::string page = Page();
  scenario::LoadOptions options;
  options.variant = "wide";
  const auto loaded =
      scenario::Load(folder.Write("a.yaml", Block(page, 0) + Block(page, 1)), options);
  CHECK(loaded.scenario.workloads(0).train().parallelism().pp() == 2);
  CHECK(loaded.scenario.workloads(0).train().sequence() == 8192);
}

TEST_CASE("the page on scenario files lists every unit", "[docs]") {
  std::string page = Page();
  page = page.substr(page.find("## Units"), page.find("## Short forms") - page.find("## Units"));
  for (char& c : page) c = c == ',' || c == ';' || c == '|' || c == '\n' ? ' ' : c;
  for (const config::Unit& unit : config::AllUnits()) {
    INFO(unit.symbol);
    CHECK(page.find(" " + std::string(unit.symbol) + " ") != std::string::npos);
  }
}
