#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "models/serving/kv_transfer.h"
#include "models/serving/request.h"
#include "sim/engine/engine.h"
#include "sim/flow/flow_network.h"

namespace headroom::serving {

/// Where the replicas of two pools lie below the leaf switches of their fabric.
struct KvLeaves {
  double uplinks = 0.0;                         ///< B/s of all uplinks of a leaf, one direction; 0: they are never short
  std::vector<std::uint32_t> senders, receivers;  ///< leaf of each replica
};

/// Transfers of keys and values as flows over the fabric: through all NICs of both replicas and, where
/// they lie below different leaves, the uplinks of the one and the downlinks of the other, which transfers
/// share max-min fairly (sim/flow).
///
/// As in KvTransfer each replica sends and receives one prompt at a time; of those that wait the first for
/// which both ends are free begins. Layer by layer, what has not gone when the prompt is read, at least a
/// layer, is left. Other workloads on the same leaves leave uplinks 1/stretch of their rate (SetStretch).
/// Left out: switches above leaves and spines; NVLink between replicas of one node.
class KvFlows {
 public:
  KvFlows(Engine& engine, const KvTransferParams& params, KvLeaves leaves);
  /// `tokens` of `from`, read from `started` to `ready` [s], go to `to`; `done` is called when they are there.
  void Begin(RequestIndex request, std::size_t from, std::size_t to, std::uint64_t tokens, double ready, double started,
             std::function<void()> done);
  /// Gives up a transfer; nothing if there is none.
  void Cancel(RequestIndex request);
  void SetStretch(double stretch);

  std::uint64_t count() const { return count_; }
  double bytes() const { return bytes_; }
  double seconds() const { return seconds_; }  ///< from ready to arrival, over transfers

 private:
  struct Transfer {
    RequestIndex request;
    std::size_t from, to;
    double bytes, ready, started;
    std::function<void()> done;
    FlowId flow;
    EventId arrival;
  };
  void BeginWaiting();
  void Open(Transfer& t);
  void Moved(RequestIndex request);

  Engine& engine_;
  KvTransferParams params_;
  KvLeaves leaves_;
  std::unique_ptr<FlowNetwork> network_;
  std::vector<FlowLinkId> send_, receive_, up_, down_;
  std::vector<double> sender_free_, receiver_free_;  ///< since when; +inf while it is at work
  std::list<Transfer> waiting_;
  std::map<RequestIndex, Transfer> moving_;
  std::uint64_t count_ = 0;
  double bytes_ = 0.0, seconds_ = 0.0;
};

}  // namespace headroom::serving
