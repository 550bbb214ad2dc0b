#include <algorithm>
#include <limits>

#include "models/training/schedule.h"
#include "sim/core/check.h"

namespace headroom::training {
namespace {

/// State of one stage while an order is found.
struct Line {
  double free = 0;
  double held = 0;  ///< activations in flight, chunks of a micro-batch
  std::vector<std::uint32_t> next_forward, next_backward, next_weight;
};

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Finds an order action by action: a stage that is free takes a backward if one is there, else a forward if its memory
/// allows, else a weight gradient; weights also fill waits. Zero-bubble schedules (Qi et al., arXiv 2401.10241 and
/// 2405.15362) are this rule under their memory limit, which is what sets them apart; their hand-made orders differ in
/// details of warm-up. `limit` counts chunk activations of one micro-batch that a stage may hold; W frees them.
class Search {
 public:
  Search(const ScheduleInput& in, const ScheduleRow& row, double limit)
      : in_(in), row_(row), limit_(limit), lines_(in.stages), out_(in.stages) {
    const std::size_t all = std::size_t(in.stages) * in.chunks * in.micro_batches;
    forward_.assign(all, kNever);
    backward_.assign(all, kNever);
    for (Line& line : lines_) {
      line.next_forward.assign(in.chunks, 0);
      line.next_backward.assign(in.chunks, 0);
      line.next_weight.assign(in.chunks, 0);
    }
  }

  Orders Run() {
    const std::size_t actions = std::size_t(3) * in_.chunks * in_.micro_batches;
    while (true) {
      std::uint32_t best_stage = 0;
      Choice best;
      for (std::uint32_t s = 0; s < in_.stages; ++s) {
        if (out_[s].size() == actions) continue;
        const Choice c = Choose(s);
        if (c.start < best.start) best = c, best_stage = s;
      }
      if (best.start == kNever) break;
      Take(best_stage, best);
    }
    for (const auto& order : out_) HR_CHECK(order.size() == actions, order.size(), actions, limit_);
    return std::move(out_);
  }

 private:
  struct Choice {
    double start = kNever;
    Action action{};
  };

  std::uint32_t last() const { return in_.stages * in_.chunks - 1; }
  std::size_t Index(std::uint32_t position, std::uint32_t mb) const {
    return std::size_t(position) * in_.micro_batches + mb;
  }
  double Hop(std::uint32_t from, std::uint32_t to) const {
    return SeatOf(row_, in_.stages, from).stage == SeatOf(row_, in_.stages, to).stage ? 0 : in_.send;
  }
  double ForwardReady(std::uint32_t position, std::uint32_t mb) const {
    return position == 0 ? 0 : forward_[Index(position - 1, mb)] + Hop(position - 1, position);
  }
  double BackwardReady(std::uint32_t position, std::uint32_t mb) const {
    const double own = forward_[Index(position, mb)];
    return position == last() ? own : std::max(own, backward_[Index(position + 1, mb)] + Hop(position + 1, position));
  }

  Choice Choose(std::uint32_t s) const {
    const Line& line = lines_[s];
    Choice backward, forward, weight;
    for (std::uint32_t c = in_.chunks; c-- > 0;) {
      const std::uint32_t position = PositionOf(row_, in_.stages, s, c);
      const auto chunk = static_cast<std::uint16_t>(c);
      if (const std::uint32_t mb = line.next_backward[c]; mb < in_.micro_batches) {
        const double t = std::max(line.free, BackwardReady(position, mb));
        if (t < backward.start) backward = {t, {ActionKind::kBackward, chunk, mb}};
      }
      if (const std::uint32_t mb = line.next_forward[c]; mb < in_.micro_batches && Room(line, s, c)) {
        const double t = std::max(line.free, ForwardReady(position, mb));
        if (t < forward.start) forward = {t, {ActionKind::kForward, chunk, mb}};
      }
      if (const std::uint32_t mb = line.next_weight[c]; mb < line.next_backward[c] && weight.start == kNever) {
        weight = {line.free, {ActionKind::kWeight, chunk, mb}};
      }
    }
    Choice best = backward;
    if (forward.start < best.start) best = forward;
    // A weight gradient fills a wait that is long enough to matter, and runs where memory is full.
    if (weight.start != kNever && (best.start > line.free + 0.5 * in_.weight || best.start == kNever)) best = weight;
    return best;
  }

  /// The first chunk leaves room for the last, so that a micro-batch under way can always finish.
  bool Room(const Line& line, std::uint32_t, std::uint32_t chunk) const {
    const double reserve = in_.chunks > 1 && chunk == 0 ? 1 : 0;
    return line.held + 1 + reserve <= limit_ + 1e-9;
  }

  void Take(std::uint32_t s, const Choice& c) {
    Line& line = lines_[s];
    const std::uint32_t position = PositionOf(row_, in_.stages, s, c.action.chunk);
    const std::size_t index = Index(position, c.action.micro_batch);
    switch (c.action.kind) {
      case ActionKind::kForward:
        line.free = forward_[index] = c.start + in_.forward;
        line.held += 1;
        ++line.next_forward[c.action.chunk];
        break;
      case ActionKind::kBackward:
        line.free = backward_[index] = c.start + in_.backward;
        ++line.next_backward[c.action.chunk];
        break;
      case ActionKind::kWeight:
        line.free = c.start + in_.weight;
        line.held -= 1;
        ++line.next_weight[c.action.chunk];
        break;
    }
    out_[s].push_back(c.action);
  }

  ScheduleInput in_;
  const ScheduleRow& row_;
  double limit_;
  std::vector<Line> lines_;
  Orders out_;
  std::vector<double> forward_, backward_;
};

Orders Find(const ScheduleInput& in, Schedule schedule, double limit) {
  return Search(in, RowOf(schedule), limit).Run();
}

}  // namespace

/// Zero bubble with the memory of 1F1B (ZB-H1): p micro-batches in flight.
Orders ZeroBubbleOrder(const ScheduleInput& in) { return Find(in, Schedule::kZeroBubble, in.stages); }
/// Two chunks per stage in a V, memory of 1F1B: 2p half chunks.
Orders ZbvOrder(const ScheduleInput& in) { return Find(in, Schedule::kZbv, 2.0 * in.stages); }
/// The V with about half of that.
Orders VHalfOrder(const ScheduleInput& in) { return Find(in, Schedule::kVHalf, in.stages + 2.0); }
/// The V with about a third.
Orders VMinOrder(const ScheduleInput& in) {
  return Find(in, Schedule::kVMin, std::max(2.0, 2.0 * in.stages / 3.0 + 2.0));
}

}  // namespace headroom::training
