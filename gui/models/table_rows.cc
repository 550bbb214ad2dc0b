#include "gui/models/table_rows.h"

#include <QIODevice>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "gui/data/columns.h"
#include "gui/models/rows_model.h"

namespace headroom::gui {
namespace {

constexpr std::size_t kMost = 2000000000;
constexpr std::size_t kLook = 4096;  ///< rows between two looks at whether the work is still wanted

int Find(const Table& table, const char* name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].name == name) return static_cast<int>(i);
  return -1;
}

const Column* Own(const TableQuery& q, int column) {
  return column < static_cast<int>(q.table->columns.size()) ? &q.table->columns[static_cast<std::size_t>(column)] : nullptr;
}

std::vector<std::uint32_t> Filtered(const TableQuery& q, const std::atomic<bool>& cancelled) {
  std::vector<std::uint32_t> out;
  const auto rows = static_cast<std::size_t>(q.rows());
  if (q.filter.isEmpty()) {
    out.resize(rows);
    std::iota(out.begin(), out.end(), 0u);
    return out;
  }
  bool number = false;
  const double wanted = q.filter.toDouble(&number);
  const int id = number ? Find(*q.table, "id") : -1;
  std::vector<int> words;
  for (int c = 0; c < static_cast<int>(q.table->columns.size()); ++c)
    if (q.IsWord(c)) words.push_back(c);
  for (std::size_t r = 0; r < rows; ++r) {
    if (r % kLook == 0 && cancelled) return {};
    const bool shown = (id >= 0 && q.Number(r, id) == wanted) || std::any_of(words.begin(), words.end(), [&](int c) {
                         return q.Word(r, c).contains(q.filter, Qt::CaseInsensitive);
                       });
    if (shown) out.push_back(static_cast<std::uint32_t>(r));
  }
  return out;
}

template <class Key, class Less>
void SortBy(std::vector<std::uint32_t>* rows, const std::vector<Key>& keys, bool descending, Less less) {
  std::stable_sort(rows->begin(), rows->end(), [&](std::uint32_t a, std::uint32_t b) {
    return descending ? less(keys[b], keys[a]) : less(keys[a], keys[b]);
  });
}

}  // namespace

TableQuery TableQuery::Of(std::shared_ptr<const Table> table) {
  TableQuery q;
  q.table = std::move(table);
  if (!q.table) return q;
  for (const auto& [name, from, to] : {std::tuple{"wait", "submit", "start"}, {"run", "start", "end"},
                                       {"to first token", "arrival", "first_token"}, {"to last token", "arrival", "finish"}}) {
    const int a = Find(*q.table, from), b = Find(*q.table, to);
    if (a >= 0 && b >= 0) q.derived.push_back({name, a, b});
  }
  return q;
}

int TableQuery::rows() const { return table ? static_cast<int>(std::min(RowsOf(*table), kMost)) : 0; }

int TableQuery::columns() const { return table ? static_cast<int>(table->columns.size() + derived.size()) : 0; }

bool TableQuery::IsWord(int column) const {
  const Column* c = Own(*this, column);
  return c != nullptr && (std::holds_alternative<std::vector<std::string>>(c->values) || !c->flags.empty());
}

QString TableQuery::Head(int column) const {
  const Column* c = Own(*this, column);
  if (c == nullptr) return derived[static_cast<std::size_t>(column) - table->columns.size()].name;
  return QString::fromStdString(c->name).replace('_', ' ');
}

double TableQuery::Number(std::size_t row, int column) const {
  if (const Column* c = Own(*this, column)) return NumberAt(*c, row);
  const Derived& d = derived[static_cast<std::size_t>(column) - table->columns.size()];
  return Number(row, d.to) - Number(row, d.from);
}

QString TableQuery::Word(std::size_t row, int column) const { return QString::fromStdString(WordAt(*Own(*this, column), row)); }

RowOrder OrderOf(const TableQuery& q, const std::atomic<bool>& cancelled) {
  if (!q.table || q.plain()) return nullptr;
  auto rows = std::make_shared<std::vector<std::uint32_t>>(Filtered(q, cancelled));
  if (q.sorted >= 0 && !cancelled) {
    const Column* own = Own(q, q.sorted);
    if (own != nullptr && std::holds_alternative<std::vector<std::string>>(own->values)) {
      SortBy(rows.get(), std::get<std::vector<std::string>>(own->values), q.descending, std::less<std::string>());
    } else {
      std::vector<double> keys(static_cast<std::size_t>(q.rows()));
      for (const std::uint32_t r : *rows) keys[r] = q.Number(r, q.sorted);
      SortBy(rows.get(), keys, q.descending, [](double x, double y) { return std::isnan(y) ? !std::isnan(x) : x < y; });
    }
  }
  return cancelled ? nullptr : rows;
}

bool WriteCsv(const TableQuery& q, const RowOrder& order, QIODevice* device) {
  const int columns = q.columns();
  QByteArray text;
  for (int c = 0; c < columns; ++c) text += (c ? "," : "") + CsvField(q.Head(c)).toUtf8();
  text += '\n';
  const std::size_t rows = order ? order->size() : static_cast<std::size_t>(q.rows());
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t r = order ? (*order)[i] : i;
    for (int c = 0; c < columns; ++c) {
      if (c) text += ',';
      if (q.IsWord(c)) text += CsvField(q.Word(r, c)).toUtf8();
      else if (const double v = q.Number(r, c); !std::isnan(v)) text += QByteArray::number(v, 'g', 15);
    }
    text += '\n';
    if (text.size() < (1 << 20)) continue;
    if (device->write(text) != text.size()) return false;
    text.clear();
  }
  return device->write(text) == text.size();
}

}  // namespace headroom::gui
