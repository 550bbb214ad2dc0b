#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// Which racks the units (accelerators) of workloads stand in, by the report's tables of the site.
class RackOfUnit {
 public:
  explicit RackOfUnit(const Report& report);
  struct Rack {
    std::string system;
    std::uint32_t number = 0;  ///< "rack-1" is 1
    bool operator<(const Rack& o) const { return number < o.number; }
  };
  /// The racks that hold units first ... first + count - 1 of a workload; empty where the report does not say.
  std::vector<Rack> RacksOf(const std::string& workload, std::int64_t first, std::int64_t count) const;

 private:
  struct Slice {
    std::int64_t from = 0, count = 0;  ///< units of the workload
    std::int64_t first = 0;            ///< unit of the system
    std::size_t system = 0;
  };
  struct System {
    std::string name;
    std::int64_t per_rack = 1, racks_before = 0;
  };
  std::vector<System> systems_;
  std::map<std::string, std::vector<Slice>> slices_;
};

}  // namespace headroom::report
