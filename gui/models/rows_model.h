#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QString>
#include <QVariant>
#include <vector>

namespace headroom::gui {

/// A cell: what is shown, what it is sorted and exported by, and what says more.
struct Cell {
  QString text;
  QVariant value;  ///< a number where it is one
  QString hint;    ///< tool tip
  QColor colour;   ///< of the text; invalid: the palette's
  bool right = false;
};
/// A figure with its unit; exported as the number.
Cell NumberCell(double value, const QString& unit);
Cell TimeCell(double seconds);
Cell TextCell(const QString& text);

/// A table that is held as it is shown: what a view says in rows and columns.
class RowsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using Row = std::vector<Cell>;
  using QAbstractTableModel::QAbstractTableModel;
  /// Rows are as long as the headers. Tells views as little as the change allows.
  void Set(QStringList headers, std::vector<Row> rows);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  void sort(int column, Qt::SortOrder order) override;
  const Cell& cell(int row, int column) const { return rows_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)]; }

 private:
  QStringList headers_;
  std::vector<Row> rows_;
};

/// A word as a field of CSV: quoted where it must be.
QString CsvField(QString text);
/// Any model as CSV text: a header line, then numbers as they are and words quoted where they must be.
QString CsvOf(const QAbstractItemModel& model);

}  // namespace headroom::gui
