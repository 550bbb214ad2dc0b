#include "gui/data/pyramid.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace headroom::gui {
namespace {

void Join(Bucket* to, const Bucket& b) {
  if (b.count == 0) return;
  if (to->count == 0) {
    *to = b;
    return;
  }
  to->least = std::min(to->least, b.least);
  to->largest = std::max(to->largest, b.largest);
  const double all = static_cast<double>(to->count) + b.count;
  to->mean = static_cast<float>((static_cast<double>(to->mean) * to->count + static_cast<double>(b.mean) * b.count) / all);
  to->count += b.count;
}

}  // namespace

std::size_t Pyramid::BucketRows(std::size_t rows, std::size_t width) {
  constexpr std::size_t kBytes = 16u << 20;
  const std::size_t due = rows * std::max<std::size_t>(width, 1) * sizeof(Bucket) / kBytes;
  return std::bit_ceil(std::max<std::size_t>(due, 16));
}

Pyramid::Pyramid(std::size_t rows, std::size_t width, std::size_t bucket_rows) : rows_(rows), width_(width) {
  for (std::size_t span = std::max<std::size_t>(bucket_rows, 1);; span *= kStep) {
    const std::size_t buckets = (rows + span - 1) / span;
    levels_.push_back({span, std::vector<Bucket>(buckets * width)});
    if (buckets <= 1) break;
  }
}

void Pyramid::Add(const float* values, std::size_t count) {
  count = std::min(count, rows_ - added_);
  Level& base = levels_.front();
  for (std::size_t e = 0; e < width_; ++e) {
    for (std::size_t i = 0; i < count;) {
      const std::size_t row = added_ + i;
      const std::size_t end = std::min(count, (row / base.span + 1) * base.span - added_);
      Bucket part;
      double sum = 0.0;
      for (; i < end; ++i) {
        const float v = values[i * width_ + e];
        if (!std::isfinite(v)) continue;
        part.least = part.count ? std::min(part.least, v) : v;
        part.largest = part.count ? std::max(part.largest, v) : v;
        sum += v;
        ++part.count;
      }
      if (part.count) part.mean = static_cast<float>(sum / part.count);
      Join(&base.buckets[row / base.span * width_ + e], part);
    }
  }
  const std::size_t first = added_;
  added_ += count;
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    const Level& below = levels_[l - 1];
    Level& level = levels_[l];
    // Whole buckets that hold new rows are made anew from those below.
    for (std::size_t b = first / level.span; b * level.span < added_; ++b)
      for (std::size_t e = 0; e < width_; ++e) {
        Bucket sum;
        const std::size_t end = std::min((b + 1) * kStep, below.buckets.size() / width_);
        for (std::size_t k = b * kStep; k < end; ++k) Join(&sum, below.buckets[k * width_ + e]);
        level.buckets[b * width_ + e] = sum;
      }
  }
  ready_.store(added_, std::memory_order_release);
}

Bucket Pyramid::All() const {
  Bucket all;
  const std::size_t ready = ready_rows();
  const Level& base = ready == rows_ ? levels_.back() : levels_.front();
  const std::size_t buckets = ready / base.span + (ready == rows_ && ready % base.span ? 1 : 0);
  for (std::size_t i = 0; i < buckets * width_; ++i) Join(&all, base.buckets[i]);
  return all;
}

std::size_t Pyramid::bytes() const {
  std::size_t n = 0;
  for (const Level& l : levels_) n += l.buckets.size() * sizeof(Bucket);
  return n;
}

}  // namespace headroom::gui
