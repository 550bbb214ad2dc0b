#pragma once

#include "gui/pages/reports/report_page.h"

class QComboBox;
class QLabel;
class QTabWidget;

namespace headroom::gui {

class SeriesPlot;
class ViewPanes;

/// The site at one time: floor plan, power tree, cooling and network, and beside them what is selected.
class SitePage : public ReportPage {
  Q_OBJECT

 public:
  explicit SitePage(StudyState* state, QWidget* parent = nullptr);
  QString name() const override { return tr("Site"); }

 private:
  QWidget* MakeControls();
  QWidget* MakeSide();
  void FollowMetric();
  void FollowSelection();
  void FollowReports();

  QComboBox* metric_ = nullptr;
  QComboBox* shade_ = nullptr;
  QTabWidget* tabs_ = nullptr;
  ViewPanes* floors_ = nullptr;
  QLabel* selected_ = nullptr;
  SeriesPlot* plot_ = nullptr;
};

}  // namespace headroom::gui
