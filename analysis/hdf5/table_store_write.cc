#include "analysis/hdf5/table_store.h"

#include <algorithm>
#include <numeric>

#include "analysis/hdf5/attributes.h"
#include "sim/core/check.h"

namespace headroom::report {
namespace {

constexpr hsize_t kChunkBytes = 1u << 20;

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

Handle WriteColumn(const Hdf5File& file, hid_t group, const Column& column) {
  Handle dataset = std::visit(ColumnWriter{file, group, column}, column.values);
  if (!column.units.empty()) WriteText(file, dataset, "units", column.units);
  if (!column.long_name.empty()) WriteText(file, dataset, "long_name", column.long_name);
  return dataset;
}

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
    datasets.push_back(WriteColumn(file, group, column));
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

}  // namespace headroom::report
