#include "analysis/export/rack_of_unit.h"

#include <algorithm>

#include "analysis/export/columns.h"

namespace headroom::report {
namespace {

bool HasTable(const Report& r, const char* path) {
  const auto& paths = r.table_paths();
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

}  // namespace

RackOfUnit::RackOfUnit(const Report& report) {
  if (!HasTable(report, "/site/systems") || !HasTable(report, "/site/placement")) return;
  const Table systems = report.table("/site/systems"), placement = report.table("/site/placement");
  using Whole = std::int64_t;
  const auto* names = ColumnOf<std::string>(systems, "name");
  const auto *racks = ColumnOf<Whole>(systems, "racks"), *per_rack = ColumnOf<Whole>(systems, "units_per_rack");
  const auto* works = ColumnOf<std::string>(placement, "workload");
  const auto *of = ColumnOf<Whole>(placement, "system"), *first = ColumnOf<Whole>(placement, "first"),
             *count = ColumnOf<Whole>(placement, "count");
  if (!names || !racks || !per_rack || !works || !of || !first || !count) return;
  Whole before = 0;
  for (std::size_t i = 0; i < names->size(); ++i) {
    systems_.push_back({(*names)[i], std::max<Whole>(1, (*per_rack)[i]), before});
    before += (*racks)[i];
  }
  for (std::size_t i = 0; i < works->size(); ++i) {
    if ((*of)[i] < 0 || (*of)[i] >= static_cast<Whole>(systems_.size())) continue;
    auto& slices = slices_[(*works)[i]];
    const Whole from = slices.empty() ? 0 : slices.back().from + slices.back().count;
    slices.push_back({from, (*count)[i], (*first)[i], static_cast<std::size_t>((*of)[i])});
  }
}

std::vector<RackOfUnit::Rack> RackOfUnit::RacksOf(const std::string& workload, std::int64_t first,
                                                  std::int64_t count) const {
  std::vector<Rack> out;
  const auto found = slices_.find(workload);
  if (found == slices_.end()) return out;
  for (const Slice& s : found->second) {
    const std::int64_t from = std::max(first, s.from), to = std::min(first + count, s.from + s.count);
    if (from >= to) continue;
    const System& system = systems_[s.system];
    const std::int64_t low = (s.first + from - s.from) / system.per_rack, high = (s.first + to - 1 - s.from) / system.per_rack;
    for (std::int64_t r = low; r <= high; ++r)
      out.push_back({system.name, static_cast<std::uint32_t>(system.racks_before + r + 1)});
  }
  return out;
}

}  // namespace headroom::report
