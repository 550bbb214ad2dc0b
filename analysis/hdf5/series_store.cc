#include "analysis/hdf5/series_store.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "analysis/hdf5/attributes.h"
#include "sim/core/check.h"

namespace headroom::report {
namespace {

constexpr std::size_t kBlockBytes = 32u << 20;
constexpr std::size_t kChunkBytes = 1u << 20;
constexpr std::size_t kBlockRows = 256;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Handle ChunkedList(int rank, const hsize_t* chunk) {
  Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);
  H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_chunk(creation, rank, chunk);
  H5Pset_shuffle(creation);
  H5Pset_deflate(creation, 4);
  return creation;
}

}  // namespace

SeriesStore::SeriesStore(const Hdf5File& file, std::string time_units)
    : file_(file), time_units_(std::move(time_units)) {}

SeriesId SeriesStore::Add(const SeriesSpec& spec) {
  HR_CHECK(!started_, spec.name);
  HR_CHECK(!spec.name.empty() && spec.name != "time" && spec.name != spec.dimension, spec.name,
           spec.dimension);
  for (const Series& s : series_) HR_CHECK(s.spec.name != spec.name, spec.name);
  if (!spec.dimension.empty()) {
    const auto [known, fresh] = entities_.try_emplace(spec.dimension, spec.entities);
    HR_CHECK(fresh || known->second == spec.entities, spec.name, spec.dimension);
  }
  Series s;
  s.spec = spec;
  s.width = spec.dimension.empty() ? 1 : spec.entities.size();
  s.block.assign(s.width, kMissing);
  series_.push_back(std::move(s));
  return SeriesId(static_cast<std::uint32_t>(series_.size() - 1));
}

void SeriesStore::Start() {
  started_ = true;
  std::size_t bytes_per_row = sizeof(double);
  for (const Series& s : series_) bytes_per_row += s.width * sizeof(float);
  block_rows_ = std::clamp<std::size_t>(std::bit_floor(kBlockBytes / bytes_per_row), 1, kBlockRows);

  const hsize_t none = 0, unlimited = H5S_UNLIMITED, chunk = block_rows_;
  const Handle space(H5Screate_simple(1, &none, &unlimited), H5Sclose);
  time_ = file_.Own(H5Dcreate2(file_.id(), "time", H5T_IEEE_F64LE, space, H5P_DEFAULT,
                               ChunkedList(1, &chunk), H5P_DEFAULT),
                    H5Dclose, "write the time axis");
  MakeScale(file_, time_, "time");
  WriteText(file_, time_, "units", time_units_);
  WriteText(file_, time_, "calendar", "proleptic_gregorian");
  WriteText(file_, time_, "standard_name", "time");
  WriteText(file_, time_, "axis", "T");
  WriteText(file_, time_, "long_name", "end of the recording interval");
  for (Series& s : series_)
    if (s.width > 0) Create(&s);
}

void SeriesStore::Create(Series* s) {
  s->block.resize(block_rows_ * s->width, kMissing);
  const bool scalar = s->spec.dimension.empty();
  // A chunk is one block high: it is written once and never moves.
  const std::size_t rows = block_rows_;
  const std::size_t columns = std::min(s->width, kChunkBytes / (rows * sizeof(float)));
  const hsize_t chunk[] = {rows, columns};
  const hsize_t dims[] = {0, s->width};
  const hsize_t most[] = {H5S_UNLIMITED, s->width};
  const int rank = scalar ? 1 : 2;
  const Handle space(H5Screate_simple(rank, dims, most), H5Sclose);
  const Handle creation = ChunkedList(rank, chunk);
  H5Pset_fill_value(creation, H5T_NATIVE_FLOAT, &kMissing);
  s->dataset = file_.Own(H5Dcreate2(file_.id(), s->spec.name.c_str(), H5T_IEEE_F32LE, space,
                                    H5P_DEFAULT, creation, H5P_DEFAULT),
                         H5Dclose, "write a series");
  WriteText(file_, s->dataset, "units", s->spec.units);
  WriteText(file_, s->dataset, "long_name", s->spec.long_name);
  if (!s->spec.cell_methods.empty())
    WriteText(file_, s->dataset, "cell_methods", s->spec.cell_methods);
  WriteMissingIsNan(file_, s->dataset, H5T_IEEE_F32LE);
  Attach(file_, s->dataset, time_, 0);
  if (!scalar) Attach(file_, s->dataset, Axis(s->spec), 1);
}

