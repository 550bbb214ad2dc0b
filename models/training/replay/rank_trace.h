#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headroom::training {

/// What a node of an execution trace does.
enum class NodeKind : std::uint8_t { kMark, kCompute, kMemory, kSend, kReceive, kCollective };

/// Collectives by their numbers in Chakra.
enum class TraceOperation : std::uint8_t {
  kAllReduce,
  kReduce,
  kAllGather,
  kGather,
  kScatter,
  kBroadcast,
  kAllToAll,
  kReduceScatter,
  kReduceScatterBlock,
  kBarrier,
};
const char* Name(TraceOperation op);

/// One node, as far as replay needs it.
struct TraceNode {
  std::uint64_t id = 0;       ///< unique in its file
  std::int64_t recorded = 0;  ///< ns
  double flops = 0;           ///< of a computation
  double bytes = 0;        ///< moved by computation or memory node; buffer of a collective; message
  std::uint32_t peer = 0;  ///< rank at the other end of a message
  std::uint32_t tag = 0;
  std::uint32_t group = 0;  ///< index into RankTrace::groups
  std::uint32_t name = 0;   ///< offset into RankTrace::names
  std::uint32_t name_size = 0;
  NodeKind kind = NodeKind::kMark;
  TraceOperation operation = TraceOperation::kAllReduce;
  std::uint8_t stream = 0;  ///< compute stream of the accelerator, from 0
  bool host = false;        ///< runs beside the accelerator
  bool remote = false;      ///< memory beyond the accelerator
  bool sized = false;  ///< the trace gives flops or bytes; of a collective: its operation and bytes
};

/// A communicator that a trace defines itself.
struct NamedGroup {
  std::string name;
  std::vector<std::uint32_t> ranks;  ///< ascending; empty: all
};

/// The execution trace of one rank in flat arrays. Node i waits for deps[dep_begin[i] ..
/// dep_begin[i + 1]): indices of other nodes, kControl set in those of control dependencies.
struct RankTrace {
  static constexpr std::uint32_t kControl = 1u << 31;

  std::string file;  ///< for messages
  std::vector<TraceNode> nodes;
  std::vector<std::uint32_t> dep_begin{0};
  std::vector<std::uint32_t> deps;
  std::string names;
  std::vector<std::string> groups{
      ""};  ///< names that collectives use; "" is the group of all ranks
  std::vector<NamedGroup> defined;
  std::uint32_t streams = 1;
  std::uint64_t callers = 0;  ///< control dependencies left out because they tell who called a
                              ///< node, not what it waits for

  std::string_view name(const TraceNode& node) const {
    return std::string_view(names).substr(node.name, node.name_size);
  }
  /// Gives `node` its name; to be followed by Append().
  void SetName(TraceNode* node, std::string_view name);
  /// Adds a node with its data dependencies; returns its index.
  std::uint32_t Append(const TraceNode& node, const std::vector<std::uint32_t>& data_deps);
  /// Index into `groups`, added if new.
  std::uint32_t GroupIndex(std::string_view name);
  /// `t.0.et: node 3 "matmul"`, for messages; long names are cut.
  std::string Text(std::size_t node) const;
};

}  // namespace headroom::training
