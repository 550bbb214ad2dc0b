#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/training/plan.h"

namespace headroom::training {

/// F forward; B backward of activations and, unless the order has W, of weights too; W backward of
/// weights.
enum class ActionKind : std::uint8_t { kForward, kBackward, kWeight };

struct Action {
  ActionKind kind;
  std::uint16_t chunk;  ///< of the stage, from 0
  std::uint32_t micro_batch;
};

/// What an order may depend on: shape, and rough times of the pieces where the order is found by
/// looking ahead.
struct ScheduleInput {
  std::uint32_t stages = 1;
  std::uint32_t chunks = 1;  ///< per stage
  std::uint32_t micro_batches = 1;
  double forward = 1, backward = 1, weight = 1, send = 0;  ///< s, of a mean chunk
};

/// The actions of every stage in the order in which it runs them.
using Orders = std::vector<std::vector<Action>>;

/// A schedule: one file with the order, one row here.
struct ScheduleRow {
  Schedule schedule;
  const char* name;
  Orders (*order)(const ScheduleInput&);
  /// The same without W: the order of forward and backward passes, which no time of a piece moves.
  Orders (*passes)(const ScheduleInput&);
  bool splits_weight;                     ///< W apart from B
  bool v_shaped;  ///< a stage's second chunk counts from the last stage back, so that the last
                  ///< holds chunks p-1 and p
  std::uint32_t min_chunks, max_chunks;
  const char* chunks_text;
  bool Allows(std::uint32_t chunks) const { return chunks >= min_chunks && chunks <= max_chunks; }
};

std::span<const ScheduleRow> ScheduleTable();
const ScheduleRow& RowOf(Schedule schedule);

Orders GpipeOrder(const ScheduleInput& in);
Orders OneFOneBOrder(const ScheduleInput& in);
Orders InterleavedOrder(const ScheduleInput& in);
Orders ZeroBubbleOrder(const ScheduleInput& in);
Orders ZbvOrder(const ScheduleInput& in);
Orders VHalfOrder(const ScheduleInput& in);
Orders VMinOrder(const ScheduleInput& in);
Orders DualPipeOrder(const ScheduleInput& in);

Orders ZbvPasses(const ScheduleInput& in);
Orders VHalfPasses(const ScheduleInput& in);
Orders VMinPasses(const ScheduleInput& in);

/// Position of a stage's chunk in the model (0 .. stages*chunks - 1), and back.
std::uint32_t PositionOf(const ScheduleRow& row, std::uint32_t stages, std::uint32_t stage,
                         std::uint32_t chunk);
struct Seat {
  std::uint32_t stage;
  std::uint32_t chunk;
};
Seat SeatOf(const ScheduleRow& row, std::uint32_t stages, std::uint32_t position);

}  // namespace headroom::training
