#include "gui/data/columns.h"

#include <fmt/format.h>

#include <limits>

namespace headroom::gui {
namespace {

template <class T>
const std::vector<T>& Get(const Table& table, const std::string& name) {
  static const std::vector<T> none;
  const Column* c = FindColumn(table, name);
  const auto* values = c ? std::get_if<std::vector<T>>(&c->values) : nullptr;
  return values ? *values : none;
}

}  // namespace

const Column* FindColumn(const Table& table, const std::string& name) {
  for (const Column& c : table.columns)
    if (c.name == name) return &c;
  return nullptr;
}

const std::vector<double>& Reals(const Table& t, const std::string& n) { return Get<double>(t, n); }
const std::vector<std::int64_t>& Wholes(const Table& t, const std::string& n) { return Get<std::int64_t>(t, n); }
const std::vector<std::string>& Words(const Table& t, const std::string& n) { return Get<std::string>(t, n); }
const std::vector<std::uint8_t>& Flags(const Table& t, const std::string& n) { return Get<std::uint8_t>(t, n); }

std::size_t RowsOf(const Table& table) {
  if (table.columns.empty()) return 0;
  return std::visit([](const auto& values) { return values.size(); }, table.columns.front().values);
}

double NumberAt(const Column& column, std::size_t row) {
  return std::visit(
      [row](const auto& values) {
        using T = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<T, std::string>)
          return std::numeric_limits<double>::quiet_NaN();
        else
          return static_cast<double>(values[row]);
      },
      column.values);
}

std::string WordAt(const Column& column, std::size_t row) {
  if (const auto* words = std::get_if<std::vector<std::string>>(&column.values)) return (*words)[row];
  if (const auto* flags = std::get_if<std::vector<std::uint8_t>>(&column.values); flags && (*flags)[row] < column.flags.size())
    return column.flags[(*flags)[row]];
  return fmt::format("{:.10g}", NumberAt(column, row));
}

}  // namespace headroom::gui
