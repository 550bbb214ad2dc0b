#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "scenarios/sweep/folder.h"

namespace headroom::sweep {

/// What became of the points of one call.
struct Tally {
  std::size_t done = 0;
  std::size_t forbidden = 0;
  std::size_t failed = 0;
  bool interrupted = false;
  double cpu_s = 0.0;  ///< of the processes that have ended
  std::size_t finished() const { return done + forbidden + failed; }
};

/// Asked about ten times a second and after every point; false ends the pool: running points are
/// killed, nothing is lost but their work.
using PoolWatch = std::function<bool(const Tally&)>;

/// Runs points (indices into the plan), at most `jobs` at a time, each in a child process forked
/// from this one, which has read the base once. A child that dies of a signal is tried again, three
/// times in all; then, as after an error of its own, its log goes to failed/ and the rest goes on.
/// Children die with this process. In a sweep that branches the common run of several points is made
/// once, and they are forked from it; where that run is lost they run by themselves.
Tally RunPool(const Folder& folder, const Plan& plan, const config::Node& base,
              const std::vector<std::size_t>& points, int jobs, const PoolWatch& watch);

/// Holds a sweep's folder for one local pool. @throws ConfigError while another process holds it.
class FolderLock {
 public:
  explicit FolderLock(const Folder& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace headroom::sweep
