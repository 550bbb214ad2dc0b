#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "scenarios/read/scenario_file.h"

using namespace headroom;

namespace {

std::string Contract() {
  const char* shared = std::getenv("HEADROOM_SHARED");
  return (shared ? std::string(shared) : HEADROOM_SOURCE_DIR "/../shared") + "/contract";
}

}  // namespace

TEST_CASE("contract files are read, or refused only for what is not modelled yet", "[contract]") {
  if (!std::filesystem::exists(Contract())) {
    WARN("skipped: no contract folder");
    return;
  }
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(Contract())) {
    if (entry.path().extension() != ".yaml") continue;
    INFO(entry.path().filename());
    try {
      const auto loaded = scenario::Load(entry.path().string(), {});
      ++read;
      UNSCOPED_INFO(loaded.resolved);
      CHECK(loaded.warnings.empty());
    } catch (const ConfigError& e) {
      for (const Finding& finding : e.findings()) {
        INFO(finding.Text());
        CHECK(finding.message.ends_with("not modelled yet"));
        CHECK(finding.place.line > 0);
      }
    }
  }
  CHECK(read >= 4);
}
