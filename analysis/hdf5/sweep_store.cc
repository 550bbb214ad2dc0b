#include "analysis/hdf5/sweep_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <numeric>
#include <system_error>

#include "analysis/hdf5/attributes.h"
#include "analysis/hdf5/table_store.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::report {
namespace {

constexpr hsize_t kChunkBytes = 1u << 20;

Handle WriteValues(const Hdf5File& file, const SweepTable& table) {
  const hsize_t shape[2] = {table.points, table.metrics.size()};
  const Handle space(H5Screate_simple(2, shape, nullptr), H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);
  const hsize_t rows = std::clamp<hsize_t>(kChunkBytes / (8 * shape[1]), 1, shape[0]);
  const hsize_t chunk[2] = {rows, shape[1]};
  H5Pset_chunk(creation, 2, chunk);
  H5Pset_shuffle(creation);
  H5Pset_deflate(creation, 4);
  Handle values = file.Own(
      H5Dcreate2(file.id(), "value", H5T_IEEE_F64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT),
      H5Dclose, "write values");
  file.Check(
      H5Dwrite(values, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, table.values.data()),
      "write values");
  WriteMissingIsNan(file, values, H5T_IEEE_F64LE);
  WriteText(file, values, "long_name", "figure of each point; its unit stands in unit(metric)");
  return values;
}

void WriteRoot(const Hdf5File& file, const SweepTable& table) {
  WriteText(file, file.id(), "Conventions", "CF-1.8");
  WriteText(file, file.id(), "title", table.title);
  WriteText(file, file.id(), "source", "Headroom sweep");
  WriteText(file, file.id(), "program_version", table.program_version);
  WriteText(file, file.id(), "digest", table.digest);
  std::string coordinates = "unit";
  for (const Column& c : table.coordinates) coordinates += " " + c.name;
  WriteText(file, file.id(), "coordinates", coordinates);
}

void WriteAll(const Hdf5File& file, const SweepTable& table) {
  WriteRoot(file, table);
  const Handle metric =
      WriteColumn(file, file.id(), {"metric", "", "name of the figure", table.metrics, {}});
  MakeScale(file, metric, "metric");
  Attach(file, WriteColumn(file, file.id(), {"unit", "", "of the figure", table.units, {}}), metric,
         0);
  std::vector<std::int64_t> numbers(table.points);
  std::iota(numbers.begin(), numbers.end(), 0);
  const Handle point =
      WriteColumn(file, file.id(), {"point", "1", "number of the point in the plan", numbers, {}});
  MakeScale(file, point, "point");
  for (const auto* columns : {&table.coordinates, &table.words})
    for (const Column& column : *columns)
      Attach(file, WriteColumn(file, file.id(), column), point, 0);
  if (!table.metrics.empty()) {
    const Handle values = WriteValues(file, table);
    Attach(file, values, point, 0);
    Attach(file, values, metric, 1);
  }
  for (const Table& more : table.tables) WriteTable(file, more);
}

}  // namespace

void WriteSweep(const std::string& path, const SweepTable& table) {
  const std::string partial = path + ".partial";
  Hdf5File file = Hdf5File::Create(partial);
  WriteAll(file, table);
  file.Flush();
  file.Close();
  if (std::rename(partial.c_str(), path.c_str()) != 0)
    throw IoError(fmt::format("cannot rename {} to {}: {}", partial, path,
                              std::generic_category().message(errno)));
}

}  // namespace headroom::report
