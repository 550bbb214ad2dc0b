#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace headroom::cli {

/// Arguments of the subcommands of `headroom sweep`.
struct SweepOptions {
  std::string sweep, folder, output, metric, engine = "local", sbatch, progress = "auto";
  bool dry_run = false, commands = false, json = false;
  int jobs = 0;
  std::size_t chunk = 0, chunk_size = 0;
  std::vector<std::string> minimise, maximise, subject_to;
};

int SweepPlan(const SweepOptions& o);
int SweepRun(const SweepOptions& o);
int SweepPoint(const SweepOptions& o);
int SweepStatus(const SweepOptions& o);
int SweepCollect(const SweepOptions& o);
int SweepSensitivity(const SweepOptions& o);
int SweepBest(const SweepOptions& o);

}  // namespace headroom::cli
