#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "models/failure/interruptions.h"
#include "models/failure/node_pool.h"
#include "models/storage/store_service.h"
#include "models/training/checkpoint_stock.h"
#include "models/training/data_reader.h"

namespace headroom::training {

/// Saving the state and reading it back. A checkpoint begins at the first end of a step once `every` has passed since
/// the last one began. Synchronous: training stops until it is written. Asynchronous: training stops for `blocking`,
/// while the state is copied to host memory, and goes on while it is written; the next waits until this one is. Only
/// what is written counts. No checkpoint is taken at a job's start and end.
///
/// With tiers training stops until the first has the state; the other tiers that are due and the store get it from there
/// while training goes on. A fault that takes a node ends what is under way; one that takes none does not.
struct CheckpointPlan {
  storage::StoreService* store = nullptr;  ///< not owned; null: no checkpoints but in tiers
  double every = 0;                        ///< s
  bool asynchronous = false;
  double blocking = 0;  ///< s
  storage::Request save, load;
  std::vector<CheckpointTier> tiers = {};  ///< the nearest first
  std::uint64_t keep = std::numeric_limits<std::uint64_t>::max();  ///< in the store
};

/// What a job does that has lost a node: another takes its place, ready or as soon as one is repaired; it waits for the very
/// node; or, with none ready, it goes on with fewer data parallel replicas until one is there.
enum class Reaction : std::uint8_t { kReplace, kWait, kShrink };

/// What strikes the job. After a fault: detection, a spare or repaired node for each that is lost, restart, reading the
/// newest copy that is left; another fault meanwhile starts this over. Nodes that are away do not fail.
struct FaultPlan {
  std::function<failure::Interruption()> next;  ///< empty: no faults
  failure::FailureProfile profile;
  failure::NodePool* nodes = nullptr;  ///< not owned; needed where a cause takes a node
  std::uint32_t accelerators_per_node = 1;
  Reaction reaction = Reaction::kReplace;
  /// A node is slow for a while: the job goes at `pace` while one is.
  struct Stragglers {
    double rate = 0;  ///< 1/s, of all its nodes
    double pace = 1;
    double lasts = 0;  ///< s, mean, exponential
  } stragglers;
  /// A node computes wrong results from some moment on. Once that is seen, the job goes back to a copy from before it, and the
  /// node is replaced.
  struct Silent {
    double rate = 0;  ///< 1/s, of all its nodes
    double seen = 0;  ///< s, mean, exponential
  } silent;
  std::uint64_t seed = 1;
  std::string path = {};  ///< of their random numbers
};

/// The plan on fewer data parallel replicas. `keep_batch`: the global batch stays, dealt unevenly where it does not divide, so
/// that a step takes as long as that of the fullest replica; else every replica keeps its share and a step has fewer tokens.
struct ShrinkPlan {
  /// Of so many replicas; null: they cannot run (memory, rules of the plan). Empty: never.
  std::function<const class StepModel*(std::uint32_t replicas)> model;
  bool keep_batch = true;
};

/// Time in which a job got no further [s].
struct LostTime {
  double checkpoint = 0;  ///< stopped while the state is saved
  double redone = 0;      ///< steps and parts of steps that a fault undid
  double corrupted = 0;   ///< the same, undone because results were wrong
  double detection = 0;
  double waiting = 0;  ///< for a node
  double restart = 0;
  double loading = 0;    ///< reading the checkpoint
  double data = 0;       ///< waiting for training data
  double straggler = 0;  ///< waiting for slow nodes
  double shrunk = 0;     ///< steps on fewer replicas, beyond what all would have taken for their tokens
  double queue = 0;      ///< without accelerators, after a preemption or a fault
  double total() const {
    return checkpoint + redone + corrupted + detection + waiting + restart + loading + data + straggler + shrunk + queue;
  }
};

struct JobEvent {
  double time = 0;   ///< s
  std::string kind;  ///< "failure", "shrink", "restart"
  std::string what;
};

}  // namespace headroom::training
