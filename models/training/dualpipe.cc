#include <deque>

#include "models/training/schedule.h"
#include "sim/core/check.h"

namespace headroom::training {
namespace {

class Stage {
 public:
  explicit Stage(std::vector<Action>* out) : out_(out) {}
  void Forward(std::uint16_t chunk) {
    out_->push_back({ActionKind::kForward, chunk, forward_[chunk]++});
  }
  /// `later`: weight gradients wait for Weight().
  void Backward(std::uint16_t chunk, bool later) {
    const std::uint32_t mb = backward_[chunk]++;
    out_->push_back({ActionKind::kBackward, chunk, mb});
    waiting_.push_back({ActionKind::kWeight, chunk, mb});
    if (!later) Weight();
  }
  void Weight() {
    if (waiting_.empty()) return;
    out_->push_back(waiting_.front());
    waiting_.pop_front();
  }
  bool waiting() const { return !waiting_.empty(); }

 private:
  std::vector<Action>* out_;
  std::uint32_t forward_[2] = {0, 0}, backward_[2] = {0, 0};
  std::deque<Action> waiting_;
};

}  // namespace

/// One of the two mirrored halves of DualPipe, which is DualPipeV: two chunks per rank in a V, a
/// forward beside every backward in the steady state, weight gradients held back where the pipeline fills and
/// drains. Source: deepseek-ai/DualPipe. Needs two micro-batches per stage.
Orders DualPipeOrder(const ScheduleInput& in) {
  const std::uint32_t p = in.stages, m = in.micro_batches;
  HR_CHECK(m >= 2 * p, m, p);
  Orders out(p);
  for (std::uint32_t r = 0; r < p; ++r) {
    Stage stage(&out[r]);
    const std::uint32_t after = p - r - 1, own = r + 1;
    for (std::uint32_t i = 0; i < 2 * after; ++i) stage.Forward(0);
    for (std::uint32_t i = 0; i < own; ++i) stage.Forward(0), stage.Forward(1);
    for (std::uint32_t i = 0; i < after; ++i) {
      stage.Backward(1, true);
      stage.Weight();
      stage.Forward(1);
    }
    for (std::uint32_t i = 0; i < m - 2 * p + own; ++i) {
      stage.Forward(0);
      stage.Backward(1, false);
      stage.Forward(1);
      stage.Backward(0, false);
    }
    for (std::uint32_t i = 0; i < after; ++i) {
      stage.Backward(1, false);
      stage.Forward(1);
      stage.Backward(0, false);
    }
    bool later = false;
    for (std::uint32_t i = 0; i < own; ++i) {
      if (i == own / 2 && r % 2 == 1) later = true;
      stage.Backward(1, later);
      if (i == own / 2 && r % 2 == 0) later = true;
      stage.Backward(0, later);
    }
    for (std::uint32_t i = 0; i < after; ++i) {
      stage.Weight();
      stage.Backward(0, true);
    }
    while (stage.waiting()) stage.Weight();
  }
  return out;
}

}  // namespace headroom::training
