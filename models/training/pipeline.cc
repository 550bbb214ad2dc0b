#include "models/training/pipeline.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::training {
namespace {

class Run {
 public:
  explicit Run(const PipelineInput& in)
      : in_(in),
        positions_(in.stages * in.chunks),
        forward_(std::size_t(positions_) * in.micro_batches, -1.0),
        backward_(forward_),
        next_(in.stages, 0),
        free_(in.stages, 0.0) {
    result_.busy.assign(in.stages, 0.0);
    result_.chunks.resize(positions_);
    for (std::uint32_t s = 0; s < in.stages; ++s)
      for (std::uint32_t c = 0; c < in.chunks; ++c)
        position_.push_back(PositionOf(*in.schedule, in.stages, s, c));
    for (std::uint32_t i = 0; i < positions_; ++i)
      hop_.push_back(i + 1 < positions_ ? Hop(i, i + 1) : 0.0);
  }

  PipelineResult Go() {
    // A stage that can go on does; the others are looked at again after their neighbours moved.
    bool moved = true;
    while (moved) {
      moved = false;
      for (std::uint32_t s = 0; s < in_.stages; ++s) moved |= Advance(s);
      for (std::uint32_t s = in_.stages; s-- > 0;) moved |= Advance(s);
    }
    for (std::uint32_t s = 0; s < in_.stages; ++s) {
      HR_CHECK(next_[s] == (*in_.orders)[s].size(), in_.schedule->name, s, next_[s]);
      result_.end = std::max(result_.end, free_[s]);
    }
    result_.stage_end = free_;
    return std::move(result_);
  }

 private:
  std::size_t Index(std::uint32_t position, std::uint32_t mb) const {
    return std::size_t(position) * in_.micro_batches + mb;
  }
  /// Seconds on the way from the seat of one position to that of its neighbour.
  double Hop(std::uint32_t from, std::uint32_t to) const {
    const std::uint32_t a = SeatOf(*in_.schedule, in_.stages, from).stage;
    const std::uint32_t b = SeatOf(*in_.schedule, in_.stages, to).stage;
    if (a == b) return 0;
    const std::uint32_t low = std::min(a, b), high = std::max(a, b);
    return in_.send[high - low == 1 ? low : in_.stages - 1];
  }

  bool Advance(std::uint32_t s) {
    const std::vector<Action>& order = (*in_.orders)[s];
    const std::size_t before = next_[s];
    while (next_[s] < order.size() && Take(s, order[next_[s]])) ++next_[s];
    return next_[s] != before;
  }

  bool Take(std::uint32_t s, const Action& a) {
    const std::uint32_t position = position_[s * in_.chunks + a.chunk];
    const PieceTimes& t = in_.pieces[position];
    ChunkSpan& span = result_.chunks[position];
    double start = free_[s], length = 0, hop_after = 0;
    switch (a.kind) {
      case ActionKind::kForward: {
        if (position > 0) {
          const double from = forward_[Index(position - 1, a.micro_batch)];
          if (from < 0) return false;
          start = std::max(start, from + hop_[position - 1]);
        }
        length = t.forward;
        double end = start + length;
        if (a.micro_batch == 0) {
          if (!in_.gates.empty()) {
            start = std::max(start, in_.gates[position].start);
            end = std::max(start + length, in_.gates[position].whole);
          }
          span.first_forward = start;
        }
        hop_after = hop_[position];
        forward_[Index(position, a.micro_batch)] = end;
        free_[s] = end;
        break;
      }
      case ActionKind::kBackward: {
        const double own = forward_[Index(position, a.micro_batch)];
        if (own < 0) return false;
        if (position + 1 < positions_) {
          const double from = backward_[Index(position + 1, a.micro_batch)];
          if (from < 0) return false;
          start = std::max(start, from + hop_[position]);
        }
        length = t.backward + (in_.schedule->splits_weight ? 0 : t.weight);
        if (position > 0) hop_after = hop_[position - 1];
        backward_[Index(position, a.micro_batch)] = free_[s] = start + length;
        break;
      }
      case ActionKind::kWeight:
        length = t.weight;
        free_[s] = start + length;
        break;
    }
    if (a.kind != ActionKind::kForward && start + length >= span.last_backward_end) {
      span.last_backward_start = start;
      span.last_backward_end = start + length;
    }
    result_.busy[s] += length;
    if (!in_.asynchronous) free_[s] += hop_after;
    return true;
  }

  const PipelineInput& in_;
  std::uint32_t positions_;
  std::vector<std::uint32_t> position_;  ///< by stage and chunk
  std::vector<double> hop_;              ///< from a position to the next
  std::vector<double> forward_, backward_;  ///< ends; negative: not yet
  std::vector<std::size_t> next_;
  std::vector<double> free_;
  PipelineResult result_;
};

}  // namespace

PipelineResult RunPipeline(const PipelineInput& in) { return Run(in).Go(); }

double PeakInFlight(const ScheduleRow& row, const std::vector<Action>& order, std::uint32_t stages,
                    std::uint32_t stage, const std::vector<double>& bytes) {
  const ActionKind frees = row.splits_weight ? ActionKind::kWeight : ActionKind::kBackward;
  double held = 0, peak = 0;
  for (const Action& a : order) {
    const double piece = bytes[PositionOf(row, stages, stage, a.chunk)];
    if (a.kind == ActionKind::kForward) peak = std::max(peak, held += piece);
    if (a.kind == frees) held -= piece;
  }
  return peak;
}

}  // namespace headroom::training
