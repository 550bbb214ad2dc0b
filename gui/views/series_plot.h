#pragma once

#include "gui/views/plot_view.h"

namespace headroom::gui {

/// One entity of a series, for the reports that have it.
struct PlotLine {
  QString series;
  std::size_t entity = 0;
  QString label;
  double scale = 1.0;
  QString name = {};  ///< of the entity, by which it is found in every report; "": by its number
};

/// Series over simulated time, with the study's range and cursor. Several reports lie over each other, a
/// colour each; as differences the baseline is taken off the others.
class SeriesPlot : public PlotView {
  Q_OBJECT

 public:
  explicit SeriesPlot(StudyState* state, QWidget* parent = nullptr);
  /// Lines of one unit. `help` defines them in one sentence.
  void SetLines(QString name, QString unit, QString help, std::vector<PlotLine> lines);
  /// Every entity of a series, up to `most`.
  void SetSeries(const QString& series, std::size_t most = 8);
  /// Only one of the reports, for side by side; -1: all. What is taken off is the first in every case.
  void SetReport(int report, bool minus_baseline = false);

  QString title() const override;
  QString describe() const override;

 protected:
  std::vector<PlotCurve> curves(double from, double to, int points) const override;
  std::vector<Limit> limits() const override;
  QString y_unit() const override { return unit_; }
  std::pair<double, double> extent() const override;
  std::pair<double, double> shown() const override;
  void Show(double from, double to, bool push) override;
  void Clicked(double x) override;
  double cursor() const override;

 private:
  PlotCurve CurveOf(std::size_t report, const PlotLine& line, double from, double to, int points) const;

  QString name_, unit_, help_;
  std::vector<PlotLine> lines_;
  int report_ = -1;
  bool minus_ = false;
};

/// What a series is called on screen: "rack_group_power" is "Rack group power".
QString SeriesTitle(const QString& name);

}  // namespace headroom::gui
