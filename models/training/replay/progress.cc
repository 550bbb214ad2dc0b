#include <fmt/format.h>

#include <algorithm>

#include "models/training/replay/graph_builder.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::training {
namespace {

constexpr std::uint32_t kNone = ReplayGraph::kNone;
constexpr int kMaxHops = 12;

class Progress {
 public:
  explicit Progress(ReplayGraph* graph)
      : g_(*graph),
        left_(g_.waits),
        end_(g_.node_count(), 0),
        missing_(g_.instances.size()),
        entered_(g_.instances.size(), 0) {
    for (std::size_t i = 0; i < missing_.size(); ++i)
      missing_[i] = g_.member_begin[i + 1] - g_.member_begin[i];
    // A receive waits for its send beside its own dependencies.
    for (std::uint32_t n = 0; n < g_.node_count(); ++n)
      left_[n] += g_.kind[n] == NodeKind::kReceive;
  }

  void Run() {
    std::vector<std::int64_t> lane_work(g_.lanes, 0);
    order_.reserve(g_.node_count());
    for (std::uint32_t n = 0; n < g_.node_count(); ++n)
      if (left_[n] == 0) Enter(n);
    for (std::size_t at = 0; at < order_.size(); ++at) {
      const std::uint32_t n = order_[at];
      if (g_.lane[n] != kNone) lane_work[g_.lane[n]] += Length(n);
      if (g_.kind[n] == NodeKind::kSend) Arrive(g_.partner[n], end_[n]);
      for (std::uint32_t e = g_.next_begin[n]; e < g_.next_begin[n + 1]; ++e)
        Arrive(g_.next[e], end_[n]);
      g_.least = std::max(g_.least, end_[n]);
    }
    for (const std::int64_t work : lane_work) g_.least = std::max(g_.least, work);
    for (const ReplayGraph::Group& group : g_.groups) {
      std::int64_t work = 0;
      for (const std::uint32_t i : group.instances) work += g_.instances[i].length;
      g_.least = std::max(g_.least, work);
    }
    if (order_.size() < g_.node_count()) ThrowStall();
  }

 private:
  std::int64_t Length(std::uint32_t n) const {
    return std::max(g_.length[n].fixed, g_.length[n].clocked);
  }

  void Arrive(std::uint32_t n, std::int64_t when) {
    end_[n] = std::max(end_[n], when);  // holds the start until the node is entered
    if (--left_[n] == 0) Enter(n);
  }

  void Enter(std::uint32_t n) {
    if (g_.kind[n] != NodeKind::kCollective) {
      end_[n] += Length(n);
      order_.push_back(n);
      return;
    }
    const std::uint32_t i = g_.partner[n];
    entered_[i] = std::max(entered_[i], end_[n]);
    if (--missing_[i] > 0) return;
    for (std::uint32_t m = g_.member_begin[i]; m < g_.member_begin[i + 1]; ++m) {
      end_[g_.members[m]] = entered_[i] + g_.instances[i].length;
      order_.push_back(g_.members[m]);
    }
  }

  /// What a node that is not done waits for first, and how.
  struct Cause {
    std::uint32_t node = kNone;
    const char* how = "";
  };
  Cause CauseOf(std::uint32_t n) const {
    const RankTrace& t = g_.traces[g_.rank[n]];
    const std::uint32_t local = n - g_.first[g_.rank[n]];
    for (std::uint32_t d = t.dep_begin[local]; d < t.dep_begin[local + 1]; ++d) {
      const std::uint32_t on = g_.first[g_.rank[n]] + (t.deps[d] & ~RankTrace::kControl);
      if (!done_[on])
        return {on,
                t.deps[d] & RankTrace::kControl ? "its control dependency" : "its data dependency"};
    }
    if (g_.kind[n] == NodeKind::kReceive && !done_[g_.partner[n]])
      return {g_.partner[n], "the message of"};
    if (g_.kind[n] == NodeKind::kCollective)
      for (std::uint32_t m = g_.member_begin[g_.partner[n]]; m < g_.member_begin[g_.partner[n] + 1];
           ++m)
        if (left_[g_.members[m]] > 0) return {g_.members[m], "its partner"};
    return {};
  }

  [[noreturn]] void ThrowStall() {
    done_.assign(g_.node_count(), false);
    for (const std::uint32_t n : order_) done_[n] = true;
    std::vector<bool> seen(g_.node_count(), false);
    std::uint32_t n = 0;
    while (done_[n]) ++n;
    // Onto the cycle, then once around it.
    while (!seen[n]) {
      seen[n] = true;
      const Cause c = CauseOf(n);
      HR_CHECK(c.node != kNone, g_.Text(n));
      n = c.node;
    }
    const std::uint32_t start = n;
    std::string text = fmt::format("the graph stalls: {}", g_.Text(n));
    for (int hop = 0;; ++hop) {
      const Cause c = CauseOf(n);
      if (c.node == start) {
        text += fmt::format("{} waits for {} {}: a cycle", hop == 0 ? "" : ", which", c.how,
                            n == start ? "on itself" : g_.Text(start));
        break;
      }
      if (hop == kMaxHops) {
        text += ", and so on";
        break;
      }
      text += fmt::format("{} waits for {} {}", hop == 0 ? "" : ", which", c.how, g_.Text(c.node));
      n = c.node;
    }
    throw ConfigError(fmt::format("{} ({} of {} nodes never run)", text,
                                  g_.node_count() - order_.size(), g_.node_count()));
  }

  ReplayGraph& g_;
  std::vector<std::uint32_t> left_;
  std::vector<std::int64_t> end_;
  std::vector<std::uint32_t> missing_;
  std::vector<std::int64_t> entered_;
  std::vector<std::uint32_t> order_;
  std::vector<bool> done_;
};

}  // namespace

void CheckProgress(ReplayGraph* graph) { Progress(graph).Run(); }

}  // namespace headroom::training
