#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "gui/study/checker.h"

namespace headroom::gui {

/// The command's messages about a scenario: where, and what.
class ProblemModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;
  void Show(const CheckedPtr& checked);
  /// Messages that the command printed and that reading alone does not find, behind the others.
  void ShowPrinted(const std::vector<Finding>& findings);
  const Finding& At(int row) const { return findings_[static_cast<std::size_t>(row)]; }
  int errors() const { return errors_; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override { return 2; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<Finding> findings_;
  int errors_ = 0;
};

}  // namespace headroom::gui
