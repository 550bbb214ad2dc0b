#include "models/network/collective.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "models/network/algorithm_table.h"
#include "sim/core/check.h"
#include "sim/core/diagnostics.h"

namespace headroom::network {
namespace {

constexpr std::array<const char*, 6> kOperations{"all-reduce", "all-gather", "reduce-scatter",
                                                 "all-to-all", "broadcast",  "send-recv"};

bool Considered(const AlgorithmRow& row, const Path& path, Operation op) {
  if (row.automatic == Automatic::kExchangeOrMesh) {
    return op == Operation::kAllToAll || path.shape != ScaleUpShape::kSwitch;
  }
  return row.automatic == Automatic::kAlways;
}

void Try(const AlgorithmRow& row, const Path& path, Operation op, double bytes,
         CollectiveCost* best) {
  for (const ProtocolParams& p : kProtocols) {
    if (!row.all_protocols && p.protocol != Protocol::kSimple) continue;
    const std::optional<double> t = row.cost(path, op, bytes, p);
    if (!t || (best->algorithm != Algorithm::kAuto && *t >= best->seconds)) continue;
    best->seconds = *t;
    best->algorithm = row.algorithm;
    best->protocol = p.protocol;
  }
}

/// Seconds of what leaves a domain through the NICs of its members.
double Leaving(const Path& path, Operation op, bool in_network, double bytes) {
  if (path.d <= 1) return 0;
  double out = 0;
  switch (op) {
    case Operation::kAllReduce:
      out = path.out_reduces && in_network ? 1 : 2 * (1 - 1 / path.d);
      break;
    case Operation::kAllGather:
    case Operation::kReduceScatter:
      out = 1 - 1 / path.d;
      break;
    case Operation::kAllToAll:
      out = path.m * (1 - 1 / path.d);
      break;
    case Operation::kBroadcast:
      out = 1;
      break;
    case Operation::kSendRecv:  // one pair lies across a domain's edge, and has one NIC
      out = path.m;
      break;
  }
  return bytes * out / (path.m * path.out_wire);
}

}  // namespace

std::string Name(Operation op) { return kOperations[static_cast<std::size_t>(op)]; }

std::string Name(Algorithm algorithm) {
  for (const AlgorithmRow& row : AlgorithmTable()) {
    if (row.algorithm == algorithm) return row.name;
  }
  return "auto";
}

Operation OperationFromName(const std::string& name) {
  for (std::size_t i = 0; i < kOperations.size(); ++i) {
    if (name == kOperations[i]) return static_cast<Operation>(i);
  }
  throw std::invalid_argument(fmt::format("no collective operation is called '{}'", name));
}

Algorithm AlgorithmFromName(const std::string& name) {
  if (name == "auto") return Algorithm::kAuto;
  for (const AlgorithmRow& row : AlgorithmTable()) {
    if (name == row.name) return row.algorithm;
  }
  throw std::invalid_argument(fmt::format("no collective algorithm is called '{}'", name));
}

double BusFactor(Operation op, double n) {
  switch (op) {
    case Operation::kAllReduce:
      return 2 * (n - 1) / n;
    case Operation::kAllGather:
    case Operation::kReduceScatter:
    case Operation::kAllToAll:
      return (n - 1) / n;
    case Operation::kBroadcast:
    case Operation::kSendRecv:
      return 1;
  }
  return 1;
}

double WireBound(const FabricParams& fabric, const Group& group, Operation op, bool in_network,
                 double bytes) {
  const Path path = MakePath(fabric, group);
  if (path.n <= 1) return 0;
  const double volume = in_network && op == Operation::kAllReduce ? 1 : BusFactor(op, path.n);
  // Every member takes in (and gives out) its volume through its domain link and its NIC together.
  double bound =
      path.m > 1 ? bytes * volume / (path.up_wire + (path.d > 1 ? path.out_wire : 0)) : 0;
  return std::max(bound, Leaving(path, op, in_network, bytes));
}

double LeavingBound(const FabricParams& fabric, const Group& group, Operation op, bool in_network,
                    double bytes) {
  return Leaving(MakePath(fabric, group), op, in_network, bytes);
}

CollectiveCost Cost(const FabricParams& fabric, const Group& group, Operation op,
                    Algorithm algorithm, double bytes) {
  HR_CHECK(bytes >= 0, bytes);
  CollectiveCost best;
  if (group.ranks <= 1 || bytes == 0) return best;
  const Path path = MakePath(fabric, group);
  const AlgorithmRow* taken = nullptr;
  for (const AlgorithmRow& row : AlgorithmTable()) {
    if (algorithm == Algorithm::kAuto ? !Considered(row, path, op) : row.algorithm != algorithm)
      continue;
    taken = &row;
    Try(row, path, op, bytes, &best);
  }
  if (best.algorithm == Algorithm::kAuto) {
    HR_CHECK(taken != nullptr && algorithm != Algorithm::kAuto, Name(op));
    throw ConfigError(
        fmt::format("algorithm {} does not serve {} of {} ranks in {} domains; it needs {}",
                    Name(algorithm), Name(op), path.n, path.d, taken->needs));
  }
  for (const AlgorithmRow& row : AlgorithmTable()) {
    if (row.algorithm == best.algorithm) best.in_network = row.in_network;
  }
  best.wire_bound = WireBound(fabric, group, op, best.in_network, bytes);
  best.seconds = std::max(best.seconds, best.wire_bound);
  best.bus_bandwidth = bytes / best.seconds * BusFactor(op, path.n);
  best.bound = best.wire_bound < 0.5 * best.seconds ? "latency"
               : path.d > 1                         ? "scale-out"
                                                    : "scale-up";
  return best;
}

CollectiveCost ChunkedCost(const FabricParams& fabric, const Group& group, Operation op, Algorithm algorithm,
                           double bytes, std::uint32_t chunks) {
  CollectiveCost whole = Cost(fabric, group, op, algorithm, bytes);
  if (chunks <= 1 || whole.seconds == 0) return whole;
  const Path path = MakePath(fabric, group);
  const auto rows = AlgorithmTable();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const AlgorithmRow& r) { return r.algorithm == whole.algorithm; });
  const ProtocolParams& protocol = kProtocols[static_cast<std::size_t>(whole.protocol)];
  const auto seconds = [&](double b) { return *row->cost(path, op, b, protocol); };
  const double at_rate = seconds(2 * bytes) - seconds(bytes);
  const double each = std::max(at_rate / chunks, kPerPeer);
  // LL's channels are those of all chunks on their way.
  const double first = whole.protocol == Protocol::kLl ? seconds(bytes) - (1 - 1.0 / chunks) * at_rate : seconds(bytes / chunks);
  const double total = std::max(first + (chunks - 1) * each, whole.seconds);
  whole.bus_bandwidth *= whole.seconds / total;
  whole.seconds = total;
  return whole;
}

double SendSeconds(const FabricParams& fabric, bool beyond_domain, bool beyond_leaf, double bytes) {
  if (bytes == 0) return 0;
  Group pair;
  pair.ranks = 2;
  pair.per_domain = beyond_domain ? 1 : 2;
  pair.domains = beyond_domain ? 2 : 1;
  pair.beyond_leaf = beyond_leaf;
  return Cost(fabric, pair, Operation::kSendRecv, Algorithm::kRing, bytes).seconds;
}

}  // namespace headroom::network
