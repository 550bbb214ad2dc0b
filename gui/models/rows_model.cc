#include "gui/models/rows_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gui/theme/figure_text.h"

namespace headroom::gui {
namespace {

/// Numbers before words, missing ones last.
bool Before(const QVariant& a, const QVariant& b) {
  const bool an = a.typeId() == QMetaType::Double, bn = b.typeId() == QMetaType::Double;
  if (an && bn) {
    const double x = a.toDouble(), y = b.toDouble();
    return std::isnan(y) ? !std::isnan(x) : x < y;
  }
  if (an != bn) return an;
  return a.toString().localeAwareCompare(b.toString()) < 0;
}

}  // namespace

Cell NumberCell(double value, const QString& unit) {
  return {FigureText(value, unit), value, {}, {}, true};
}

Cell TimeCell(double seconds) {
  return {std::isnan(seconds) ? QStringLiteral("–") : TimeFigureText(seconds), seconds, {}, {}, true};
}

Cell TextCell(const QString& text) { return {text, text, {}, {}, false}; }

void RowsModel::Set(QStringList headers, std::vector<Row> rows) {
  if (headers == headers_ && rows.size() == rows_.size()) {
    rows_ = std::move(rows);
    if (!rows_.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    return;
  }
  beginResetModel();
  headers_ = std::move(headers);
  rows_ = std::move(rows);
  endResetModel();
}

int RowsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(rows_.size()); }

int RowsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(headers_.size()); }

QVariant RowsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Cell& c = cell(index.row(), index.column());
  switch (role) {
    case Qt::DisplayRole: return c.text;
    case Qt::EditRole: return c.value;
    case Qt::ToolTipRole: return c.hint.isEmpty() ? QVariant() : c.hint;
    case Qt::ForegroundRole: return c.colour.isValid() ? QVariant(c.colour) : QVariant();
    case Qt::TextAlignmentRole: return QVariant(Qt::Alignment(c.right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return {};
  }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical || section < 0 || section >= headers_.size()) return {};
  if (role == Qt::DisplayRole) return headers_[section];
  if (role == Qt::TextAlignmentRole && !rows_.empty())
    return QVariant(Qt::Alignment(cell(0, section).right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  return {};
}

void RowsModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= columnCount()) return;
  emit layoutAboutToBeChanged({}, VerticalSortHint);
  std::vector<std::size_t> from(rows_.size());
  std::iota(from.begin(), from.end(), 0u);
  std::stable_sort(from.begin(), from.end(), [&](std::size_t a, std::size_t b) {
    const auto c = static_cast<std::size_t>(column);
    return order == Qt::AscendingOrder ? Before(rows_[a][c].value, rows_[b][c].value) : Before(rows_[b][c].value, rows_[a][c].value);
  });
  std::vector<int> place(rows_.size());
  std::vector<Row> sorted(rows_.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    place[from[i]] = static_cast<int>(i);
    sorted[i] = std::move(rows_[from[i]]);
  }
  rows_ = std::move(sorted);
  for (const QModelIndex& i : persistentIndexList())
    changePersistentIndex(i, index(place[static_cast<std::size_t>(i.row())], i.column()));
  emit layoutChanged({}, VerticalSortHint);
}

QString CsvField(QString text) {
  if (!text.contains(',') && !text.contains('"') && !text.contains('\n')) return text;
  return '"' + text.replace("\"", "\"\"") + '"';
}

QString CsvOf(const QAbstractItemModel& model) {
  QString out;
  const int columns = model.columnCount();
  for (int c = 0; c < columns; ++c)
    out += (c ? "," : "") + CsvField(model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString());
  out += '\n';
  for (int r = 0; r < model.rowCount(); ++r) {
    for (int c = 0; c < columns; ++c) {
      const QVariant value = model.data(model.index(r, c), Qt::EditRole);
      const bool number = value.typeId() == QMetaType::Double;
      const QString text = number ? (std::isnan(value.toDouble()) ? QString() : QString::number(value.toDouble(), 'g', 15))
                                  : value.toString();
      out += (c ? "," : "") + CsvField(text);
    }
    out += '\n';
  }
  return out;
}

}  // namespace headroom::gui
