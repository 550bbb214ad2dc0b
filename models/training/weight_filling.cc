#include "models/training/weight_filling.h"

#include <bit>
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

/// The least of n values that change one at a time, by a knock-out tree; of equal ones the first.
class Earliest {
 public:
  explicit Earliest(std::uint32_t n) : leaves_(std::bit_ceil(n)), nodes_(2 * leaves_) {
    for (std::uint32_t i = 0; i < leaves_; ++i) nodes_[leaves_ + i] = {kNever, i};
    for (std::uint32_t i = leaves_ - 1; i > 0; --i) nodes_[i] = Better(i);
  }
  void Set(std::uint32_t i, double value) {
    i += leaves_;
    nodes_[i].value = value;
    while (i /= 2) nodes_[i] = Better(i);
  }
  double value() const { return nodes_[1].value; }
  std::uint32_t index() const { return nodes_[1].index; }

 private:
  struct Node {
    double value;
    std::uint32_t index;
  };
  const Node& Better(std::uint32_t i) const {
    return nodes_[2 * i + 1].value < nodes_[2 * i].value ? nodes_[2 * i + 1] : nodes_[2 * i];
  }
  std::uint32_t leaves_;
  std::vector<Node> nodes_;
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
        backward_(forward_) {
    for (std::uint32_t s = 0; s < in.stages; ++s) {
      out_[s].reserve(3 * std::size_t(in.chunks) * in.micro_batches);
      for (std::uint32_t c = 0; c < in.chunks; ++c)
        position_.push_back(PositionOf(row, in.stages, s, c));
    }
    for (std::uint32_t i = 0; i < in.stages * in.chunks; ++i)
      stage_.push_back(SeatOf(row, in.stages, i).stage);
  }

  Orders Run() {
    std::vector<Step> steps(in_.stages);
    Earliest earliest(in_.stages);
    const auto look = [&](std::uint32_t s) {
      steps[s] = Next(s);
      earliest.Set(s, steps[s].start);
    };
    for (std::uint32_t s = 0; s < in_.stages; ++s) look(s);
    while (earliest.value() != kNever) {
      const std::uint32_t stage = earliest.index();
      const Action a = steps[stage].action;
      Take(stage, steps[stage]);
      look(stage);
      // What a stage may do next hangs on itself and on the neighbours of its chunks.
      const std::uint32_t at = Position(stage, a);
      if (a.kind == ActionKind::kForward && at + 1 < stage_.size()) look(stage_[at + 1]);
      if (a.kind == ActionKind::kBackward && at > 0) look(stage_[at - 1]);
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
  std::uint32_t Position(std::uint32_t s, const Action& a) const {
    return position_[s * in_.chunks + a.chunk];
  }
  double Hop(std::uint32_t from, std::uint32_t to) const {
    return stage_[from] == stage_[to] ? 0 : in_.send;
  }
  double Ready(std::uint32_t s, const Action& a) const {
    const std::uint32_t position = Position(s, a);
    if (a.kind == ActionKind::kForward) {
      return position == 0
                 ? 0
                 : forward_[Index(position - 1, a.micro_batch)] + Hop(position - 1, position);
    }
    const double own = forward_[Index(position, a.micro_batch)];
    if (position + 1 == stage_.size()) return own;
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
    const std::size_t index = Index(Position(s, a), a.micro_batch);
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
  std::vector<std::uint32_t> position_, stage_;  ///< by stage and chunk; by position
  std::vector<double> forward_, backward_;
};

}  // namespace

Orders FillWeights(const ScheduleInput& in, const ScheduleRow& row, const Orders& passes,
                   double limit) {
  return Filling(in, row, passes, limit).Run();
}

}  // namespace headroom::training
