#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "sim/probe/recorder.h"

namespace headroom::gui {

/// A table of a report, of millions of rows if need be: jobs, requests, steps, events. Columns of seconds
/// that are points in time read as times; durations between two of them are added where they are known
/// (wait, time to the first token).
class TableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;
  void Set(std::shared_ptr<const Table> table);
  /// Only rows of which some word contains `text`; a number of a row matches its "id" column.
  void SetFilter(const QString& text);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;
  /// Row of the report's table that a row of the model shows.
  std::size_t SourceRow(int row) const { return order_[static_cast<std::size_t>(row)]; }

 private:
  struct Derived {
    QString name;
    int from = 0, to = 0;  ///< columns
  };
  double Number(std::size_t row, int column) const;
  void Arrange();

  std::shared_ptr<const Table> table_;
  std::vector<Derived> derived_;
  std::vector<std::uint32_t> order_;
  QString filter_;
  int sorted_ = -1;
  Qt::SortOrder sort_order_ = Qt::AscendingOrder;
};

}  // namespace headroom::gui
