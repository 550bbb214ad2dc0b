#pragma once

#include <string>

#include "scenarios/sweep/folder.h"

namespace headroom::sweep {

/// How a sweep is cut for an engine that runs commands.
struct Chunks {
  std::size_t size = 1;  ///< points
  std::size_t count = 0;
};

/// Chunks of about `target_s` of work where one point takes `point_s` on one core.
Chunks CutInto(std::size_t points, double point_s, double target_s = 30.0);

/// `headroom sweep point DIR --chunk K --size N`.
std::string ChunkCommand(const std::string& program, const Folder& folder, const std::string& chunk,
                         const Chunks& chunks);

struct SlurmOptions {
  std::string program;         ///< path of the command on the nodes
  int throttle = 0;            ///< tasks at once; 0: no limit
  std::string extra;           ///< further arguments of sbatch, e.g. "--partition=batch --time=10"
  double point_s = 1.0;        ///< measured
  std::size_t chunk_size = 0;  ///< 0: by point_s
};

/// What was submitted.
struct SlurmJobs {
  std::string array;    ///< job id
  std::string collect;  ///< job id
  Chunks chunks;
};

/// Submits one array of chunks (--requeue) and a job that collects when it has ended, however that
/// was. Chunks whose points all have their reports are left out. @throws IoError where sbatch is
/// missing or refuses.
SlurmJobs SubmitToSlurm(const Folder& folder, const Plan& plan, const SlurmOptions& options);

/// Whether squeue still lists a job of these; kUnknown where the controller does not answer. Tasks
/// that Slurm holds because their launch failed (a lost node, a controller that forgot) are
/// released.
enum class SlurmState { kActive, kGone, kUnknown };
SlurmState Tend(const SlurmJobs& jobs);

/// Cancels both jobs.
void CancelSlurm(const SlurmJobs& jobs);

}  // namespace headroom::sweep
