#pragma once

#include <cstdint>
#include <functional>

#include "models/storage/store_service.h"
#include "sim/engine/engine.h"

namespace headroom::training {

/// Data of training, read ahead all the time: a stream of `step.bytes` a step, which shares its store with whatever else reads
/// (and writes, where the store has a limit of both). A step takes no less than its data.
///
/// Data of `set` bytes are read over and over. Of what was read once, the share `cached` comes from the drives of the nodes
/// from then on, in no less than `cache_seconds` a step. `prefetch` steps may lie ready in host memory: at the start they do.
struct DataPlan {
  storage::StoreService* store = nullptr;  ///< not owned; null: no data to read
  storage::Request step;
  double set = 0;            ///< B; 0: nothing is read twice
  double cached = 0;         ///< share of the set
  double cache_seconds = 0;  ///< s for one step's data from the drives
  std::uint32_t prefetch = 0;  ///< steps
};

/// The reading end of a DataPlan: says how long one step's data takes now.
///
///     d(ready)/dt = stream / bytes - pace,   0 <= ready <= prefetch
///
/// While data are ready a step does not wait for the store; then it goes at the stream's rate. The stream asks for twice what
/// the job uses until `prefetch` steps are ready.
class DataReader {
 public:
  /// `on_seconds`: one step's data takes so long from now on.
  DataReader(Engine& engine, DataPlan plan, std::function<void(double seconds)> on_seconds);
  ~DataReader() { Stop(); }
  DataReader(const DataReader&) = delete;
  DataReader& operator=(const DataReader&) = delete;
  /// `need`: steps per second at most.
  void Start(double need);
  /// The job uses the data of so many steps per second; 0: it stands.
  void SetPace(double steps);
  void Stop();

 private:
  void Settle();
  void Open();
  void Ask();
  void Tell();

  Engine& engine_;
  DataPlan plan_;
  std::function<void(double)> on_seconds_;
  double need_ = 0, pace_ = 0;
  double bytes_ = 0;  ///< of a step, from the store
  double rate_ = 0;   ///< B/s of the stream
  double read_ = 0;   ///< B, of the first pass over the set
  double ready_ = 0;  ///< steps
  bool again_ = false;  ///< the set was read once
  bool opening_ = false;
  double told_ = -1;
  std::uint64_t stream_ = 0;
  Instant settled_;
  EventId event_;  ///< the next time at which data run out, are all ready, or were all read once
};

}  // namespace headroom::training
