#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace headroom::gui {

/// Least, mean and largest value of some rows of one entity; `count` of them are there, 0: nothing.
struct Bucket {
  float least = 0.0f, mean = 0.0f, largest = 0.0f;
  std::uint32_t count = 0;
};

/// A series of (row, entity) in little: levels of buckets, the first of `bucket_rows` rows each, every
/// next one of eight times as many, so that any stretch is drawn from a few thousand buckets.
///
/// One thread adds rows, in order and whole buckets at a time but for the last; others read meanwhile
/// what `ready_rows()` covers.
class Pyramid {
 public:
  static constexpr std::size_t kStep = 8;
  Pyramid(std::size_t rows, std::size_t width, std::size_t bucket_rows);
  /// Rows per bucket that keep a whole pyramid within about 16 MiB, a power of two of 16 at least.
  static std::size_t BucketRows(std::size_t rows, std::size_t width);

  /// The next `count` rows, `count * width` values; NaN is missing.
  void Add(const float* values, std::size_t count);

  std::size_t rows() const { return rows_; }
  std::size_t width() const { return width_; }
  std::size_t ready_rows() const { return ready_.load(std::memory_order_acquire); }
  bool whole() const { return ready_rows() == rows_; }
  std::size_t levels() const { return levels_.size(); }
  /// Rows of a bucket of a level.
  std::size_t span(std::size_t level) const { return levels_[level].span; }
  /// Of the bucket that holds `row` (ready).
  Bucket At(std::size_t level, std::size_t row, std::size_t entity) const {
    const Level& l = levels_[level];
    return l.buckets[row / l.span * width_ + entity];
  }
  /// Least and largest of all entities over what is ready; count 0 where nothing is there.
  Bucket All() const;
  std::size_t bytes() const;

 private:
  struct Level {
    std::size_t span = 1;
    std::vector<Bucket> buckets;  ///< row-major (bucket, entity)
  };

  std::size_t rows_, width_;
  std::vector<Level> levels_;
  std::size_t added_ = 0;
  std::atomic<std::size_t> ready_{0};
};

}  // namespace headroom::gui
