#include "analysis/export/rack_of_unit.h"

#include <catch2/catch.hpp>

#include "tests/analysis/export/worked_report.h"

using namespace headroom::report;

namespace {
std::vector<std::uint32_t> Numbers(const std::vector<RackOfUnit::Rack>& racks) {
  std::vector<std::uint32_t> out;
  for (const auto& r : racks) out.push_back(r.number);
  return out;
}
}  // namespace

// Batch holds units 2-7 of system a (4 a rack) and 0-5 of b (2 a rack; its racks are 3, 4, 5).
TEST_CASE("units are found in their racks, across systems", "[rack_of_unit]") {
  const WorkedFolder folder;
  const RackOfUnit racks(WorkedReport(folder));
  using Numbered = std::vector<std::uint32_t>;
  CHECK(Numbers(racks.RacksOf("batch", 0, 1)) == Numbered{1});
  CHECK(Numbers(racks.RacksOf("batch", 1, 2)) == Numbered{1, 2});
  CHECK(Numbers(racks.RacksOf("batch", 2, 4)) == Numbered{2});
  CHECK(Numbers(racks.RacksOf("batch", 5, 2)) == Numbered{2, 3});
  CHECK(Numbers(racks.RacksOf("batch", 6, 6)) == Numbered{3, 4, 5});
  CHECK(racks.RacksOf("batch", 6, 1).front().system == "b");
  CHECK(racks.RacksOf("nobody", 0, 1).empty());
}
