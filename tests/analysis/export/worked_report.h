#pragma once

#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// A folder of its own, gone with it.
class WorkedFolder {
 public:
  WorkedFolder();
  ~WorkedFolder();
  WorkedFolder(const WorkedFolder&) = delete;
  WorkedFolder& operator=(const WorkedFolder&) = delete;
  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// A site of 2 systems ("a" of 2 racks with 4 units each, "b" of 3 racks with 2), 100 s in intervals of 10 s:
///
///     site_power   1000, 1000, 2000 ... W: the second interval equals the first
///     rack_power   two racks; the second is missing in the first interval and 0 then
///     batch        jobs 7 (units 2-5, 10 to 40 s), 8 (unit 0, 20 to 60 s), 9 (units 6-9, from 50 s on, not ended)
///     train        steps at 0, 10 and 30 s of 10, 10 and 50 s; a step is 6 s compute and 4 s bubble
///     chat         requests 1 (0 to 4 s), 2 (1 to 5 s), 3 (6 to 8 s) on one replica, 4 rejected
Report WorkedReport(const WorkedFolder& folder);

}  // namespace headroom::report
