#pragma once

#include "gui/pages/reports/report_page.h"

class QButtonGroup;
class QLineEdit;
class QTableView;
class QTreeView;

namespace headroom::gui {

class ComparisonModel;
class RowsModel;
class SeriesPlot;

/// The shown reports beside the first: every figure with its difference and whether that is better, what
/// differs in their scenarios, and their power over each other.
class ComparePage : public ReportPage {
  Q_OBJECT

 public:
  explicit ComparePage(StudyState* state, QWidget* parent = nullptr);
  QString name() const override { return tr("Compare"); }
  QString emptyState() const override;
  ComparisonModel* figures() const { return figures_; }
  RowsModel* inputs() const { return inputs_; }

 private:
  QWidget* MakeControls();
  void Follow();

  ComparisonModel* figures_;
  RowsModel* inputs_;
  QTreeView* tree_;
  QTableView* differs_;
  QButtonGroup* mode_ = nullptr;
  SeriesPlot* plot_;
};

}  // namespace headroom::gui
