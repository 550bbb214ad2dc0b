#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "models/storage/store.h"
#include "sim/engine/engine.h"

namespace headroom::storage {

/// A store on the engine. A transfer first opens its files, one transfer after the other at the
/// store's rate, waits for the first byte, then moves bytes. Transfers of one direction that move
/// bytes share the aggregate max-min fairly, each held to its own largest rate; the two directions
/// do not slow each other.
class StoreService {
 public:
  /// `engine` outlives it.
  StoreService(Engine& engine, StoreParams params);
  StoreService(const StoreService&) = delete;
  StoreService& operator=(const StoreService&) = delete;
  /// Starts a transfer; `on_done` is called at its end (Phase::kCompletion).
  std::uint64_t Begin(const Request& request, std::function<void()> on_done);
  /// Gives up a transfer: what it has moved is lost. Unknown and finished ones are left alone.
  void Cancel(std::uint64_t id);
  const StoreParams& params() const { return params_; }
  double bytes_read() const { return moved_[0]; }     ///< by finished transfers
  double bytes_written() const { return moved_[1]; }  ///< by finished transfers

 private:
  struct Transfer {
    Request request;
    double left = 0;     ///< B
    double largest = 0;  ///< B/s
    double rate = 0;     ///< B/s now; 0 while it opens its files
    bool moving = false;
    EventId event;  ///< first byte, then end
    std::function<void()> on_done;
  };
  void Share(Direction direction);
  void Settle(Direction direction);
  void Finish(std::uint64_t id);

  Engine& engine_;
  StoreParams params_;
  std::map<std::uint64_t, Transfer> transfers_;
  std::uint64_t last_id_ = 0;
  double opened_until_ = 0;  ///< s, when the files asked for so far are open
  Instant settled_[2];
  double moved_[2] = {0, 0};
};

}  // namespace headroom::storage
