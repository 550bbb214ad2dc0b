#pragma once

#include <memory>

#include "gui/data/report_loader.h"
#include "gui/pages/page.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QTabWidget;
class QTableView;

namespace headroom::gui {

class SweepView;

/// A collected sweep: scatter with its Pareto front, parallel coordinates, heat map and table, of axes that
/// are chosen above. A point that is opened gives its report.
class SweepResultsPage : public Page {
  Q_OBJECT

 public:
  explicit SweepResultsPage(StudyState* state, QWidget* parent = nullptr);
  QString name() const override { return tr("Results"); }
  QString emptyState() const override;
  /// Opens DIR/sweep.h5 or the file itself; what goes wrong is said on the page.
  void Open(const QString& path);

 signals:
  /// The user wants the report of a point shown.
  void ReportWanted(const QString& path);

 private:
  QWidget* MakeControls();
  void SetSweep(std::shared_ptr<const SweepResults> sweep);
  void SetMessage(const QString& message);
  void Choose();
  void OpenPoint(int point);

  ReportLoader loader_;
  std::shared_ptr<const SweepResults> sweep_;
  QComboBox* x_ = nullptr;
  QComboBox* y_ = nullptr;
  QComboBox* colour_ = nullptr;
  QCheckBox* more_x_ = nullptr;
  QCheckBox* more_y_ = nullptr;
  QLabel* message_;
  QTabWidget* tabs_;
  QTableView* table_;
  std::vector<SweepView*> views_;
};

}  // namespace headroom::gui
