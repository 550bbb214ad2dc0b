#include "gui/models/table_model.h"

#include <algorithm>
#include <cmath>

#include "gui/data/columns.h"
#include "gui/theme/figure_text.h"

namespace headroom::gui {
namespace {

constexpr int kMost = 2000000000;

int Find(const Table& table, const char* name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return static_cast<int>(i);
  return -1;
}

bool IsWord(const Column& c) { return std::holds_alternative<std::vector<std::string>>(c.values) || !c.flags.empty(); }

}  // namespace

void TableModel::Set(std::shared_ptr<const Table> table) {
  if (table == table_) return;
  beginResetModel();
  table_ = std::move(table);
  derived_.clear();
  sorted_ = -1;
  if (table_) {
    for (const auto& [name, from, to] : {std::tuple{"wait", "submit", "start"}, {"run", "start", "end"},
                                         {"to first token", "arrival", "first_token"}, {"to last token", "arrival", "finish"}}) {
      const int a = Find(*table_, from), b = Find(*table_, to);
      if (a >= 0 && b >= 0) derived_.push_back({name, a, b});
    }
  }
  Arrange();
  endResetModel();
}

void TableModel::SetFilter(const QString& text) {
  if (text == filter_) return;
  beginResetModel();
  filter_ = text;
  Arrange();
  endResetModel();
}

void TableModel::Arrange() {
  order_.clear();
  if (!table_) return;
  const std::size_t rows = std::min<std::size_t>(RowsOf(*table_), kMost);
  bool number = false;
  const double wanted = filter_.toDouble(&number);
  const int id = Find(*table_, "id");
  for (std::size_t r = 0; r < rows; ++r) {
    bool shown = filter_.isEmpty() || (number && id >= 0 && NumberAt(table_->columns[static_cast<std::size_t>(id)], r) == wanted);
    for (const Column& c : table_->columns) {
      if (shown) break;
      shown = IsWord(c) && QString::fromStdString(WordAt(c, r)).contains(filter_, Qt::CaseInsensitive);
    }
    if (shown) order_.push_back(static_cast<std::uint32_t>(r));
  }
  if (sorted_ < 0) return;
  const auto column = static_cast<std::size_t>(sorted_);
  const bool words = column < table_->columns.size() && std::holds_alternative<std::vector<std::string>>(table_->columns[column].values);
  const auto less = [&](std::uint32_t a, std::uint32_t b) {
    if (words) return WordAt(table_->columns[column], a) < WordAt(table_->columns[column], b);
    const double x = Number(a, sorted_), y = Number(b, sorted_);
    return std::isnan(y) ? !std::isnan(x) : x < y;
  };
  std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return sort_order_ == Qt::AscendingOrder ? less(a, b) : less(b, a);
  });
}

double TableModel::Number(std::size_t row, int column) const {
  const int own = static_cast<int>(table_->columns.size());
  if (column < own) return NumberAt(table_->columns[static_cast<std::size_t>(column)], row);
  const Derived& d = derived_[static_cast<std::size_t>(column - own)];
  return Number(row, d.to) - Number(row, d.from);
}

int TableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(order_.size()); }

int TableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() || !table_ ? 0 : static_cast<int>(table_->columns.size() + derived_.size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const std::size_t row = order_[static_cast<std::size_t>(index.row())];
  const auto own = table_->columns.size();
  const auto c = static_cast<std::size_t>(index.column());
  const Column* column = c < own ? &table_->columns[c] : nullptr;
  const bool word = column && IsWord(*column);
  if (role == Qt::TextAlignmentRole) return QVariant(Qt::Alignment(word ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::EditRole) return word ? QVariant(QString::fromStdString(WordAt(*column, row))) : QVariant(Number(row, index.column()));
  if (role != Qt::DisplayRole) return {};
  if (word) return QString::fromStdString(WordAt(*column, row));
  const double v = Number(row, index.column());
  if (!column || column->units == "s") return std::isnan(v) ? QStringLiteral("–") : TimeFigureText(v);
  if (std::holds_alternative<std::vector<std::int64_t>>(column->values)) return QString::number(v, 'f', 0);
  return FigureText(v, QString::fromStdString(column->units));
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical || !table_ || section < 0 || section >= columnCount()) return {};
  const auto own = table_->columns.size();
  const auto c = static_cast<std::size_t>(section);
  if (role == Qt::DisplayRole)
    return c < own ? QString::fromStdString(table_->columns[c].name).replace('_', ' ') : derived_[c - own].name;
  if (role == Qt::ToolTipRole)
    return c < own ? QString::fromStdString(table_->columns[c].long_name) : tr("time from one to the other");
  return {};
}

void TableModel::sort(int column, Qt::SortOrder order) {
  if (!table_ || column < 0 || column >= columnCount()) return;
  beginResetModel();
  sorted_ = column;
  sort_order_ = order;
  Arrange();
  endResetModel();
}

}  // namespace headroom::gui
