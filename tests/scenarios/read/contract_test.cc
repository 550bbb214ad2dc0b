#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>
#include <catch2/catch.hpp>

#include "scenarios/read/scenario_file.h"
#include "tests/scenarios/read/shared_folder.h"
#include "tests/scenarios/read/temp_folder.h"

using namespace headroom;

TEST_CASE("contract files are read, or refused only for what is not modelled yet", "[contract]") {
  const std::vector<std::string> files = test::ContractFiles();
  if (files.empty()) {
    fmt::print("skipped: no contract folder\n");
    return;
  }
  int read = 0;
  for (const std::string& file : files) {
    INFO(file);
    try {
      const scenario::LoadedScenario loaded = scenario::Load(file, {});
      ++read;
      CHECK(loaded.warnings.empty());
      // The resolved text is a scenario of its own, and the same one.
      const test::TempFolder folder;
      const scenario::LoadedScenario again =
          scenario::Load(folder.Write("resolved.yaml", loaded.resolved), {});
      CHECK(again.resolved == loaded.resolved);
      CHECK(google::protobuf::util::MessageDifferencer::Equals(again.scenario, loaded.scenario));
    } catch (const ConfigError& e) {
      for (const Finding& finding : e.findings()) {
        INFO(finding.Text());
        CHECK((finding.message.ends_with("not modelled yet") || finding.message.ends_with("`headroom sweep run` runs it")));
        CHECK(finding.place.line > 0);
      }
    }
  }
  CHECK(read >= 4);
}
