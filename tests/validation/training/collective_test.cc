#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "tests/validation/training/cases.h"
#include "tests/validation/training/csv.h"
#include "tests/validation/training/report.h"

namespace headroom::validation {
namespace {

using network::Algorithm;
using network::Operation;

// The filling of NVLS' pipeline is fitted on rows 0, 2, 4 ...; rows 1, 3, 5 ... judge.
TEST_CASE("all-reduce on 8 x H100 from 8 B to 16 GiB", "[validation][network]") {
  const auto folder = TrainingTables();
  if (!folder) {
    fmt::print("skipped: no measured tables\n");
    return;
  }
  const catalog::Library library;
  const network::FabricParams fabric = FabricOf(library.accelerator("h100"));
  const network::Group group = network::MakeGroup(fabric, 8, 1);
  std::vector<Line> lines;
  int i = 0;
  for (const Row& r : ReadTable(*folder + "/nccl_h100x8_allreduce_sweep.csv")) {
    const double bytes = r.number("bytes");
    const auto c = network::Cost(fabric, group, Operation::kAllReduce, Algorithm::kAuto, bytes);
    lines.push_back({"all-reduce, 8 x H100, in place", fmt::format("{:.0f} B", bytes),
                     r.number("ip_time_us"), c.seconds * 1e6, "us", i++ % 2 == 0, true,
                     network::Name(c.algorithm) + " " + network::Name(c.protocol)});
  }
  Publish(lines, "collectives_h100.md", "All-reduce on 8 x H100");
  const Errors judged = Summarise(lines);
  CHECK(judged.median <= 0.08);
  CHECK(judged.rows >= 15);
}

TEST_CASE("published bus bandwidths", "[validation][network]") {
  const auto folder = TrainingTables();
  if (!folder) {
    fmt::print("skipped: no measured tables\n");
    return;
  }
  const catalog::Library library;
  std::vector<Line> lines;
  const std::pair<const char*, const char*> chips[] = {
      {"8x H100", "h100"},      {"8x H200", "h200"},     {"8x B200", "b200"},
      {"GB200 NVL72", "gb200"}, {"8x MI300X", "mi300x"}, {"8x A100", "a100-80g"}};
  for (const Row& r : ReadTable(*folder + "/nccl_rccl_busbw.csv")) {
    const std::string hardware = r.text("hardware"), algo = r.text("algo");
    const auto chip = std::find_if(std::begin(chips), std::end(chips),
                                   [&](auto& c) { return hardware.find(c.first) == 0; });
    const std::string name = r.text("collective");
    if (chip == std::end(chips) || name.find("p2p") == 0 ||
        r.text("scope").find("nodes") != std::string::npos)
      continue;
    const Operation op = name == "all_reduce"   ? Operation::kAllReduce
                         : name == "all_gather" ? Operation::kAllGather
                                                : Operation::kReduceScatter;
    const network::FabricParams fabric = FabricOf(library.accelerator(chip->second));
    const auto ranks = static_cast<std::uint32_t>(r.number("ranks"));
    const bool ring = algo.find("Ring") == 0 || algo == "no SHARP";
    const auto c = network::Cost(fabric, network::MakeGroup(fabric, ranks, 1), op,
                                 ring ? Algorithm::kRing : Algorithm::kAuto, 8.0 * (1u << 30));
    lines.push_back({"bus bandwidth at 8 GiB",
                     fmt::format("{} x{} {} {}", hardware, ranks, name, algo),
                     r.number("busbw_GBps"), c.bus_bandwidth / 1e9, "GB/s", false, true,
                     network::Name(c.algorithm)});
  }
  Publish(lines, "collectives_bus_bandwidth.md", "Published bus bandwidths");
  CHECK(Summarise(lines).median <= 0.05);
}

}  // namespace
}  // namespace headroom::validation
