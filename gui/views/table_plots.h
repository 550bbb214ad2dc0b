#pragma once

#include "gui/views/plot_view.h"
#include "sim/probe/recorder.h"

namespace headroom::gui {

/// A plot made from a table of each report rather than from series. It has a range of its own.
class TablePlot : public PlotView {
  Q_OBJECT

 public:
  explicit TablePlot(StudyState* state, QWidget* parent = nullptr);
  /// What to draw; `path` is the table.
  void SetTable(const QString& path);
  QString path() const { return path_; }

 protected:
  /// The curves of one report over the whole range; empty while its table is on its way.
  virtual std::vector<PlotCurve> Make(const Table& table) const = 0;
  std::vector<PlotCurve> curves(double from, double to, int points) const override;
  std::pair<double, double> extent() const override { return extent_; }
  std::pair<double, double> shown() const override { return shown_; }
  void Show(double from, double to, bool push) override;
  QString Subject() const;

 private:
  void Gather();
  QString path_;
  struct Made {
    std::shared_ptr<const Table> table;
    std::vector<PlotCurve> curves;
  };
  std::vector<Made> made_;  ///< by report
  std::pair<double, double> extent_{0.0, 0.0}, shown_{0.0, 0.0};
};

/// The share of requests that were answered within a time: cumulative distributions, time on a log scale.
class LatencyPlot : public TablePlot {
  Q_OBJECT
 public:
  using TablePlot::TablePlot;
  QString title() const override;
  QString describe() const override;

 protected:
  std::vector<PlotCurve> Make(const Table& table) const override;
  QString x_unit() const override { return QStringLiteral("s"); }
  QString y_unit() const override { return QStringLiteral("1"); }
  bool log_x() const override { return true; }
};

/// The spectrum of a power window: rms of the utility's power over frequency.
class SpectrumPlot : public TablePlot {
  Q_OBJECT
 public:
  using TablePlot::TablePlot;
  QString title() const override;
  QString describe() const override;

 protected:
  std::vector<PlotCurve> Make(const Table& table) const override;
  QString x_unit() const override { return QStringLiteral("Hz"); }
  QString y_unit() const override { return QStringLiteral("W"); }
  bool log_x() const override { return true; }
  bool log_y() const override { return true; }
};

/// Power in a window, sample by sample, as it passes smoothing, storage and the battery.
class WindowPlot : public TablePlot {
  Q_OBJECT
 public:
  using TablePlot::TablePlot;
  QString title() const override;
  QString describe() const override;

 protected:
  std::vector<PlotCurve> Make(const Table& table) const override;
  QString y_unit() const override { return QStringLiteral("W"); }
};

}  // namespace headroom::gui
