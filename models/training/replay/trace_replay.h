#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/training/held_accelerators.h"
#include "models/training/replay/replay_graph.h"
#include "models/training/step_params.h"
#include "sim/engine/engine.h"
#include "sim/engine/port.h"

namespace headroom::training {

struct TraceReplayParams {
  std::string name;
  std::vector<HeldPart> parts;  ///< of the ranks, in their order
  double tdp = 0;               ///< W
  PowerShares power;
  power::ClockLaw clock_law;
};

struct ReplayResults {
  double makespan = 0;       ///< s, from Start() to the end of the last node
  double energy = 0;         ///< J over all ranks
  double held = 0;           ///< accelerator-seconds
  double computing = 0;      ///< accelerator-seconds in which a compute stream ran
  double communicating = 0;  ///< ... in which only communication ran
};

/// Execution traces on the engine, one event per node that takes time.
///
/// A node starts when all its dependencies are done and its lane is free; a lane takes its nodes in
/// the order in which they became ready, those of one instant in the order of the file. A rank has
/// a lane for its host, one per compute stream of its accelerator, one for outgoing messages and
/// one per group for collectives. A message leaves when its send starts, whether or not its receive
/// is there (buffered); the receive ends when both are. A collective starts when its last member is
/// ready and the group's one before is over. Compute goes by 1/clock of the port at which it
/// starts.
///
/// Power of an accelerator: the GEMM share of its TDP while a stream computes, the communication
/// share while only a collective or message is under way, idle otherwise, waiting included
/// (assumed). Left out: contention between groups, between messages to one rank and between
/// communication and compute; memory capacity; launch overhead of the host beyond what the trace
/// holds.
class TraceReplay : public Settler {
 public:
  /// `engine`, `graph` and the ports outlive the replay; parts cover at least the graph's ranks.
  TraceReplay(Engine& engine, const ReplayGraph& graph, TraceReplayParams params,
              std::function<void()> on_end = {});
  void Start();
  void Settle(Instant now) override;
  bool running() const { return running_; }
  /// After Settle(). @throws InternalError if accelerator-seconds do not add up.
  ReplayResults Results() const;

 private:
  static constexpr std::uint32_t kNone = ReplayGraph::kNone;
  enum State : std::uint8_t { kIdle, kCommunicating, kComputing, kStates };
  struct Lane {
    std::uint32_t head = kNone, tail = kNone;
    bool busy = false;
  };
  /// Ranks behind one port: how many are in each state, and how long since the meters were brought
  /// up to date.
  struct Port {
    power::LoadPort* port = nullptr;
    double host_load = 1;
    double clock = 1;
    std::int64_t since = 0;
    std::int64_t count[kStates] = {};
    std::int64_t spent[kStates] = {};  ///< rank-ns, not metered yet
  };
  struct Rank {
    std::uint32_t port = 0;
    std::uint16_t computing = 0, communicating = 0;  ///< nodes under way
    State state = kIdle;
  };

  void Issue(std::uint32_t node);
  void Run();
  void Queue(Lane* lane, std::vector<std::uint32_t>* next, std::uint32_t item);
  std::uint32_t Unqueue(Lane* lane, const std::vector<std::uint32_t>& next);
  void Begin(std::uint32_t node);
  void End(std::uint32_t node);
  void Done(std::uint32_t node);
  void BeginCollective(std::uint32_t instance);
  void EndCollective(std::uint32_t instance);
  void DoneCollective(std::uint32_t instance);
  void Account(std::uint32_t rank, int computing, int communicating);
  void Tally(Port* port, std::int64_t now);
  void Flush(Port* port);

  Engine& engine_;
  const ReplayGraph& graph_;
  TraceReplayParams params_;
  std::function<void()> on_end_;
  std::vector<std::uint32_t> waits_;  ///< dependencies left, by node
  std::vector<std::uint8_t> met_;     ///< of a receive: 1 issued or arrived
  std::vector<Lane> lanes_, group_lanes_;
  std::vector<std::uint32_t> next_node_, next_instance_;  ///< in the queue of a lane
  std::vector<std::uint32_t> missing_;  ///< members of an instance that are not ready
  std::vector<std::uint32_t> done_;     ///< nodes whose successors are to be told
  std::vector<Rank> ranks_;
  std::vector<Port> ports_;
  std::uint32_t completed_ = 0;
  bool running_ = false;
  Instant started_, ended_;
  ReplayResults sums_;
};

}  // namespace headroom::training
