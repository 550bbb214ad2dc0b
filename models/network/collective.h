#pragma once

#include <cstdint>
#include <string>

#include "models/network/group.h"
#include "models/network/protocol.h"

namespace headroom::network {

enum class Operation { kAllReduce, kAllGather, kReduceScatter, kAllToAll, kBroadcast, kSendRecv };
enum class Algorithm {
  kAuto,
  kRing,
  kTree,
  kDoubleBinaryTree,
  kHalvingDoubling,
  kDirect,
  kNvls,
  kSharp,
  kHierarchical
};

/// As scenarios spell them. The From functions throw std::invalid_argument.
std::string Name(Operation op);
std::string Name(Algorithm algorithm);
Operation OperationFromName(const std::string& name);
Algorithm AlgorithmFromName(const std::string& name);

struct CollectiveCost {
  double seconds = 0;
  double wire_bound = 0;                   ///< s, no algorithm of its kind can be faster
  double bus_bandwidth = 0;                ///< B/s, as NCCL-tests define it
  Algorithm algorithm = Algorithm::kAuto;  ///< the one taken
  Protocol protocol = Protocol::kSimple;
  bool in_network = false;
  const char* bound = "";  ///< "latency", "scale-up" or "scale-out"
};

/// Time of one collective when every rank enters at once. `bytes` is the full buffer as NCCL-tests
/// count it: of the result of an all-gather, of the input of the others. kAuto takes the fastest
/// that a library would try (the rows of algorithm_table.cc so marked). No chunk or channel count
/// enters, so none can change the bandwidth term. Left out: contention with other groups beyond
/// their equal share, skew between ranks.
/// @throws ConfigError if `algorithm` does not serve `op` on this group, saying why.
CollectiveCost Cost(const FabricParams& fabric, const Group& group, Operation op,
                    Algorithm algorithm, double bytes);
/// The same with the buffer cut into `chunks`, on their way one behind another by algorithm and protocol of the whole: the first
/// takes its time, every other arrives as much later as its bytes take at the rate of the whole.
///
///     t = T(S/c) + (c - 1)/c * (T(2S) - T(S)),   the second term at least 0.4 us per chunk, and t at least T(S)
CollectiveCost ChunkedCost(const FabricParams& fabric, const Group& group, Operation op, Algorithm algorithm,
                           double bytes, std::uint32_t chunks);
/// Kernel launch and one message between two ranks; `beyond` says whether it leaves the domain.
double SendSeconds(const FabricParams& fabric, bool beyond_domain, bool beyond_leaf, double bytes);

/// Least time that the links allow: bytes that must leave the busiest member, domain or leaf over
/// its line rate.
double WireBound(const FabricParams& fabric, const Group& group, Operation op, bool in_network,
                 double bytes);
/// The part of WireBound() that lies between domains [s]; 0 inside one.
double LeavingBound(const FabricParams& fabric, const Group& group, Operation op, bool in_network,
                    double bytes);
/// Bus bandwidth over algorithm bandwidth (bytes / time): 2(n-1)/n for an all-reduce and so on.
double BusFactor(Operation op, double ranks);

}  // namespace headroom::network
