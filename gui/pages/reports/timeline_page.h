#pragma once

#include "gui/pages/reports/report_page.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QTableView;

namespace headroom::gui {

class TableModel;

/// Who holds what when, and the tables of jobs, requests, steps and events below it.
class TimelinePage : public ReportPage {
  Q_OBJECT

 public:
  explicit TimelinePage(StudyState* state, QWidget* parent = nullptr);
  QString name() const override { return tr("Timeline"); }

 private:
  void List();
  void Follow();
  void Chosen(const QModelIndex& index);

  QComboBox* which_;
  QLineEdit* filter_;
  QTableView* rows_;
  TableModel* model_;
  QLabel* said_;
};

}  // namespace headroom::gui
