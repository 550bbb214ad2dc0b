#pragma once

#include <QString>
#include <vector>

#include "gui/data/report_file.h"

namespace headroom::gui {

/// What racks are coloured by: one metric at a time, each with a limit or without.
struct RackMetric {
  enum class Kind { kPower, kInlet, kDie, kUtilisation, kClock, kNetwork, kHeld, kState, kWorkload };
  Kind kind = Kind::kPower;
  QString key;    ///< as the study state names it: "rack_power"
  QString title;  ///< "Power"
  QString unit;   ///< SI
  QString help;   ///< one sentence
  bool has_limit = false;
  bool is_word = false;  ///< state and workload
};

/// All of them, in the order of the picker.
const std::vector<RackMetric>& AllRackMetrics();
/// The first where the key names none.
const RackMetric& FindRackMetric(const QString& key);
/// Whether a report has what the metric needs.
bool HasMetric(const ReportFile& file, const RackMetric& metric);

/// Racks' states from what the plant allows and the work does.
enum class RackState { kUnknown, kOff, kIdle, kBusy, kSlowed };
QString StateWord(RackState state);

/// A metric over the racks at one time.
struct RackValues {
  std::vector<double> value;  ///< by rack; NaN: missing. A state or the index into `words`
  std::vector<double> limit;  ///< by rack; NaN: none
  std::vector<QString> words;
  bool exact = true;          ///< else means of a stretch around that time stand in
  bool empty = true;          ///< nothing is in memory yet
};
RackValues RackValuesAt(const ReportFile& file, const RackMetric& metric, double time);

/// A range of colours that holds for the whole run, so that times and reports compare: of powers from 0 to
/// the largest nameplate, of shares 0 to 1, of temperatures what occurs.
struct ValueRange {
  double from = 0.0, to = 1.0;
  void Include(const ValueRange& other);
};
ValueRange RangeOf(const ReportFile& file, const RackMetric& metric);

/// The series and entity behind a metric of a rack, to plot it; series -1 where there is none.
struct RackSource {
  int series = -1;
  std::size_t entity = 0;
  double scale = 1.0;  ///< of the entity's values to the rack's
};
RackSource SourceOf(const ReportFile& file, const RackMetric& metric, int rack);

}  // namespace headroom::gui
