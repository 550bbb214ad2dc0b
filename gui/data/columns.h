#pragma once

#include <string>
#include <vector>

#include "sim/probe/recorder.h"

namespace headroom::gui {

/// Columns of a report's table by name. What is not there, or of another kind, is empty.
const Column* FindColumn(const Table& table, const std::string& name);
const std::vector<double>& Reals(const Table& table, const std::string& name);
const std::vector<std::int64_t>& Wholes(const Table& table, const std::string& name);
const std::vector<std::string>& Words(const Table& table, const std::string& name);
const std::vector<std::uint8_t>& Flags(const Table& table, const std::string& name);
std::size_t RowsOf(const Table& table);
/// A cell as a number; NaN where it is a word.
double NumberAt(const Column& column, std::size_t row);
/// A cell as a word: of a category its meaning.
std::string WordAt(const Column& column, std::size_t row);

}  // namespace headroom::gui
