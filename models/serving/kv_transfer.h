#pragma once

#include <cstdint>
#include <vector>

#include "models/network/traffic.h"

namespace headroom::serving {

/// From prefill to decode replicas [B/s of a whole replica, s, B].
struct KvTransferParams {
  double send = 0.0;     ///< all NICs of a prefill replica together
  double receive = 0.0;  ///< of a decode replica
  double latency = 0.0;
  double bytes_per_token = 0.0;
  std::uint32_t layers = 0;  ///< over 0: each is sent as soon as it is there
  /// Leaf and pod of each replica; empty: all below one leaf.
  struct Place {
    std::uint32_t leaf = 0, pod = 0;
  };
  std::vector<Place> senders = {}, receivers = {};
};

/// The keys and values of a prompt on their way from the replica that read it to the one that
/// answers.
///
///     t = wait + bytes / min(send, receive) + latency
///
/// Each replica sends and receives one prompt at a time, first come first served in the order in
/// which prompts are ready; a transfer takes both ends for bytes / min(send, receive). With L layers
/// sent one by one, those of a prompt read from `started` to `ready` evenly, the first can go at
/// started + (ready - started) / L and the last is there at the earliest at
///
///     t = max(wait' + bytes / min(send, receive), bytes / L / min(send, receive)) + latency
///
/// after `ready`, wait' from the first layer on. Left out: contention above the NICs (KvFlows), and NVLink between
/// replicas of one node.
class KvTransfer {
 public:
  KvTransfer(const KvTransferParams& params, std::size_t senders, std::size_t receivers)
      : params_(params), sender_free_(senders), receiver_free_(receivers) {}
  /// When `tokens` of `from`, ready at `ready` >= that of the call before, are in `to` [s].
  double Send(std::size_t from, std::size_t to, std::uint64_t tokens, double ready,
              double started);

  /// What crosses the links for `tokens`, at the sender and at the receiver.
  network::Traffic Sent(std::size_t from, std::size_t to, std::uint64_t tokens) const;
  static network::Traffic AtReceiver(const network::Traffic& sent);
  /// Gives a transfer up at `now` that Send() said `arrives`; ends that nothing waits for after it are free again.
  void Cancel(std::size_t from, std::size_t to, std::uint64_t tokens, double ready, double arrives, double now);

  std::uint64_t count() const { return count_; }
  double bytes() const { return bytes_; }
  /// Sum over transfers of the time from ready to arrival [s].
  double seconds() const { return seconds_; }

 private:
  KvTransferParams params_;
  std::vector<double> sender_free_, receiver_free_;
  std::uint64_t count_ = 0;
  double bytes_ = 0.0, seconds_ = 0.0;
};

}  // namespace headroom::serving
