#pragma once

#include <QColor>
#include <QObject>
#include <QString>
#include <memory>
#include <vector>

namespace headroom::gui {

class ReportFile;

/// A report that the views show, and how they call and colour it.
struct OpenReport {
  QString label;
  QColor colour;
  std::shared_ptr<const ReportFile> file;
};

/// An interval of simulated time, in seconds from the start.
struct TimeRange {
  double from = 0.0;
  double to = 0.0;
  double length() const { return to - from; }
  bool operator==(const TimeRange&) const = default;
};

enum class EntityKind { kNone, kRack, kNode, kAccelerator, kJob, kRequest, kUnit };

/// What the user has clicked; every view marks it.
struct Selection {
  EntityKind kind = EntityKind::kNone;
  QString name;
  bool operator==(const Selection&) const = default;
};

enum class CompareMode { kOverlay, kSideBySide, kDifference };

/// What all views of a study show together: which reports, which time, which thing, which metric.
/// A view reads it and follows its signals; a view that the user drags writes it. No setter signals
/// when nothing changes.
class StudyState : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// The first is the baseline.
  const std::vector<OpenReport>& reports() const { return reports_; }
  /// Of the longest report.
  TimeRange extent() const { return extent_; }
  double time() const { return time_; }
  TimeRange range() const { return range_; }
  const Selection& selection() const { return selection_; }
  /// Words that the names of what is listed must contain; "" is no filter.
  const QString& filter() const { return filter_; }
  /// The series that the floor plan and the diagrams are coloured by.
  const QString& metric() const { return metric_; }
  CompareMode compare_mode() const { return compare_mode_; }

  /// Shows other reports; the range falls back to the whole extent where the extent changes.
  void SetReports(std::vector<OpenReport> reports, TimeRange extent);
  /// Held within the extent.
  void SetTime(double seconds);
  /// Pans or zooms; what was shown before comes back with Pop() where `push` is set.
  void SetRange(TimeRange range, bool push = false);
  void SetFilter(const QString& filter, bool push = false);
  void SetSelection(const Selection& selection);
  void SetMetric(const QString& metric);
  void SetCompareMode(CompareMode mode);
  /// Esc: the range and filter before the last push, or everything where nothing was pushed. False
  /// where everything is shown already.
  bool Pop();

 signals:
  void ReportsChanged();
  void TimeChanged(double seconds);
  void RangeChanged(TimeRange range);
  void FilterChanged(const QString& filter);
  void SelectionChanged(const Selection& selection);
  void MetricChanged(const QString& metric);
  void CompareModeChanged(CompareMode mode);

 private:
  struct Shown {
    TimeRange range;
    QString filter;
  };
  std::vector<OpenReport> reports_;
  TimeRange extent_;
  double time_ = 0.0;
  TimeRange range_;
  Selection selection_;
  QString filter_;
  QString metric_ = QStringLiteral("rack_power");
  CompareMode compare_mode_ = CompareMode::kOverlay;
  std::vector<Shown> pushed_;
};

}  // namespace headroom::gui
