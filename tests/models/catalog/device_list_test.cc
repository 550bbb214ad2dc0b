#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "models/catalog/library.h"

namespace headroom::catalog {
namespace {

const std::map<std::string, std::string> kSheetOf = {
    {"NVIDIA H100 SXM", "h100"},
    {"NVIDIA H200 SXM", "h200"},
    {"NVIDIA B200 SXM", "b200"},
    {"NVIDIA GB200 (per GPU)", "gb200"},
    {"NVIDIA B300 SXM", "b300"},
    {"NVIDIA GB300 (per GPU)", "gb300"},
    {"NVIDIA Rubin (VR200 per package)", "rubin"},
    {"AMD MI300X", "mi300x"},
    {"AMD MI325X", "mi325x"},
    {"AMD MI355X", "mi355x"},
    {"AMD MI455X", "mi455x"},
    {"Google TPU v4", "tpu-v4"},
    {"Google TPU v5e", "tpu-v5e"},
    {"Google TPU v5p", "tpu-v5p"},
    {"Google TPU v6e Trillium", "tpu-v6e"},
    {"Google TPU v7 Ironwood", "tpu-v7"},
    {"AWS Trainium2", "trainium2"},
    {"AWS Trainium3", "trainium3"},
    {"Groq LPU (GroqCard 1)", "groq-lpu"},
    {"Tenstorrent Wormhole n150", "wormhole-n150"},
    {"Tenstorrent Wormhole n300", "wormhole-n300"},
    {"Tenstorrent Blackhole p150", "blackhole-p150"},
    {"Tenstorrent Blackhole p300", "blackhole-p300"},
    {"Intel Gaudi3", "gaudi3"},
    {"Huawei Ascend 950DT", "ascend-950dt"},
    {"MetaX C500", "metax-c500"},
};
/// Announced without a single figure; a sheet of it would be made up.
const std::string kWithoutFigures = "MetaX C600";

}  // namespace

TEST_CASE("every device of the reference list has a sheet, and says when it is only announced",
          "[catalog][reference]") {
  const char* shared = std::getenv("HEADROOM_SHARED");
  const std::filesystem::path file =
      std::filesystem::path(shared ? shared : HEADROOM_SOURCE_DIR "/../shared") /
      "data/facility/accelerators.csv";
  if (!std::filesystem::exists(file)) {
    fmt::print("skipped: no reference list of accelerators\n");
    return;
  }
  const Library library;
  std::ifstream in(file);
  std::string line;
  int rows = 0;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#' || line.starts_with("device,")) continue;
    const std::string device = line.substr(0, line.find(','));
    if (device == kWithoutFigures) continue;
    INFO(device);
    ++rows;
    REQUIRE(kSheetOf.contains(device));
    const Accelerator& sheet = library.accelerator(kSheetOf.at(device));
    const bool announced = line.substr(device.size() + 1).starts_with("announced");
    CHECK((sheet.status() == "announced") == announced);
    CHECK(!sheet.confidence().empty());
  }
  CHECK(rows >= 26);
}

TEST_CASE("cards of workstations and small servers have sheets", "[catalog]") {
  const Library library;
  for (const char* name : {"rtx-4090", "rtx-pro-6000", "l40s", "a40", "b60"})
    CHECK(library.accelerator(name).tdp() > 0);
}

}  // namespace headroom::catalog
