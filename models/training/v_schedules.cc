#include <algorithm>
#include <array>
#include <cmath>

#include "models/training/weight_filling.h"
#include "sim/core/check.h"

namespace headroom::training {
namespace {

/// Slots of one repetition: F, B and W of two chunks.
constexpr int kInterval = 6;

/// Delays from stage to stage, in slots: first forward going down, second coming up, its backward
/// going down, the first chunk's backward coming up.
struct Delays {
  int down, up, back_down, back_up;
};

/// When stage i runs its four passes of micro-batch 0, in the order F0, F1, B1, B0.
using Block = std::vector<std::array<int, 4>>;

Block MakeBlock(int p, const Delays& d, int g1, int g2, int g3) {
  Block out(p);
  const int turn = d.down * (p - 1) + g1;
  const int top = turn + d.up * (p - 1) + g2;
  const int low = top + d.back_down * (p - 1) + g3;
  for (int i = 0; i < p; ++i) {
    out[i] = {d.down * i, turn + d.up * (p - 1 - i), top + d.back_down * i,
              low + d.back_up * (p - 1 - i)};
  }
  return out;
}

/// A block can be repeated every kInterval slots if no stage has two passes in one slot.
bool Repeats(const Block& block) {
  for (const auto& times : block) {
    for (std::size_t a = 0; a < 4; ++a) {
      for (std::size_t b = a + 1; b < 4; ++b) {
        if ((times[a] - times[b]) % kInterval == 0) return false;
      }
    }
  }
  return true;
}

/// The shortest turns with which the block repeats.
Block FindBlock(int p, const Delays& d) {
  Block best;
  int least = 0;
  for (int g1 = 1; g1 <= kInterval; ++g1) {
    for (int g2 = 1; g2 <= kInterval; ++g2) {
      for (int g3 = 1; g3 <= kInterval; ++g3) {
        const Block block = MakeBlock(p, d, g1, g2, g3);
        if (Repeats(block) && (best.empty() || g1 + g2 + g3 < least))
          best = block, least = g1 + g2 + g3;
      }
    }
  }
  HR_CHECK(!best.empty(), p, d.down, d.up);
  return best;
}

/// Chunk activations that the fullest stage holds in the steady state; a weight gradient follows
/// within an interval.
double Held(const Block& block) {
  double most = 0;
  for (const auto& t : block) {
    most = std::max(most, std::ceil((t[3] - t[0] + 2.0) / kInterval) +
                              std::ceil((t[2] - t[1] + 2.0) / kInterval));
  }
  return most;
}

/// Repeats a building block for every micro-batch (Qi et al., arXiv 2405.15362) and squeezes the idle
/// slots out by keeping the order alone.
Orders VPasses(const ScheduleInput& in, const Block& block) {
  constexpr std::array<Action, 4> kPasses{{{ActionKind::kForward, 0, 0},
                                           {ActionKind::kForward, 1, 0},
                                           {ActionKind::kBackward, 1, 0},
                                           {ActionKind::kBackward, 0, 0}}};
  Orders passes(in.stages);
  for (std::uint32_t s = 0; s < in.stages; ++s) {
    passes[s].reserve(4 * std::size_t(in.micro_batches));
    // Each kind of pass comes once per interval, at a slot that no other kind has: the earliest of four is next.
    std::array<std::uint32_t, 4> micro_batch{};
    for (std::size_t n = 0; n < 4 * std::size_t(in.micro_batches); ++n) {
      std::size_t next = 4;
      std::int64_t earliest = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        const std::int64_t time = std::int64_t(kInterval) * micro_batch[k] + block[s][k];
        if (micro_batch[k] == in.micro_batches || (next < 4 && time >= earliest)) continue;
        next = k;
        earliest = time;
      }
      Action a = kPasses[next];
      a.micro_batch = micro_batch[next]++;
      passes[s].push_back(a);
    }
  }
  return passes;
}

Orders VOrder(const ScheduleInput& in, Schedule schedule, const Delays& delays) {
  const Block block = FindBlock(static_cast<int>(in.stages), delays);
  return FillWeights(in, RowOf(schedule), VPasses(in, block), Held(block));
}

constexpr Delays kZbv{4, 2, 4, 2}, kVHalf{2, 1, 2, 1}, kVMin{1, 1, 1, 1};

Orders PassesOf(const ScheduleInput& in, const Delays& delays) {
  return VPasses(in, FindBlock(static_cast<int>(in.stages), delays));
}

}  // namespace

/// Two chunks per stage in a V, memory of 1F1B. Weight gradients fill the gaps of all three.
Orders ZbvOrder(const ScheduleInput& in) { return VOrder(in, Schedule::kZbv, kZbv); }
Orders ZbvPasses(const ScheduleInput& in) { return PassesOf(in, kZbv); }
/// About half of it.
Orders VHalfOrder(const ScheduleInput& in) { return VOrder(in, Schedule::kVHalf, kVHalf); }
Orders VHalfPasses(const ScheduleInput& in) { return PassesOf(in, kVHalf); }
/// About a third.
Orders VMinOrder(const ScheduleInput& in) { return VOrder(in, Schedule::kVMin, kVMin); }
Orders VMinPasses(const ScheduleInput& in) { return PassesOf(in, kVMin); }

}  // namespace headroom::training
