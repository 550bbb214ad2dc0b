#pragma once

#include "gui/views/plot_view.h"
#include "sim/probe/recorder.h"

namespace headroom::gui {

/// What a table of a report is drawn as.
struct TablePlotKind {
  const char* title;     ///< with %1 for the subject
  const char* describe;  ///< one sentence
  std::vector<PlotCurve> (*curves)(const Table& table);  ///< of one report, over the whole range
  const char* x_unit;    ///< "": time
  const char* y_unit;
  bool log_x = false, log_y = false;
};

/// The share of requests that were answered within a time: cumulative distributions, time on a log scale.
extern const TablePlotKind kLatencyPlot;
/// The spectrum of a power window: rms of the utility's power over frequency.
extern const TablePlotKind kSpectrumPlot;
/// Power in a window, sample by sample, as it passes smoothing, storage and the battery.
extern const TablePlotKind kWindowPlot;

/// A plot made from a table of each report rather than from series, off the GUI thread. It has a range of its own.
class TablePlot : public PlotView {
  Q_OBJECT

 public:
  TablePlot(StudyState* state, const TablePlotKind& kind, QWidget* parent = nullptr);
  /// What to draw; `path` is the table.
  void SetTable(const QString& path);
  /// All reports over each other, one of them, or one less the first.
  void SetReport(int report, Pane pane);
  QString title() const override { return tr(kind_.title).arg(Subject()); }
  QString describe() const override { return tr(kind_.describe); }

 protected:
  std::vector<PlotCurve> curves(double from, double to, int points) const override;
  std::pair<double, double> extent() const override { return extent_; }
  std::pair<double, double> shown() const override { return shown_; }
  void Show(double from, double to, bool push) override;
  QString x_unit() const override { return kind_.x_unit; }
  QString y_unit() const override { return kind_.y_unit; }
  bool log_x() const override { return kind_.log_x; }
  bool log_y() const override { return kind_.log_y && pane_ != Pane::kDifference; }

 private:
  struct Made {
    std::shared_ptr<const Table> table;
    std::vector<PlotCurve> curves;
  };
  QString Subject() const;
  void Restart();
  void Gather();
  void Take(std::size_t report, std::vector<PlotCurve> curves);

  const TablePlotKind& kind_;
  QString path_;
  int report_ = 0;
  Pane pane_ = Pane::kOverlay;
  std::vector<Made> made_;  ///< by report
  int begun_ = 0;           ///< counts restarts, so that what comes too late is let go
  std::pair<double, double> extent_{0.0, 0.0}, shown_{0.0, 0.0};
};

}  // namespace headroom::gui
