#pragma once

#include <QAbstractTableModel>

#include "gui/models/table_rows.h"

namespace headroom::gui {

/// A table of a report, of millions of rows if need be: jobs, requests, steps, events. Columns of seconds
/// that are points in time read as times; durations between two of them are added where they are known
/// (wait, time to the first token). Long tables are filtered and sorted on a thread of their own; until that is
/// done the rows stay as they were.
class TableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;
  ~TableModel() override;
  void Set(std::shared_ptr<const Table> table);
  /// Only rows of which some word contains `text`; a number of a row matches its "id" column.
  void SetFilter(const QString& text);
  /// Row of the report's table that a row of the model shows.
  std::size_t SourceRow(int row) const { return order_ ? (*order_)[static_cast<std::size_t>(row)] : static_cast<std::size_t>(row); }
  bool busy() const { return cancelled_ != nullptr; }
  /// Writes the rows as they are shown now, on a thread of its own. `done` is told what went wrong, or "", in this one.
  void SaveCsv(const QString& path, std::function<void(const QString& error)> done) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;

 signals:
  void BusyChanged(bool busy);

 private:
  void Arrange();
  void Take(RowOrder order);

  TableQuery query_;
  RowOrder order_;
  std::shared_ptr<std::atomic<bool>> cancelled_;  ///< of the work under way; null: none
};

}  // namespace headroom::gui
