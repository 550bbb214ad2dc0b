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
/// slow each other only where the store has a limit of both together.
///
/// A stream is data that flows on and on: it shares as a transfer does, wants no more than its demand, and is told its rate.
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
  /// `on_rate` is called with each new rate [B/s], the first time before this returns. Cancel() ends it.
  std::uint64_t OpenStream(const Request& request, double demand, std::function<void(double rate)> on_rate);
  const StoreParams& params() const { return params_; }
  double bytes_read() const { return moved_[0]; }     ///< by finished transfers and streams
  double bytes_written() const { return moved_[1]; }  ///< by finished transfers and streams
  /// B that have crossed to or from its clients up to `now`, of transfers under way or given up too.
  double Carried(Direction direction, Instant now) const;

 private:
  struct Transfer {
    Request request;
    double left = 0;     ///< B
    double largest = 0;  ///< B/s
    double rate = 0;     ///< B/s now; 0 while it opens its files
    bool moving = false;
    std::function<void(double)> on_rate;  ///< of a stream
    EventId event;  ///< first byte, then end
    std::function<void()> on_done;
  };
  void Share();
  void Settle();
  void Finish(std::uint64_t id);

  Engine& engine_;
  StoreParams params_;
  std::map<std::uint64_t, Transfer> transfers_;
  std::uint64_t last_id_ = 0;
  double opened_until_ = 0;  ///< s, when the files asked for so far are open
  Instant settled_;
  double moved_[2] = {0, 0};
  double carried_[2] = {0, 0};
};

}  // namespace headroom::storage
