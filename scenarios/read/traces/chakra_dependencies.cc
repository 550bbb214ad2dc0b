#include "scenarios/read/traces/chakra_dependencies.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "sim/core/diagnostics.h"

namespace headroom::scenario {
namespace {

using training::RankTrace;

constexpr std::uint32_t kControl = RankTrace::kControl;

/// Where a node of an id stands.
class Index {
 public:
  static constexpr std::uint32_t kNowhere = 0xffffffffu;

  Index(std::vector<std::uint64_t> ids, const RankTrace& trace) : ids_(std::move(ids)) {
    if (std::adjacent_find(ids_.begin(), ids_.end(), std::greater_equal<>()) == ids_.end()) return;
    order_.resize(ids_.size());
    std::iota(order_.begin(), order_.end(), 0u);
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return ids_[a] < ids_[b]; });
    for (std::size_t i = 1; i < order_.size(); ++i)
      if (ids_[order_[i]] == ids_[order_[i - 1]])
        throw ConfigError(
            fmt::format("{} has the id of {}", trace.Text(order_[i]), trace.Text(order_[i - 1])));
    std::sort(ids_.begin(), ids_.end());
  }

  std::uint32_t Find(std::uint64_t id) const {
    std::size_t i = id - ids_[0];  // ids mostly count from the first
    if (i >= ids_.size() || ids_[i] != id) {
      i = static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
      if (i == ids_.size() || ids_[i] != id) return kNowhere;
    }
    return order_.empty() ? static_cast<std::uint32_t>(i) : order_[i];
  }

 private:
  std::vector<std::uint64_t> ids_;    ///< ascending
  std::vector<std::uint32_t> order_;  ///< nodes by id; empty where the file is in that order
};

void DropControl(RankTrace* trace) {
  std::uint32_t kept = 0, from = 0;
  for (std::size_t n = 0; n < trace->nodes.size(); ++n) {
    const std::uint32_t to = trace->dep_begin[n + 1];
    for (; from < to; ++from) {
      if (trace->deps[from] & kControl) {
        ++trace->callers;
      } else {
        trace->deps[kept++] = trace->deps[from];
      }
    }
    trace->dep_begin[n + 1] = kept;
  }
  trace->deps.resize(kept);
}

}  // namespace

void ResolveDependencies(std::vector<std::uint64_t> ids,
                         const std::vector<std::uint64_t>& waits_for, bool recorded,
                         RankTrace* trace) {
  const std::size_t count = ids.size();
  const Index index(std::move(ids), *trace);
  bool callers = false;
  for (std::uint32_t n = 0; n < count; ++n)
    for (std::uint32_t d = trace->dep_begin[n]; d < trace->dep_begin[n + 1]; ++d) {
      const bool control = trace->deps[d] != 0;
      const std::uint32_t on = index.Find(waits_for[d]);
      if (on == Index::kNowhere && !(control && recorded))
        throw ConfigError(
            fmt::format("{} waits for node {} ({} dependency), which is not in the file",
                        trace->Text(n), waits_for[d], control ? "control" : "data"));
      callers |= control && recorded && (on == Index::kNowhere || on == n);
      trace->deps[d] |= on == Index::kNowhere ? 0 : on;
    }
  if (callers) DropControl(trace);
}

}  // namespace headroom::scenario
