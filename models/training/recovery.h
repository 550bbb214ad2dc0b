#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/failure/interruptions.h"
#include "models/failure/node_pool.h"
#include "models/storage/store_service.h"

namespace headroom::training {

/// Saving the state and reading it back. A checkpoint begins at the first end of a step once `every` has passed since
/// the last one began. Synchronous: training stops until it is written. Asynchronous: training stops for `blocking`,
/// while the state is copied to host memory, and goes on while it is written; the next waits until this one is. Only
/// what is written counts. No checkpoint is taken at a job's start and end.
struct CheckpointPlan {
  storage::StoreService* store = nullptr;  ///< not owned; null: no checkpoints
  double every = 0;                        ///< s
  bool asynchronous = false;
  double blocking = 0;  ///< s
  storage::Request save, load;
};

/// Data of training, read ahead all the time: a stream of `step.bytes` a step, which shares its store with whatever else reads
/// (and writes, where the store has a limit of both). A step takes no less than its data.
struct DataPlan {
  storage::StoreService* store = nullptr;  ///< not owned; null: no data to read
  storage::Request step;
};

/// What strikes the job. After a fault: detection, a spare or repaired node for each that is lost, restart, reading the
/// checkpoint; another fault meanwhile starts this over.
struct FaultPlan {
  std::function<failure::Interruption()> next;  ///< empty: no faults
  failure::FailureProfile profile;
  failure::NodePool* nodes = nullptr;  ///< not owned; needed where a cause takes a node
  std::uint32_t accelerators_per_node = 1;
};

/// Time in which a job got no further [s].
struct LostTime {
  double checkpoint = 0;  ///< stopped while the state is saved
  double redone = 0;      ///< steps and parts of steps that a fault undid
  double detection = 0;
  double waiting = 0;  ///< for a node
  double restart = 0;
  double loading = 0;  ///< reading the checkpoint
  double data = 0;     ///< waiting for training data
  double total() const {
    return checkpoint + redone + detection + waiting + restart + loading + data;
  }
};

struct JobEvent {
  double time = 0;   ///< s
  std::string kind;  ///< "failure", "restart"
  std::string what;
};

}  // namespace headroom::training
