#pragma once

#include <optional>
#include <span>

#include "models/network/collective.h"
#include "models/network/path.h"

namespace headroom::network {

/// Seconds of one collective by one algorithm under one protocol; nothing where it does not serve
/// the operation or group.
using AlgorithmCost = std::optional<double> (*)(const Path& path, Operation op, double bytes,
                                                const ProtocolParams& p);

std::optional<double> RingCost(const Path&, Operation, double, const ProtocolParams&);
std::optional<double> TreeCost(const Path&, Operation, double, const ProtocolParams&);
std::optional<double> DoubleBinaryTreeCost(const Path&, Operation, double, const ProtocolParams&);
std::optional<double> HalvingDoublingCost(const Path&, Operation, double, const ProtocolParams&);
std::optional<double> DirectCost(const Path&, Operation, double, const ProtocolParams&);
std::optional<double> NvlsCost(const Path&, Operation, double, const ProtocolParams&);
std::optional<double> SharpCost(const Path&, Operation, double, const ProtocolParams&);
std::optional<double> HierarchicalCost(const Path&, Operation, double, const ProtocolParams&);

/// Whether kAuto considers an algorithm: what libraries in use would try. On a switch they exchange
/// directly only in an all-to-all; where links run pairwise, always.
enum class Automatic { kNever, kAlways, kExchangeOrMesh };

struct AlgorithmRow {
  Algorithm algorithm;
  const char* name;
  AlgorithmCost cost;
  bool all_protocols;  ///< else Simple alone
  Automatic automatic;
  bool in_network;    ///< the wire bound counts a buffer once
  const char* needs;  ///< what to say where it does not apply
};

std::span<const AlgorithmRow> AlgorithmTable();

/// Volume factor and step count of the ring-like family: 2(n-1)/n and 2(n-1), and so on.
struct RingTerms {
  double volume;
  double steps;
};
std::optional<RingTerms> RingTermsOf(Operation op, double n);

}  // namespace headroom::network
