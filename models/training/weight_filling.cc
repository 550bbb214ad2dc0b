#include "models/training/weight_filling.h"

#include <algorithm>
#include <deque>
#include <limits>

#include "sim/core/check.h"

namespace headroom::training {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

struct Line {
  double free = 0;
  double held = 0;
  std::size_t next = 0;
  std::deque<Action> weights;  ///< backward done, weights not
};

class Filling {
 public:
  Filling(const ScheduleInput& in, const ScheduleRow& row, const Orders& passes, double limit)
      : in_(in),
        row_(row),
        passes_(passes),
        limit_(limit),
        lines_(in.stages),
        out_(in.stages),
        forward_(std::size_t(in.stages) * in.chunks * in.micro_batches, kNever),
        backward_(forward_) {}

  Orders Run() {
    while (true) {
      std::uint32_t stage = 0;
      Step best;
      for (std::uint32_t s = 0; s < in_.stages; ++s) {
        const Step step = Next(s);
        if (step.start < best.start) best = step, stage = s;
      }
      if (best.start == kNever) break;
      Take(stage, best);
    }
    for (std::uint32_t s = 0; s < in_.stages; ++s)
      HR_CHECK(lines_[s].next == passes_[s].size(), row_.name, s);
    return std::move(out_);
  }

 private:
  struct Step {
    double start = kNever;
    Action action{};
  };

  std::size_t Index(std::uint32_t position, std::uint32_t mb) const {
    return std::size_t(position) * in_.micro_batches + mb;
  }
  double Hop(std::uint32_t from, std::uint32_t to) const {
    return SeatOf(row_, in_.stages, from).stage == SeatOf(row_, in_.stages, to).stage ? 0
                                                                                      : in_.send;
  }
  double Ready(std::uint32_t s, const Action& a) const {
    const std::uint32_t position = PositionOf(row_, in_.stages, s, a.chunk);
    if (a.kind == ActionKind::kForward) {
      return position == 0
                 ? 0
                 : forward_[Index(position - 1, a.micro_batch)] + Hop(position - 1, position);
    }
    const double own = forward_[Index(position, a.micro_batch)];
    if (position + 1 == in_.stages * in_.chunks) return own;
    return std::max(own,
                    backward_[Index(position + 1, a.micro_batch)] + Hop(position + 1, position));
  }

  Step Next(std::uint32_t s) const {
    const Line& line = lines_[s];
    const bool more = line.next < passes_[s].size();
    if (line.weights.empty()) {
      if (!more) return {};
      const Action& a = passes_[s][line.next];
      return {std::max(line.free, Ready(s, a)), a};
    }
    const Step weight{line.free, line.weights.front()};
    if (!more) return weight;
    const Action& a = passes_[s][line.next];
    const double start = std::max(line.free, Ready(s, a));
    const bool full = a.kind == ActionKind::kForward && line.held + 1 > limit_ + 1e-9;
    if (full || start > line.free + 0.5 * in_.weight) return weight;
    return {start, a};
  }

  void Take(std::uint32_t s, const Step& step) {
    Line& line = lines_[s];
    const Action& a = step.action;
    const std::size_t index = Index(PositionOf(row_, in_.stages, s, a.chunk), a.micro_batch);
    switch (a.kind) {
      case ActionKind::kForward:
        line.free = forward_[index] = step.start + in_.forward;
        line.held += 1;
        ++line.next;
        break;
      case ActionKind::kBackward:
        line.free = backward_[index] = step.start + in_.backward;
        line.weights.push_back({ActionKind::kWeight, a.chunk, a.micro_batch});
        ++line.next;
        break;
      case ActionKind::kWeight:
        line.free = step.start + in_.weight;
        line.held -= 1;
        line.weights.pop_front();
        break;
    }
    out_[s].push_back(a);
  }

  ScheduleInput in_;
  const ScheduleRow& row_;
  const Orders& passes_;
  double limit_;
  std::vector<Line> lines_;
  Orders out_;
  std::vector<double> forward_, backward_;
};

}  // namespace

Orders FillWeights(const ScheduleInput& in, const ScheduleRow& row, const Orders& passes,
                   double limit) {
  return Filling(in, row, passes, limit).Run();
}

}  // namespace headroom::training
