#pragma once

#include <string>
#include <vector>

#include "sim/probe/recorder.h"

namespace headroom::report {

/// The values of a column of a table; null where there is none of that name and type.
template <class T>
const std::vector<T>* ColumnOf(const Table& table, const std::string& name) {
  for (const Column& c : table.columns)
    if (c.name == name) return std::get_if<std::vector<T>>(&c.values);
  return nullptr;
}

inline std::size_t RowsOf(const Table& table) {
  return table.columns.empty() ? 0 : std::visit([](const auto& v) { return v.size(); }, table.columns[0].values);
}

/// The word of a category.
inline std::string FlagOf(const Table& table, const std::string& name, std::size_t row) {
  for (const Column& c : table.columns)
    if (const auto* v = std::get_if<std::vector<std::uint8_t>>(&c.values); v && c.name == name)
      return (*v)[row] < c.flags.size() ? c.flags[(*v)[row]] : std::to_string((*v)[row]);
  return "";
}

}  // namespace headroom::report
