#pragma once

#include <algorithm>
#include <span>
#include <vector>

namespace headroom::serving {

/// A link or device that moves one transfer after another, in the order in which they are asked
/// for: a host link, the drives of a node, its NICs, a store.
class TransferLink {
 public:
  explicit TransferLink(double rate) : rate_(rate) {}  ///< B/s, over 0
  /// When `bytes` asked for at `ready` have crossed [s].
  double Carry(double bytes, double ready) {
    const double seconds = bytes / rate_;
    free_ = std::max(free_, ready) + seconds;
    bytes_ += bytes;
    busy_ += seconds;
    return free_;
  }
  double rate() const { return rate_; }
  double bytes() const { return bytes_; }  ///< moved and asked for
  double busy() const { return busy_; }    ///< s

 private:
  double rate_, free_ = 0.0, bytes_ = 0.0, busy_ = 0.0;
};

/// Links that a transfer crosses, each with its share of the bytes. It flows through all of them at
/// once: each is taken for its bytes over its own rate, and the last to be through ends it.
struct TransferPath {
  struct Part {
    TransferLink* link;
    double share;
  };
  std::vector<Part> parts;
  double latency = 0.0;  ///< s
  /// When `bytes` asked for at `ready` are there [s].
  double Carry(double bytes, double ready) const {
    double end = ready;
    for (const Part& p : parts) end = std::max(end, p.link->Carry(bytes * p.share, ready));
    return end + latency;
  }
};

}  // namespace headroom::serving
