#include "analysis/hdf5/table_store.h"

#include <algorithm>
#include <numeric>

#include "analysis/hdf5/attributes.h"
#include "sim/core/check.h"

namespace headroom::report {
namespace {

constexpr hsize_t kChunkBytes = 1u << 20;
constexpr const char* kRowNumbers = "row number";

std::size_t Rows(const Column& column) {
  return std::visit([](const auto& v) { return v.size(); }, column.values);
}

Handle CreateColumn(const Hdf5File& file, hid_t group, const char* name, hid_t type,
                    std::size_t rows) {
  const hsize_t count = rows;
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);
  H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  if (rows > 0) {
    const hsize_t chunk = std::min<hsize_t>(count, kChunkBytes / H5Tget_size(type));
    H5Pset_chunk(creation, 1, &chunk);
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, 4);
  }
  return file.Own(H5Dcreate2(group, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT),
                  H5Dclose, "write a table");
}

template <class T>
Handle WriteNumbers(const Hdf5File& file, hid_t group, const char* name, hid_t type, hid_t memory,
                    const std::vector<T>& values) {
  Handle dataset = CreateColumn(file, group, name, type, values.size());
  if (!values.empty())
    file.Check(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
               "write a table");
  return dataset;
}

Handle WriteStrings(const Hdf5File& file, hid_t group, const char* name,
                    const std::vector<std::string>& values) {
  const Handle type = StringType();
  Handle dataset = CreateColumn(file, group, name, type, values.size());
  std::vector<const char*> raw(values.size());
  std::transform(values.begin(), values.end(), raw.begin(), [](auto& s) { return s.c_str(); });
  if (!raw.empty())
    file.Check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), "write a table");
  return dataset;
}

struct ColumnWriter {
  const Hdf5File& file;
  hid_t group;
  const Column& column;
  const char* name = column.name.c_str();

  Handle operator()(const std::vector<double>& v) const {
    Handle d = WriteNumbers(file, group, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, v);
    WriteMissingIsNan(file, d, H5T_IEEE_F64LE);
    return d;
  }
  Handle operator()(const std::vector<std::int64_t>& v) const {
    return WriteNumbers(file, group, name, H5T_STD_I64LE, H5T_NATIVE_INT64, v);
  }
  Handle operator()(const std::vector<std::uint8_t>& v) const {
    Handle d = WriteNumbers(file, group, name, H5T_STD_U8LE, H5T_NATIVE_UINT8, v);
    if (!column.flags.empty()) WriteFlags(file, d, column.flags);
    return d;
  }
  Handle operator()(const std::vector<std::string>& v) const {
    return WriteStrings(file, group, name, v);
  }
};

}  // namespace

void WriteTable(const Hdf5File& file, const Table& table) {
  HR_CHECK(table.path.size() > 1 && table.path.front() == '/' && table.path.back() != '/',
           table.path);
  HR_CHECK(!table.columns.empty(), table.path);
  const Handle group = file.MakeGroup(table.path);
  const std::size_t rows = Rows(table.columns.front());
  const std::string dimension = table.dimension.empty() ? "row" : table.dimension;
  std::vector<Handle> datasets;
  Handle* scale = nullptr;
  datasets.reserve(table.columns.size() + 1);
  for (const Column& column : table.columns) {
    HR_CHECK(Rows(column) == rows, table.path, column.name, Rows(column), rows);
    HR_CHECK(!file.Has(group, column.name), table.path, column.name);
    datasets.push_back(std::visit(ColumnWriter{file, group, column}, column.values));
    if (!column.units.empty()) WriteText(file, datasets.back(), "units", column.units);
    if (!column.long_name.empty()) WriteText(file, datasets.back(), "long_name", column.long_name);
    if (column.name == dimension) scale = &datasets.back();
  }
  if (!scale) {
    std::vector<std::int64_t> numbers(rows);
    std::iota(numbers.begin(), numbers.end(), 0);
    datasets.push_back(
        WriteNumbers(file, group, dimension.c_str(), H5T_STD_I64LE, H5T_NATIVE_INT64, numbers));
    scale = &datasets.back();
    WriteText(file, *scale, "long_name", kRowNumbers);
  }
  MakeScale(file, *scale, dimension);
  for (Handle& d : datasets)
    if (&d != scale) Attach(file, d, *scale, 0);
}

namespace {

template <class T>
std::vector<T> ReadNumbers(const Hdf5File& file, hid_t dataset, hid_t memory, std::size_t rows) {
  std::vector<T> values(rows);
  if (rows > 0)
    file.Check(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read");
  return values;
}

/// Calls `visit(name)` for the links of `group` in the order of creation.
template <class F>
void ForEachLink(const Hdf5File& file, hid_t group, F&& visit) {
  auto call = [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
    static_cast<std::vector<std::string>*>(to)->push_back(name);
    return 0;
  };
  std::vector<std::string> names;
  hsize_t at = 0;
  // A file that another program copied may have lost the order of creation.
  if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, &at, call, &names) < 0) {
    names.clear();
    at = 0;
    file.Check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &at, call, &names), "read");
  }
  for (const std::string& name : names) visit(name);
}

H5I_type_t KindOf(hid_t object) { return H5Iget_type(object); }

void Collect(const Hdf5File& file, hid_t group, const std::string& path,
             std::vector<std::string>* found) {
  bool has_columns = false;
  const std::size_t place = found->size();
  ForEachLink(file, group, [&](const std::string& name) {
    const Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (KindOf(object) == H5I_DATASET) has_columns = true;
    if (KindOf(object) == H5I_GROUP) Collect(file, object, path + "/" + name, found);
  });
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

Table ReadTable(const Hdf5File& file, const std::string& path) {
  const Handle group =
      file.Own(H5Gopen2(file.id(), path.c_str(), H5P_DEFAULT), H5Gclose, ("read " + path).c_str());
  Table table;
  table.path = path;
  ForEachLink(file, group, [&](const std::string& name) {
    const Handle d(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (KindOf(d) != H5I_DATASET) return;
    const bool is_scale = ReadText(file, d, "CLASS").value_or("").starts_with("DIMENSION_SCALE");
    if (is_scale) table.dimension = name;
    Column column;
    column.name = name;
    column.units = ReadText(file, d, "units").value_or("");
    column.long_name = ReadText(file, d, "long_name").value_or("");
    if (is_scale && column.long_name == kRowNumbers) return;
    const Handle space(H5Dget_space(d), H5Sclose);
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
    table.columns.push_back(std::move(column));
  });
  return table;
}

}  // namespace headroom::report
