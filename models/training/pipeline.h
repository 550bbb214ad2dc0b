#pragma once

#include <vector>

#include "models/training/schedule.h"

namespace headroom::training {

/// Times of the pieces of one chunk for one micro-batch [s].
struct PieceTimes {
  double forward = 0;
  double backward = 0;  ///< of activations
  double weight = 0;    ///< of weights; runs with the backward unless the schedule splits it
};

/// When the first forward of a chunk may start, and when its parameters are all there.
struct Gate {
  double start = 0;
  double whole = 0;
};

struct PipelineInput {
  const ScheduleRow* schedule = nullptr;
  std::uint32_t stages = 1, chunks = 1, micro_batches = 1;
  const Orders* orders = nullptr;
  std::vector<PieceTimes> pieces;  ///< by position in the model
  std::vector<double> send;   ///< s from stage s to the next (wraps from the last to the first)
  bool asynchronous = false;  ///< sends run beside compute; else the sender waits for them
  std::vector<Gate> gates;    ///< by position; empty: none
};

struct ChunkSpan {
  double first_forward = 0;        ///< start
  double last_backward_start = 0;  ///< of the last micro-batch to finish
  double last_backward_end = 0;
};

struct PipelineResult {
  double end = 0;                 ///< when the last stage is done
  std::vector<double> busy;       ///< by stage
  std::vector<double> stage_end;  ///< by stage
  std::vector<ChunkSpan> chunks;  ///< by position
};

/// Runs every stage's order against those of its neighbours: an action starts when its stage is
/// free and what it needs has arrived. O(actions), one representative rank per stage; what all
/// ranks of a stage do at once is in the pieces. HR_CHECKs that no stage waits for ever.
PipelineResult RunPipeline(const PipelineInput& in);

/// Largest sum of `bytes` (by position, of one micro-batch) that a stage holds at once: from the
/// forward to the backward, or to the weight gradient where that is apart.
double PeakInFlight(const ScheduleRow& row, const std::vector<Action>& order, std::uint32_t stages,
                    std::uint32_t stage, const std::vector<double>& bytes);

}  // namespace headroom::training
