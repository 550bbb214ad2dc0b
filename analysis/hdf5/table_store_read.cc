#include "analysis/hdf5/table_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/hdf5/attributes.h"

namespace headroom::report {
namespace {

template <class T>
std::vector<T> ReadNumbers(const Hdf5File& file, hid_t dataset, hid_t memory, std::size_t rows) {
  std::vector<T> values(rows);
  if (rows > 0)
    file.Check(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read");
  return values;
}

void Collect(const Hdf5File& file, hid_t group, const std::string& path,
             std::vector<std::string>* found) {
  bool has_columns = false;
  const std::size_t place = found->size();
  for (const std::string& name : file.Links(group)) {
    const Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (H5Iget_type(object) == H5I_DATASET) has_columns = true;
    if (H5Iget_type(object) == H5I_GROUP)
      Collect(file, object, fmt::format("{}/{}", path, name), found);
  }
  if (has_columns && !path.empty())
    found->insert(found->begin() + static_cast<std::ptrdiff_t>(place), path);
}

}  // namespace

std::vector<std::string> TablePaths(const Hdf5File& file) {
  std::vector<std::string> found;
  const Handle root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose);
  Collect(file, root, "", &found);
  return found;
}

std::vector<Column> ReadColumns(const Hdf5File& file, const std::string& path,
                                std::string* dimension) {
  const Handle group =
      file.Own(H5Gopen2(file.id(), path.c_str(), H5P_DEFAULT), H5Gclose, ("read " + path).c_str());
  std::vector<Column> columns;
  for (const std::string& name : file.Links(group)) {
    const Handle d(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (H5Iget_type(d) != H5I_DATASET) continue;
    const bool is_scale = ReadText(file, d, "CLASS").value_or("").starts_with("DIMENSION_SCALE");
    if (is_scale && dimension) *dimension = name;
    Column column;
    column.name = name;
    column.units = ReadText(file, d, "units").value_or("");
    column.long_name = ReadText(file, d, "long_name").value_or("");
    if (is_scale && column.long_name == kRowNumbers) continue;
    const Handle space(H5Dget_space(d), H5Sclose);
    if (H5Sget_simple_extent_ndims(space) != 1) continue;
    const auto rows = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
    const Handle type(H5Dget_type(d), H5Tclose);
    if (H5Tget_class(type) == H5T_STRING) {
      column.values = ReadStrings(file, d);
    } else if (H5Tget_class(type) == H5T_FLOAT) {
      column.values = ReadNumbers<double>(file, d, H5T_NATIVE_DOUBLE, rows);
    } else if (H5Tget_size(type) == 1) {
      column.values = ReadNumbers<std::uint8_t>(file, d, H5T_NATIVE_UINT8, rows);
      const std::string flags = ReadText(file, d, "flag_meanings").value_or("");
      for (std::size_t from = 0; from < flags.size();) {
        const std::size_t to = std::min(flags.find(' ', from), flags.size());
        column.flags.push_back(flags.substr(from, to - from));
        from = to + 1;
      }
    } else {
      column.values = ReadNumbers<std::int64_t>(file, d, H5T_NATIVE_INT64, rows);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Table ReadTable(const Hdf5File& file, const std::string& path) {
  Table table;
  table.path = path;
  table.columns = ReadColumns(file, path, &table.dimension);
  return table;
}

}  // namespace headroom::report
