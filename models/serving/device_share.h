#pragma once

#include <cstdint>
#include <vector>

#include "models/serving/replica.h"

namespace headroom::serving {

/// How several models use the same accelerators.
struct SharingParams {
  bool swapped = false;    ///< one model at a time is in device memory; else all of them
  double patience = 10.0;  ///< s that a request for another waits before the one in memory admits no more
};

/// One set of accelerators on which replicas of several models, each with an engine of its own, take
/// turns by iterations: whoever could begin first does, of several at once the next in order after
/// the last one. So no two iterations overlap (time slices without spatial sharing, as of engine
/// processes on one GPU without MPS).
///
/// Swapped: the model in memory goes on while it has work, but stops to admit when a request for another
/// has waited for `patience` since then or since it came in; when its running sequences are answered, the one that has waited longest
/// is brought in from host memory in `load` seconds, and the cache of the other is forgotten. Left out:
/// kernels of two models side by side; slowing of one engine's host by another's.
class DeviceShare {
 public:
  struct Tenant {
    Replica* replica;
    double load;  ///< s to bring its weights into device memory
  };
  /// The first is in memory and meters idle power.
  DeviceShare(const SharingParams& params, std::vector<Tenant> tenants);
  DeviceShare(const DeviceShare&) = delete;
  DeviceShare& operator=(const DeviceShare&) = delete;

  /// Ends the iteration that is over by `now` or begins one before it; false if there is neither.
  bool Step(double now);
  double next_change() const;
  /// A tenant got a request: runs of several iterations end with the one under way.
  void Arrived(double now);
  /// What ran at `now` was lost.
  void Free(double now) { free_ = now; }
  std::uint64_t swaps() const { return swaps_; }

 private:
  struct Choice {
    std::size_t tenant;
    double start;
    bool swap = false, hold = false;  ///< bring it in first; the one in memory admits no more
  };
  const Replica* running() const;
  double Ready(std::size_t tenant) const;
  Choice Choose() const;
  Choice ChooseSwapped() const;
  void BringIn(const Choice& choice);

  SharingParams params_;
  std::vector<Tenant> tenants_;
  std::size_t last_ = 0, resident_ = 0;
  double free_ = 0.0, came_in_ = 0.0;
  std::uint64_t swaps_ = 0;
};

}  // namespace headroom::serving
