#include "analysis/hdf5/series_read.h"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>

#include "analysis/hdf5/attributes.h"
#include "sim/core/diagnostics.h"

namespace headroom::report {
namespace {

/// `rows` rows of a series from `first` on; false where HDF5 cannot give them.
bool Read(hid_t dataset, hid_t space, std::size_t first, std::size_t rows, hsize_t width, float* to) {
  const hsize_t from[] = {first, 0}, count[] = {rows, width};
  H5Sselect_hyperslab(space, H5S_SELECT_SET, from, nullptr, count, nullptr);
  const Handle memory(H5Screate_simple(H5Sget_simple_extent_ndims(space), count, nullptr),
                      H5Sclose);
  return H5Dread(dataset, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, to) >= 0;
}

std::size_t ChunkRows(hid_t dataset) {
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  hsize_t chunk[2] = {1, 1};
  return H5Pget_chunk(creation, 2, chunk) > 0 ? chunk[0] : 1;
}

SeriesShape ShapeOf(const Hdf5File& file, const std::string& name, hid_t d) {
  SeriesShape out;
  out.spec.name = name;
  out.spec.units = ReadText(file, d, "units").value_or("");
  out.spec.long_name = ReadText(file, d, "long_name").value_or("");
  out.spec.cell_methods = ReadText(file, d, "cell_methods").value_or("");
  const Handle space(H5Dget_space(d), H5Sclose);
  hsize_t dims[2] = {0, 1};
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 1 || rank > 2)
    throw IoError(fmt::format("{}: series {} has {} dimensions", file.path(), name, rank));
  H5Sget_simple_extent_dims(space, dims, nullptr);
  out.rows = dims[0];
  out.width = dims[1];
  out.chunk_rows = ChunkRows(d);
  if (rank == 1) return out;
  H5DSiterate_scales(
      d, 1, nullptr,
      [](hid_t, unsigned, hid_t scale, void* to) -> herr_t {
        std::string text(256, '\0');
        const ssize_t length = H5DSget_scale_name(scale, text.data(), text.size());
        text.resize(static_cast<std::size_t>(std::clamp<ssize_t>(length, 0, 255)));
        *static_cast<std::string*>(to) = text;
        return 1;
      },
      &out.spec.dimension);
  if (file.Has(file.id(), out.spec.dimension)) {
    const Handle axis =
        file.Own(H5Dopen2(file.id(), out.spec.dimension.c_str(), H5P_DEFAULT), H5Dclose, "read");
    out.spec.entities = ReadStrings(file, axis);
  }
  return out;
}

}  // namespace

SeriesShape ReadShape(const Hdf5File& file, const std::string& name) {
  const Handle d = file.Own(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose, "read");
  return ShapeOf(file, name, d);
}

void ReadRows(const Hdf5File& file, const std::string& name, std::size_t first, std::size_t count,
              float* to) {
  const Handle d = file.Own(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose, "read");
  const Handle space(H5Dget_space(d), H5Sclose);
  hsize_t dims[2] = {0, 1};
  H5Sget_simple_extent_dims(space, dims, nullptr);
  if (first + count > dims[0] || !Read(d, space, first, count, dims[1], to))
    file.Fail("read a series");
}

SeriesValues ReadSeries(const Hdf5File& file, const std::string& name,
                        const std::vector<double>& times, bool partial) {
  const Handle d = file.Own(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose, "read");
  const SeriesShape shape = ShapeOf(file, name, d);
  const Handle space(H5Dget_space(d), H5Sclose);
  SeriesValues out;
  out.spec = shape.spec;
  // In a file whose writer died the axis may be a block ahead of the series, and the last block may
  // not be whole.
  std::size_t rows = std::min<std::size_t>(shape.rows, times.size());
  out.values.resize(rows * shape.width);
  while (rows > 0 && !Read(d, space, 0, rows, shape.width, out.values.data())) {
    if (!partial) file.Fail("read a series");
    rows -= std::min(rows, (rows - 1) % shape.chunk_rows + 1);
  }
  out.values.resize(rows * shape.width);
  out.times.assign(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(rows));
  return out;
}

}  // namespace headroom::report
