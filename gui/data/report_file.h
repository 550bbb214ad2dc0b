#pragma once

#include <QString>
#include <memory>
#include <string>
#include <vector>

#include "analysis/hdf5/report_reader.h"
#include "gui/data/block_cache.h"
#include "gui/data/pyramid.h"
#include "gui/data/report_worker.h"
#include "gui/data/site_map.h"

namespace headroom::gui {

/// The values of a series at one time, an entity each: as recorded, or the means of a stretch around
/// it where only those are in memory yet. NaN is missing.
class RowValues {
 public:
  RowValues() = default;
  RowValues(std::shared_ptr<const Block> block, const float* values) : block_(std::move(block)), values_(values) {}
  RowValues(std::shared_ptr<const Pyramid> pyramid, std::size_t row) : pyramid_(std::move(pyramid)), row_(row) {}
  bool empty() const { return !block_ && !pyramid_; }
  bool exact() const { return block_ != nullptr; }
  float At(std::size_t entity) const;

 private:
  std::shared_ptr<const Block> block_;
  const float* values_ = nullptr;
  std::shared_ptr<const Pyramid> pyramid_;
  std::size_t row_ = 0;
};

/// A report as the views see it, of any size. What stands in attributes, the figures and the site is in
/// memory; values come in blocks through a bounded cache and a pyramid per series. Nothing here waits
/// for the disk: what is not in memory is asked for, and notices() tell when something has arrived.
class ReportFile {
 public:
  /// Opens it; slow. @throws IoError, ConfigError as report::Report does.
  ReportFile(const QString& path, std::shared_ptr<BlockCache> cache);
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  const QString& path() const { return path_; }
  const report::Summary& summary() const { return report_.summary(); }
  const report::Report& report() const { return report_; }
  const SiteMap& site() const { return site_; }
  /// Ends of the recording intervals, s.
  const std::vector<double>& times() const { return report_.times(); }
  /// End of the run, or of what is on file, s.
  double end() const;
  /// The interval that holds a time; the nearest where none does. Needs an interval.
  std::size_t RowAt(double time) const;
  int series_count() const { return static_cast<int>(series_.size()); }
  const report::SeriesShape& series(int index) const { return series_[static_cast<std::size_t>(index)]->shape; }
  /// -1 where there is none.
  int FindSeries(const QString& name) const;
  const std::vector<std::string>& table_paths() const { return report_.table_paths(); }

  RowValues Row(int series, std::size_t row) const;
  /// Rows of a block but for the last one's.
  std::size_t block_rows(int series) const { return series_[static_cast<std::size_t>(series)]->block_rows; }
  /// Null until it is in memory; `urgent` is for what the user drags.
  std::shared_ptr<const Block> FindBlock(int series, std::size_t block, bool urgent) const;
  /// Null until it is begun; its ready_rows() grow.
  std::shared_ptr<const Pyramid> Overview(int series) const;
  /// Null until it is read.
  std::shared_ptr<const Table> FindTable(const std::string& path) const;

  /// Lives in the GUI thread.
  ReportNotices* notices() const { return notices_.get(); }
  /// The last failure to read, in words; "" while all is well.
  QString error() const;

 private:
  struct Series {
    report::SeriesShape shape;
    std::size_t block_rows = 1;
    std::shared_ptr<Pyramid> overview;  ///< under mutex_
    bool asked = false;                 ///< under mutex_
    bool failed = false;                ///< under mutex_
  };
  struct Deleter {
    void operator()(QObject* object) const { object->deleteLater(); }
  };
  std::shared_ptr<const Block> ReadBlock(int series, std::size_t block) const;
  void BuildOverview(int series, std::size_t block) const;
  template <class Read>
  void Attempt(bool* failed, Read read) const;

  QString path_;
  report::Report report_;
  SiteMap site_;
  std::shared_ptr<BlockCache> cache_;
  std::uint64_t id_;
  std::vector<std::unique_ptr<Series>> series_;
  std::unique_ptr<ReportNotices, Deleter> notices_;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const Table>> tables_;  ///< those used last
  mutable QString error_;
  mutable std::set<std::string> bad_tables_;
  mutable std::unique_ptr<ReportWorker> worker_;  ///< ends first
};

}  // namespace headroom::gui
