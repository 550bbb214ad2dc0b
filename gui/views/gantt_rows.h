#pragma once

#include <QString>
#include <memory>
#include <set>
#include <vector>

#include "gui/data/report_file.h"

namespace headroom::gui {

/// A stretch of time in which some units of the site are held.
struct GanttBar {
  QString label;       ///< "pretrain", "job 12"
  QString workload;
  double from = 0.0, to = 0.0;
  int first = 0, last = 0;  ///< accelerators of the site, counted over racks of the same system
  int system = 0;
  bool failed = false;
  bool job = false;
};

/// A row of the Gantt: the site, a system, a rack, a node or an accelerator.
struct GanttRow {
  enum class Kind { kSite, kSystem, kRack, kNode, kAccelerator };
  Kind kind = Kind::kSite;
  QString name;
  int depth = 0;
  int system = -1, rack = -1;
  int first = 0, last = 0;  ///< units of the system
  bool parent = false;      ///< has rows below
  QString key;              ///< unique, for what is open
};

/// What of a report the Gantt shows: bars of workloads and jobs, and rows of which some are open.
class GanttRows {
 public:
  /// Bars come as tables arrive; true where something changed.
  bool Read(const ReportFile& file);
  /// Whether Read() would find more.
  bool Due(const ReportFile& file) const;
  /// Rows in order, those below closed ones left out.
  std::vector<GanttRow> Rows(const ReportFile& file, const std::set<QString>& open) const;
  /// Bars that touch a row, in order of their begin.
  std::vector<const GanttBar*> BarsOf(const GanttRow& row) const;
  const std::vector<GanttBar>& bars() const { return bars_; }

 private:
  std::vector<GanttBar> bars_;
  std::vector<std::vector<std::uint32_t>> by_rack_;  ///< bars that touch it
  std::set<std::string> read_;
  bool placed_ = false;
};

}  // namespace headroom::gui
