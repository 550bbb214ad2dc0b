#include "gui/data/trace.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headroom::gui {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
/// Rows of a wide series are read whole, so a line of it is drawn from values only where few blocks hold it.
constexpr std::size_t kRawBytes = 32u << 20;

class Tracer {
 public:
  Tracer(const ReportFile& file, int series, std::size_t entity)
      : file_(file), series_(series), entity_(entity), shape_(file.series(series)),
        at_end_(shape_.spec.cell_methods == "time: point") {}

  /// From recorded values, `step` of them in each point.
  bool Raw(std::size_t first, std::size_t last, std::size_t step, Trace* out) const {
    const std::size_t block_rows = file_.block_rows(series_);
    bool whole = true;
    std::shared_ptr<const Block> block;
    std::size_t held = SIZE_MAX;
    for (std::size_t row = first; row < last; row += step) {
      Bucket sum;
      double total = 0.0;
      const std::size_t end = std::min(row + step, last);
      for (std::size_t r = row; r < end; ++r) {
        if (r / block_rows != held) {
          held = r / block_rows;
          block = file_.FindBlock(series_, held, false);
          whole = whole && block;
        }
        if (!block) continue;
        const float v = (*block)[(r - held * block_rows) * shape_.width + entity_];
        if (!std::isfinite(v)) continue;
        sum.least = sum.count ? std::min(sum.least, v) : v;
        sum.largest = sum.count ? std::max(sum.largest, v) : v;
        total += v;
        ++sum.count;
      }
      if (sum.count) sum.mean = static_cast<float>(total / sum.count);
      Put(row, end, sum, out);
    }
    return whole;
  }

  /// From the coarsest level whose buckets are no longer than `step` rows, else the finest.
  void Coarse(const Pyramid& p, std::size_t first, std::size_t last, std::size_t step, Trace* out) const {
    std::size_t level = 0;
    while (level + 1 < p.levels() && p.span(level + 1) <= step) ++level;
    const std::size_t span = p.span(level);
    const std::size_t join = std::max<std::size_t>(1, step / span) * span;
    last = std::min(last, p.ready_rows());
    for (std::size_t row = first / join * join; row < last; row += join) {
      Bucket sum;
      double total = 0.0;
      for (std::size_t r = row; r < std::min(row + join, last); r += span) {
        const Bucket b = p.At(level, r, entity_);
        if (b.count == 0) continue;
        sum.least = sum.count ? std::min(sum.least, b.least) : b.least;
        sum.largest = sum.count ? std::max(sum.largest, b.largest) : b.largest;
        total += static_cast<double>(b.mean) * b.count;
        sum.count += b.count;
      }
      if (sum.count) sum.mean = static_cast<float>(total / sum.count);
      Put(row, std::min(row + join, shape_.rows), sum, out);
    }
  }

 private:
  void Put(std::size_t first, std::size_t end, const Bucket& b, Trace* out) const {
    const auto& times = file_.times();
    const double from = first == 0 ? 0.0 : times[first - 1], to = times[end - 1];
    const double time = at_end_ && end == first + 1 ? to : 0.5 * (from + to);
    if (b.count)
      out->points.push_back({time, b.least, b.mean, b.largest});
    else
      out->points.push_back({time, kMissing, kMissing, kMissing});
  }

  const ReportFile& file_;
  int series_;
  std::size_t entity_;
  const report::SeriesShape& shape_;
  bool at_end_;
};

}  // namespace

Trace TraceOf(const ReportFile& file, int series, std::size_t entity, double from, double to, int most) {
  Trace out;
  const report::SeriesShape& shape = file.series(series);
  const auto& times = file.times();
  if (shape.rows == 0 || entity >= shape.width || most < 1) return out;
  const auto row_of = [&](double t) {
    return static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), t) - times.begin());
  };
  std::size_t first = row_of(from), last = std::min(row_of(to) + 2, shape.rows);
  first = std::min(first > 0 ? first - 1 : 0, shape.rows);
  if (first >= last) return out;
  const std::size_t step = std::max<std::size_t>(1, (last - first) / static_cast<std::size_t>(most));
  const auto overview = file.Overview(series);
  const std::size_t block_bytes = file.block_rows(series) * shape.width * sizeof(float);
  const std::size_t blocks = (last - 1) / file.block_rows(series) - first / file.block_rows(series) + 1;
  const Tracer tracer(file, series, entity);
  const bool fine = !overview || step < overview->span(0);
  if (fine && (blocks == 1 || blocks * block_bytes <= kRawBytes)) {
    first = first / step * step;
    out.exact = step == 1;
    if (tracer.Raw(first, last, step, &out)) return out;
    out.whole = false;
    if (overview && overview->ready_rows() >= last) out.points.clear();
    if (!out.points.empty()) return out;
  }
  out.exact = false;
  if (overview) tracer.Coarse(*overview, first, last, step, &out);
  out.whole = out.whole && overview && overview->ready_rows() >= last;
  return out;
}

}  // namespace headroom::gui
