#include "gui/models/table_model.h"

#include <QCoreApplication>
#include <QPointer>
#include <QSaveFile>
#include <QThreadPool>
#include <cmath>

#include "gui/theme/figure_text.h"

namespace headroom::gui {
namespace {

constexpr int kAtOnce = 20000;  ///< rows that are arranged without a thread

}  // namespace

TableModel::~TableModel() {
  if (cancelled_) *cancelled_ = true;
}

void TableModel::Set(std::shared_ptr<const Table> table) {
  if (table == query_.table) return;
  beginResetModel();
  const QString filter = query_.filter;
  query_ = TableQuery::Of(std::move(table));
  query_.filter = filter;
  order_ = nullptr;
  endResetModel();
  Arrange();
}

void TableModel::SetFilter(const QString& text) {
  if (text == query_.filter) return;
  query_.filter = text;
  Arrange();
}

void TableModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= columnCount()) return;
  query_.sorted = column;
  query_.descending = order == Qt::DescendingOrder;
  Arrange();
}

void TableModel::Arrange() {
  if (cancelled_) *cancelled_ = true;
  const bool was = busy();
  cancelled_ = nullptr;
  if (query_.plain() || query_.rows() <= kAtOnce) {
    const std::atomic<bool> never{false};
    Take(OrderOf(query_, never));
  } else {
    cancelled_ = std::make_shared<std::atomic<bool>>(false);
    QThreadPool::globalInstance()->start([model = QPointer<TableModel>(this), query = query_, cancelled = cancelled_] {
      RowOrder order = OrderOf(query, *cancelled);
      QMetaObject::invokeMethod(qApp, [model, cancelled, order] {
        if (!model || model->cancelled_ != cancelled) return;
        model->cancelled_ = nullptr;
        model->Take(order);
        emit model->BusyChanged(false);
      });
    });
  }
  if (was != busy()) emit BusyChanged(busy());
}

void TableModel::Take(RowOrder order) {
  if (!order && !order_) return;
  beginResetModel();
  order_ = std::move(order);
  endResetModel();
}

void TableModel::SaveCsv(const QString& path, std::function<void(const QString&)> done) const {
  QThreadPool::globalInstance()->start([path, done, query = query_, order = order_] {
    QSaveFile file(path);
    const bool well = file.open(QIODevice::WriteOnly) && WriteCsv(query, order, &file) && file.flush() && file.commit();
    const QString error = well ? QString() : tr("%1: cannot write: %2").arg(path, file.errorString());
    QMetaObject::invokeMethod(qApp, [done, error] { done(error); });
  });
}

int TableModel::rowCount(const QModelIndex& parent) const {
  if (parent.isValid()) return 0;
  return order_ ? static_cast<int>(order_->size()) : query_.rows();
}

int TableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : query_.columns(); }

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const std::size_t row = SourceRow(index.row());
  const int c = index.column();
  const bool word = query_.IsWord(c);
  if (role == Qt::TextAlignmentRole) return QVariant(Qt::Alignment(word ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role != Qt::EditRole && role != Qt::DisplayRole) return {};
  if (word) return query_.Word(row, c);
  const double v = query_.Number(row, c);
  if (role == Qt::EditRole) return v;
  const bool own = c < static_cast<int>(query_.table->columns.size());
  const Column* column = own ? &query_.table->columns[static_cast<std::size_t>(c)] : nullptr;
  if (!column || column->units == "s") return std::isnan(v) ? QStringLiteral("–") : TimeFigureText(v);
  if (std::holds_alternative<std::vector<std::int64_t>>(column->values)) return QString::number(v, 'f', 0);
  return FigureText(v, QString::fromStdString(column->units));
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Vertical || section < 0 || section >= columnCount()) return {};
  if (role == Qt::DisplayRole) return query_.Head(section);
  if (role != Qt::ToolTipRole) return {};
  const bool own = section < static_cast<int>(query_.table->columns.size());
  return own ? QString::fromStdString(query_.table->columns[static_cast<std::size_t>(section)].long_name) : tr("time from one to the other");
}

}  // namespace headroom::gui
