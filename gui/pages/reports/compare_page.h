#pragma once

#include "analysis/compare/compare.h"
#include "gui/pages/reports/report_page.h"

class QButtonGroup;
class QComboBox;
class QLineEdit;
class QTabWidget;
class QTableView;
class QTreeView;

namespace headroom::gui {

class ComparisonModel;
class RowsModel;
class SeriesPlot;
class ViewPanes;

/// The shown reports beside the first: every figure with its difference and whether that is better, what
/// differs in their scenarios, and their power over each other; on a second tab one view of each in a grid.
class ComparePage : public ReportPage {
  Q_OBJECT

 public:
  explicit ComparePage(StudyState* state, QWidget* parent = nullptr);
  QString name() const override { return tr("Compare"); }
  QString emptyState() const override;
  ComparisonModel* figures() const { return figures_; }
  RowsModel* inputs() const { return inputs_; }
  /// The view that the grid shows: "floor", "power", "cooling", "network", "work", or the key of a plot.
  void SetMultiples(const QString& key);

 signals:
  /// The user chose another view for the grid.
  void MultiplesChanged(const QString& key);

 private:
  QWidget* MakeControls();
  QWidget* MakeMultiples();
  void ListMultiples();
  void Follow();
  void Show(report::Comparison comparison);

  ComparisonModel* figures_;
  RowsModel* inputs_;
  QTreeView* tree_;
  QTableView* differs_;
  QButtonGroup* mode_ = nullptr;
  SeriesPlot* plot_;
  QTabWidget* tabs_;
  QComboBox* which_ = nullptr;
  ViewPanes* grid_ = nullptr;
  QString multiples_ = QStringLiteral("floor");
  int asked_ = 0;
};

}  // namespace headroom::gui
