#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "analysis/hdf5/hdf5.h"
#include "sim/probe/recorder.h"

namespace headroom::report {

/// The series of a report: `time` and every (time, entity) dataset at the root, grown a block of
/// intervals at a time.
///
/// A block is as many intervals as fit 32 MiB over all series, 256 at most; it is compressed and
/// written when full. Chunks are one block high and 1 MiB at most, so that a full block is written
/// once and never moves: what a killed process leaves on file stays as the last flush found it.
class SeriesStore {
 public:
  /// `time_units` as CF spells them: "seconds since 2026-01-01T00:00:00Z".
  SeriesStore(const Hdf5File& file, std::string time_units);
  SeriesId Add(const SeriesSpec& spec);
  void Put(SeriesId id, std::size_t entity, double value) {
    Series& s = series_[id.index()];
    s.block[row_ * s.width + entity] = static_cast<float>(value);
  }
  /// True where a block is full and was written.
  bool EndInterval(double time);
  /// Writes what is buffered; creates the datasets if that has not happened.
  void Write();
  /// Closes the datasets, so that the file can be closed. Write() comes first.
  void Close();
  /// The width of a series: its number of entities.
  std::size_t width(SeriesId id) const { return series_[id.index()].width; }
  std::size_t size() const { return series_.size(); }
  /// End of the last interval; 0 before the first.
  double last_time() const { return last_time_; }

 private:
  struct Series {
    SeriesSpec spec;
    std::size_t width = 1;
    std::vector<float> block;  ///< row-major (interval, entity)
    Handle dataset;
  };
  void Start();
  void Create(Series* series);
  Handle& Axis(const SeriesSpec& spec);
  void Append(hid_t dataset, hid_t memory_type, std::size_t width, const void* values) const;

  const Hdf5File& file_;
  std::string time_units_;
  std::vector<Series> series_;
  std::map<std::string, Handle> axes_;
  std::map<std::string, std::vector<std::string>> entities_;
  Handle time_;
  std::vector<double> times_;
  bool started_ = false;
  std::size_t block_rows_ = 1;
  std::size_t row_ = 0;  ///< intervals in the block
  std::size_t rows_on_file_ = 0;
  double last_time_ = 0.0;
};

}  // namespace headroom::report
