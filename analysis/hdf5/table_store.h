#pragma once

#include "analysis/hdf5/hdf5.h"
#include "sim/probe/recorder.h"

namespace headroom::report {

/// `long_name` of a row axis that WriteTable() added.
inline constexpr const char* kRowNumbers = "row number";

/// Writes `table` as a group of equal-length one-dimensional datasets with a dimension scale of
/// their own: the column named as the dimension, else the row numbers 0, 1, 2 ...
void WriteTable(const Hdf5File& file, const Table& table);

/// Writes one column as a dataset of `group`, with its units, long name and flags, and gives the dataset.
Handle WriteColumn(const Hdf5File& file, hid_t group, const Column& column);

/// The table in the group at `path`. Row numbers that WriteTable() added are left out again.
Table ReadTable(const Hdf5File& file, const std::string& path);

/// The one-dimensional datasets of the group at `path`, row numbers left out; `dimension` becomes the name of the row axis.
std::vector<Column> ReadColumns(const Hdf5File& file, const std::string& path,
                                std::string* dimension = nullptr);

/// Absolute paths of the groups that hold a table, in the order in which they were written.
std::vector<std::string> TablePaths(const Hdf5File& file);

}  // namespace headroom::report