Handle& SeriesStore::Axis(const SeriesSpec& spec) {
  Handle& axis = axes_[spec.dimension];
  if (axis.valid()) return axis;
  const hsize_t count = spec.entities.size();
  const Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);
  H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  const Handle type = StringType();
  axis = file_.Own(H5Dcreate2(file_.id(), spec.dimension.c_str(), type, space, H5P_DEFAULT,
                              creation, H5P_DEFAULT),
                   H5Dclose, "write an axis");
  std::vector<const char*> names;
  for (const std::string& name : spec.entities) names.push_back(name.c_str());
  file_.Check(H5Dwrite(axis, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, names.data()), "write an axis");
  MakeScale(file_, axis, spec.dimension);
  WriteText(file_, axis, "long_name", "name of the " + spec.dimension);
  return axis;
}

bool SeriesStore::EndInterval(double time) {
  if (!started_) Start();
  HR_CHECK(times_.empty() && rows_on_file_ == 0 ? time >= 0.0 : time > last_time_, time,
           last_time_);
  times_.push_back(time);
  last_time_ = time;
  if (++row_ < block_rows_) return false;
  Write();
  return true;
}

void SeriesStore::Write() {
  if (!started_) Start();
  if (row_ == 0) return;
  Append(time_, H5T_NATIVE_DOUBLE, 0, times_.data());
  for (Series& s : series_) {
    if (s.width == 0) continue;
    Append(s.dataset, H5T_NATIVE_FLOAT, s.spec.dimension.empty() ? 0 : s.width, s.block.data());
    // What was put for the interval that is still open moves to the front.
    if (row_ < block_rows_) {
      std::copy_n(s.block.begin() + static_cast<std::ptrdiff_t>(row_ * s.width), s.width,
                  s.block.begin());
      std::fill(s.block.begin() + static_cast<std::ptrdiff_t>(s.width), s.block.end(), kMissing);
    } else {
      std::fill(s.block.begin(), s.block.end(), kMissing);
    }
  }
  rows_on_file_ += row_;
  row_ = 0;
  times_.clear();
}

void SeriesStore::Close() {
  for (Series& s : series_) file_.Check(s.dataset.Close(), "write a series");
  for (auto& [name, axis] : axes_) file_.Check(axis.Close(), "write an axis");
  file_.Check(time_.Close(), "write the time axis");
}

/// Adds the `row_` buffered rows to `dataset`; width 0 says that it has no entity axis.
void SeriesStore::Append(hid_t dataset, hid_t memory_type, std::size_t width,
                         const void* values) const {
  const int rank = width == 0 ? 1 : 2;
  const hsize_t whole[] = {rows_on_file_ + row_, width};
  const hsize_t from[] = {rows_on_file_, 0};
  const hsize_t count[] = {row_, width};
  file_.Check(H5Dset_extent(dataset, whole), "write a series");
  const Handle on_file = file_.Own(H5Dget_space(dataset), H5Sclose, "write a series");
  H5Sselect_hyperslab(on_file, H5S_SELECT_SET, from, nullptr, count, nullptr);
  const Handle in_memory(H5Screate_simple(rank, count, nullptr), H5Sclose);
  file_.Check(H5Dwrite(dataset, memory_type, in_memory, on_file, H5P_DEFAULT, values),
              "write a series");
}

}  // namespace headroom::report
