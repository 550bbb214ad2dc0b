#include "gui/data/report_file.h"

#include <QCoreApplication>
#include <algorithm>
#include <limits>

namespace headroom::gui {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t kBlockBytes = 1u << 20;
constexpr std::size_t kTables = 4;
/// A series of at most so much stays in the cache when it is read for its pyramid.
constexpr std::size_t kSmall = 8u << 20;

}  // namespace

float RowValues::At(std::size_t entity) const {
  if (values_) return values_[entity];
  if (!pyramid_) return kMissing;
  const Bucket b = pyramid_->At(0, row_, entity);
  return b.count ? b.mean : kMissing;
}

ReportFile::ReportFile(const QString& path, std::shared_ptr<BlockCache> cache)
    : path_(path), report_(path.toStdString()), site_(SiteMap::Of(report_)), cache_(std::move(cache)), id_(cache_->NewFile()), notices_(new ReportNotices) {
  for (const std::string& name : report_.series_names()) {
    auto s = std::make_unique<Series>();
    s->shape = report_.shape(name);
    const std::size_t chunk = std::max<std::size_t>(1, s->shape.chunk_rows * s->shape.width * sizeof(float));
    s->block_rows = s->shape.chunk_rows * std::max<std::size_t>(1, kBlockBytes / chunk);
    series_.push_back(std::move(s));
  }
  if (QCoreApplication::instance()) notices_->moveToThread(QCoreApplication::instance()->thread());
  worker_ = std::make_unique<ReportWorker>();
}

ReportFile::~ReportFile() { worker_.reset(); }

double ReportFile::end() const {
  const double last = times().empty() ? 0.0 : times().back();
  return std::max(last, summary().simulated_s);
}

std::size_t ReportFile::RowAt(double time) const {
  const auto at = std::lower_bound(times().begin(), times().end(), time);
  return static_cast<std::size_t>(std::min<std::ptrdiff_t>(at - times().begin(), static_cast<std::ptrdiff_t>(times().size()) - 1));
}

int ReportFile::FindSeries(const QString& name) const {
  const std::string text = name.toStdString();
  for (std::size_t i = 0; i < series_.size(); ++i)
    if (series_[i]->shape.spec.name == text) return static_cast<int>(i);
  return -1;
}

template <class Read>
void ReportFile::Attempt(bool* failed, Read read) const {
  try {
    read();
  } catch (const std::exception& e) {
    const std::lock_guard lock(mutex_);
    error_ = QString::fromStdString(e.what());
    if (failed) *failed = true;
  }
  notices_->Post();
}

std::shared_ptr<const Block> ReportFile::ReadBlock(int series, std::size_t block) const {
  const Series& s = *series_[static_cast<std::size_t>(series)];
  const std::size_t first = block * s.block_rows;
  const std::size_t count = std::min(s.block_rows, s.shape.rows - first);
  auto values = std::make_shared<Block>(count * s.shape.width);
  report_.ReadRows(s.shape.spec.name, first, count, values->data());
  return values;
}

std::shared_ptr<const Block> ReportFile::FindBlock(int series, std::size_t block, bool urgent) const {
  Series& s = *series_[static_cast<std::size_t>(series)];
  if (block * s.block_rows >= s.shape.rows || s.shape.width == 0) return nullptr;
  const BlockKey key{id_, static_cast<std::uint32_t>(series), block};
  if (auto held = cache_->Find(key)) return held;
  {
    const std::lock_guard lock(mutex_);
    if (s.failed) return nullptr;
  }
  const auto rank = urgent ? ReportWorker::Rank::kUrgent : ReportWorker::Rank::kNext;
  worker_->Ask(rank, s.shape.spec.name + "#" + std::to_string(block), [this, &s, series, block, key] {
    Attempt(&s.failed, [&] {
      if (!cache_->Find(key)) cache_->Put(key, ReadBlock(series, block));
    });
  });
  return nullptr;
}

RowValues ReportFile::Row(int series, std::size_t row) const {
  const Series& s = *series_[static_cast<std::size_t>(series)];
  if (row >= s.shape.rows) return {};
  const std::size_t block = row / s.block_rows;
  if (auto held = FindBlock(series, block, true)) {
    const float* values = held->data() + (row - block * s.block_rows) * s.shape.width;
    return RowValues(std::move(held), values);
  }
  auto overview = Overview(series);
  if (overview && row < overview->ready_rows()) return RowValues(std::move(overview), row);
  return {};
}

std::shared_ptr<const Pyramid> ReportFile::Overview(int series) const {
  Series& s = *series_[static_cast<std::size_t>(series)];
  const std::lock_guard lock(mutex_);
  if (!s.asked && !s.failed && s.shape.rows > 0 && s.shape.width > 0) {
    s.asked = true;
    worker_->Ask(ReportWorker::Rank::kIdle, s.shape.spec.name + "@0", [this, series] { BuildOverview(series, 0); });
  }
  return s.overview;
}

/// Adds a block to the pyramid, then asks for the next, so that what the user drags comes in between.
void ReportFile::BuildOverview(int series, std::size_t block) const {
  Series& s = *series_[static_cast<std::size_t>(series)];
  Attempt(&s.failed, [&] {
    if (block == 0) {
      auto fresh = std::make_shared<Pyramid>(s.shape.rows, s.shape.width, Pyramid::BucketRows(s.shape.rows, s.shape.width));
      const std::lock_guard lock(mutex_);
      s.overview = std::move(fresh);
    }
    const BlockKey key{id_, static_cast<std::uint32_t>(series), block};
    auto values = cache_->Find(key);
    if (!values) {
      values = ReadBlock(series, block);
      if (s.shape.rows * s.shape.width * sizeof(float) <= kSmall) cache_->Put(key, values);
    }
    s.overview->Add(values->data(), values->size() / s.shape.width);
    if (!s.overview->whole())
      worker_->Ask(ReportWorker::Rank::kIdle, s.shape.spec.name + "@" + std::to_string(block + 1),
                   [this, series, block] { BuildOverview(series, block + 1); });
  });
}

std::shared_ptr<const Table> ReportFile::FindTable(const std::string& path) const {
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(tables_.begin(), tables_.end(), [&](const auto& t) { return t->path == path; });
    if (at != tables_.end()) {
      std::rotate(tables_.begin(), at, at + 1);
      return tables_.front();
    }
    const auto& paths = report_.table_paths();
    if (bad_tables_.contains(path) || std::find(paths.begin(), paths.end(), path) == paths.end()) return nullptr;
  }
  worker_->Ask(ReportWorker::Rank::kNext, path, [this, path] {
    bool failed = false;
    Attempt(&failed, [&] {
      auto table = std::make_shared<const Table>(report_.table(path));
      const std::lock_guard lock(mutex_);
      tables_.insert(tables_.begin(), std::move(table));
      if (tables_.size() > kTables) tables_.pop_back();
    });
    const std::lock_guard lock(mutex_);
    if (failed) bad_tables_.insert(path);
  });
  return nullptr;
}

QString ReportFile::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace headroom::gui
