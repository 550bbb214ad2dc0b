#pragma once

#include <chrono>
#include <cstddef>

#include "scenarios/cli/progress.h"

namespace headroom::cli {

/// How far a sweep is, on stderr: a bar on a terminal, JSON lines for programs, or nothing.
///
/// JSON lines: {"progress": 0.42, "points": 1000, "finished": 420, "failed": 3, "elapsed_s": 17.0,
/// "eta_s": 23.5}.
class SweepProgress {
 public:
  /// `before` of `points` were finished when this call began.
  SweepProgress(Progress::Mode mode, std::size_t points, std::size_t before);
  ~SweepProgress();
  /// Draws at most five times a second. `finished` counts those of `before` too.
  void Update(std::size_t finished, std::size_t failed);
  void Close();

 private:
  Progress::Mode mode_;
  std::size_t points_, before_;
  std::chrono::steady_clock::time_point start_;
  double last_drawn_ = -1.0;
  bool drawn_ = false;
};

}  // namespace headroom::cli
