#include "scenarios/read/traces/chakra.h"
#include "scenarios/read/traces/chakra_messages.h"
#include "scenarios/read/traces/wire_cursor.h"

namespace headroom::scenario {
namespace {

using training::NodeKind;
using training::RankTrace;
using training::TraceNode;

constexpr const char* kVersion = "0.0.4";

void SetInteger(chakra::Node* node, const char* name, std::int64_t value) {
  chakra::Attribute* a = node->add_attr();
  a->set_name(name);
  a->set_int64_val(value);
}

chakra::NodeType TypeOf(NodeKind kind) {
  switch (kind) {
    case NodeKind::kMark:
      return chakra::METADATA_NODE;
    case NodeKind::kCompute:
      return chakra::COMP_NODE;
    case NodeKind::kMemory:
      return chakra::MEM_LOAD_NODE;
    case NodeKind::kSend:
      return chakra::COMM_SEND_NODE;
    case NodeKind::kReceive:
      return chakra::COMM_RECV_NODE;
    case NodeKind::kCollective:
      return chakra::COMM_COLL_NODE;
  }
  return chakra::INVALID_NODE;
}

chakra::Node NodeOf(const RankTrace& trace, std::size_t i) {
  const TraceNode& n = trace.nodes[i];
  chakra::Node out;
  out.set_id(n.id);
  out.set_name(std::string(trace.name(n)));
  out.set_type(TypeOf(n.kind));
  for (std::uint32_t d = trace.dep_begin[i]; d < trace.dep_begin[i + 1]; ++d) {
    const std::uint64_t id = trace.nodes[trace.deps[d] & ~RankTrace::kControl].id;
    trace.deps[d] & RankTrace::kControl ? out.add_ctrl_deps(id) : out.add_data_deps(id);
  }
  out.set_duration_micros(static_cast<std::uint64_t>(n.recorded / 1000));
  chakra::Attribute* host = out.add_attr();
  host->set_name("is_cpu_op");
  host->set_bool_val(n.host);
  if (n.kind == NodeKind::kCollective && n.sized)
    SetInteger(&out, "comm_type", static_cast<int>(n.operation));
  if (n.kind >= NodeKind::kSend && n.sized)
    SetInteger(&out, "comm_size", static_cast<std::int64_t>(n.bytes));
  if (n.kind == NodeKind::kCollective && n.group > 0) {
    chakra::Attribute* a = out.add_attr();
    a->set_name("pg_name");
    a->set_string_val(trace.groups[n.group]);
  }
  if (n.kind == NodeKind::kSend) SetInteger(&out, "comm_dst", n.peer);
  if (n.kind == NodeKind::kReceive) SetInteger(&out, "comm_src", n.peer);
  if (n.kind == NodeKind::kSend || n.kind == NodeKind::kReceive)
    SetInteger(&out, "comm_tag", n.tag);
  if (n.kind <= NodeKind::kMemory && n.sized) {
    SetInteger(&out, "num_ops", static_cast<std::int64_t>(n.flops));
    SetInteger(&out, "tensor_size", static_cast<std::int64_t>(n.bytes));
  }
  if (n.remote) SetInteger(&out, "tensor_loc", 1);
  if (n.stream > 0) SetInteger(&out, "stream", n.stream);
  return out;
}

void AppendMessage(const google::protobuf::MessageLite& message, std::string* out) {
  for (std::size_t n = message.ByteSizeLong();; n >>= 7) {
    *out += static_cast<char>(n < 0x80 ? n : (n & 0x7f) | 0x80);
    if (n < 0x80) break;
  }
  message.AppendToString(out);
}

}  // namespace

std::string EncodeChakra(const RankTrace& trace) {
  std::string out;
  chakra::GlobalMetadata metadata;
  metadata.set_version(kVersion);
  AppendMessage(metadata, &out);
  for (std::size_t i = 0; i < trace.nodes.size(); ++i) AppendMessage(NodeOf(trace, i), &out);
  return out;
}

ChakraMessages ParseChakra(std::string_view bytes, const std::string& file) {
  ChakraMessages out;
  WireCursor cursor(bytes, file);
  if (cursor.done()) cursor.Fail("the file is empty");
  const auto parse = [&](google::protobuf::MessageLite* message) {
    const std::string_view body = cursor.Bytes();
    if (!message->ParseFromArray(body.data(), static_cast<int>(body.size())))
      cursor.Inside(body).Fail("the message that begins here cannot be parsed");
  };
  parse(&out.metadata);
  while (!cursor.done()) parse(&out.nodes.emplace_back());
  return out;
}

std::string SerializeChakra(const ChakraMessages& trace) {
  std::string out;
  AppendMessage(trace.metadata, &out);
  for (const chakra::Node& node : trace.nodes) AppendMessage(node, &out);
  return out;
}

}  // namespace headroom::scenario
