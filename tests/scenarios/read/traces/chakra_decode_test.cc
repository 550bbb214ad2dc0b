#include <catch2/catch.hpp>

#include "scenarios/read/traces/chakra.h"
#include "scenarios/read/traces/chakra_messages.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using scenario::ChakraMessages;
using training::NodeKind;
using training::RankTrace;

namespace {

chakra::Node* Add(ChakraMessages* m, chakra::NodeType type, std::uint64_t id,
                  const std::string& name = "n") {
  chakra::Node* node = &m->nodes.emplace_back();
  node->set_type(type);
  node->set_id(id);
  node->set_name(name);
  return node;
}

chakra::Attribute* Attr(chakra::Node* node, const std::string& name) {
  chakra::Attribute* a = node->add_attr();
  a->set_name(name);
  return a;
}

std::string Bytes(ChakraMessages m) {
  m.metadata.set_version("0.0.4");
  return scenario::SerializeChakra(m);
}

RankTrace Decode(const ChakraMessages& m, std::uint32_t rank = 0) {
  return scenario::DecodeChakra(Bytes(m), "t.et", rank);
}

std::string Refusal(const std::string& bytes) {
  try {
    scenario::DecodeChakra(bytes, "t.et", 0);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

// The bytes that ASTRA-sim's generator writes for an all-reduce of 1 MiB: comm_type 0 is written,
// id 0 is not.
TEST_CASE("a trace of one collective is read from its bytes", "[chakra]") {
  const std::string bytes(
      "\x07\x0a\x05"
      "0.0.4"
      "\x3e\x12\x0a"
      "all_reduce"
      "\x18\x07\x52\x0e\x0a\x09"
      "is_cpu_op"
      "\xd8\x01\x00"
      "\x52\x0d\x0a\x09"
      "comm_type"
      "\x48\x00\x52\x0f\x0a\x09"
      "comm_size"
      "\x48\x80\x80\x40",
      71);
  const RankTrace t = scenario::DecodeChakra(bytes, "t.et", 0);
  REQUIRE(t.nodes.size() == 1);
  CHECK(t.nodes[0].kind == NodeKind::kCollective);
  CHECK(t.nodes[0].operation == training::TraceOperation::kAllReduce);
  CHECK(t.nodes[0].bytes == 1048576);
  CHECK_FALSE(t.nodes[0].host);
  CHECK(t.name(t.nodes[0]) == "all_reduce");
  CHECK(t.Text(0) == "t.et: node 0 \"all_reduce\"");
  CHECK(scenario::SerializeChakra(scenario::ParseChakra(bytes, "t.et")) == bytes);
}

TEST_CASE("every integer type stands for a number, a real one does not", "[chakra]") {
  const auto size = [](auto set) {
    ChakraMessages m;
    chakra::Node* n = Add(&m, chakra::COMP_NODE, 1);
    set(Attr(n, "tensor_size"));
    return Decode(m).nodes[0].bytes;
  };
  CHECK(size([](auto* a) { a->set_int32_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_int64_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_uint32_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_uint64_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_sint32_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_sint64_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_fixed32_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_fixed64_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_sfixed32_val(77); }) == 77);
  CHECK(size([](auto* a) { a->set_sfixed64_val(77); }) == 77);
  ChakraMessages m;
  Attr(Add(&m, chakra::COMP_NODE, 1), "tensor_size")->set_double_val(77);
  CHECK_THROWS_WITH(Decode(m),
                    Catch::Matchers::EndsWith("attribute tensor_size is not an integer"));
}

TEST_CASE("unknown attributes and fields are passed over", "[chakra]") {
  ChakraMessages m;
  chakra::Node* n = Add(&m, chakra::COMP_NODE, 1);
  Attr(n, "colour")->mutable_double_list()->add_values(1.5);
  Attr(n, "op_schema")->set_string_val("aten::add");
  Attr(n, "blob")->set_bytes_val(std::string("\0\1", 2));
  n->mutable_inputs()->set_shapes("[[1, 2]]");
  n->GetReflection()->MutableUnknownFields(n)->AddVarint(77, 5);
  n->GetReflection()->MutableUnknownFields(n)->AddLengthDelimited(78, "x");
  n->GetReflection()->MutableUnknownFields(n)->AddFixed32(79, 5);
  n->set_duration_micros(12);
  CHECK(Decode(m).nodes[0].recorded == 12000);
}

TEST_CASE("dependencies are read packed and unpacked", "[chakra]") {
  // Node 7 with data_deps 5 and 6 as two varints, then packed; ctrl_deps 5 unpacked.
  const std::string head =
      std::string("\x02\x0a\x00", 3) + "\x04\x08\x05\x18\x04" + "\x04\x08\x06\x18\x04";
  const std::string loose = "\x0a\x08\x07\x18\x04\x28\x05\x28\x06\x20\x05";
  const std::string packed = "\x0a\x08\x07\x18\x04\x2a\x02\x05\x06\x20\x05";
  for (const std::string& node : {loose, packed}) {
    const RankTrace t = scenario::DecodeChakra(head + node, "t.et", 0);
    REQUIRE(t.nodes.size() == 3);
    CHECK(t.dep_begin == std::vector<std::uint32_t>{0, 0, 0, 3});
    CHECK(t.deps == std::vector<std::uint32_t>{0, 1, 0 | RankTrace::kControl});
  }
}

TEST_CASE("ids may come in any order, with gaps", "[chakra]") {
  ChakraMessages m;
  Add(&m, chakra::COMP_NODE, 90)->add_data_deps(5);
  Add(&m, chakra::COMP_NODE, 5)->add_data_deps(1u << 30);
  Add(&m, chakra::COMP_NODE, 1u << 30);
  CHECK(Decode(m).deps == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("messages, groups, streams and memory are understood", "[chakra]") {
  ChakraMessages m;
  chakra::Node* n = Add(&m, chakra::COMM_SEND_NODE, 0);
  Attr(n, "comm_size")->set_int64_val(64);
  Attr(n, "comm_dst")->set_int32_val(3);
  Attr(n, "comm_tag")->set_int32_val(9);
  n = Add(&m, chakra::COMM_RECV_NODE, 1);
  Attr(n, "comm_size")->set_int64_val(64);
  n = Add(&m, chakra::COMM_COLL_NODE, 2);
  Attr(n, "comm_type")->set_int64_val(2);
  Attr(n, "comm_size")->set_int64_val(64);
  Attr(n, "pg_name")->set_string_val("4");
  n = Add(&m, chakra::COMP_NODE, 3);
  Attr(n, "stream")->set_int64_val(20);
  n = Add(&m, chakra::COMP_NODE, 4);
  Attr(n, "stream")->set_int64_val(7);
  n = Add(&m, chakra::MEM_LOAD_NODE, 5);
  Attr(n, "tensor_loc")->set_int64_val(1);
  n = Add(&m, chakra::COMM_COLL_NODE, 6);
  Attr(n, "pg_name")->set_string_val("0");
  n = Add(&m, chakra::METADATA_NODE, 7);
  n->mutable_inputs()->set_values(
      R"(['[{"pg_name": "4", "pg_desc": "tp", "ranks": [3, 2]}, {"pg_name": "0", "ranks": []}]'])");
  const RankTrace t = Decode(m, 2);
  CHECK(t.nodes[0].peer == 3);
  CHECK(t.nodes[0].tag == 9);
  CHECK(t.nodes[1].peer == 2);
  CHECK(t.groups == std::vector<std::string>{"", "4"});
  CHECK(t.nodes[2].group == 1);
  CHECK(t.nodes[6].group == 0);
  CHECK(t.streams == 3);
  CHECK(t.nodes[3].stream == 0);
  CHECK(t.nodes[4].stream == 1);
  CHECK(t.nodes[5].remote);
  REQUIRE(t.defined.size() == 2);
  CHECK(t.defined[0].name == "4");
  CHECK(t.defined[0].ranks == std::vector<std::uint32_t>{2, 3});
}

TEST_CASE("what names no order in a recording is left out, elsewhere it is refused", "[chakra]") {
  ChakraMessages m;
  Add(&m, chakra::COMP_NODE, 1)->add_ctrl_deps(1);
  chakra::Node* n = Add(&m, chakra::COMP_NODE, 2);
  n->add_ctrl_deps(99);
  n->add_data_deps(1);
  CHECK(Refusal(Bytes(m)) ==
        "t.et: node 2 \"n\" waits for node 99 (control dependency), which is not in the file");
  Attr(n, "rf_id")->set_int64_val(4);
  const RankTrace t = Decode(m);
  CHECK(t.callers == 2);
  CHECK(t.deps == std::vector<std::uint32_t>{0});
  CHECK(t.dep_begin == std::vector<std::uint32_t>{0, 0, 1});
  n->add_data_deps(98);
  CHECK(Refusal(Bytes(m)) ==
        "t.et: node 2 \"n\" waits for node 98 (data dependency), which is not in the file");
}

TEST_CASE("what cannot be is refused by node", "[chakra]") {
  ChakraMessages twice;
  Add(&twice, chakra::COMP_NODE, 4, "a");
  Add(&twice, chakra::COMP_NODE, 4, "b");
  CHECK(Refusal(Bytes(twice)) == "t.et: node 4 \"b\" has the id of t.et: node 4 \"a\"");
  ChakraMessages type;
  Add(&type, chakra::INVALID_NODE, 4);
  CHECK_THAT(Refusal(Bytes(type)), Catch::Matchers::EndsWith("node 4 has no type"));
  ChakraMessages unknown;
  Add(&unknown, static_cast<chakra::NodeType>(12), 4);
  CHECK_THAT(Refusal(Bytes(unknown)),
             Catch::Matchers::EndsWith("node 4 is of type 12, which is not known"));
  ChakraMessages operation;
  chakra::Node* n = Add(&operation, chakra::COMM_COLL_NODE, 4);
  Attr(n, "comm_type")->set_int64_val(17);
  CHECK(Refusal(Bytes(operation)) == "t.et: node 4 \"n\" has comm_type 17, which is not known");
  ChakraMessages size;
  Attr(Add(&size, chakra::COMM_SEND_NODE, 4), "comm_size")->set_int64_val(-1);
  CHECK(Refusal(Bytes(size)) ==
        "t.et: node 4 \"n\" has a comm_size of -1; it must not be negative");
  ChakraMessages part;
  n = Add(&part, chakra::COMM_COLL_NODE, 4);
  Attr(n, "involved_dim")->mutable_bool_list()->add_values(true);
  CHECK(Refusal(Bytes(part)) == "accepted");
  n->mutable_attr(0)->mutable_bool_list()->add_values(false);
  CHECK_THAT(Refusal(Bytes(part)),
             Catch::Matchers::Contains("involved_dim that leaves dimensions out"));
}

TEST_CASE("a cut or damaged file is refused at its byte, never read on", "[chakra]") {
  ChakraMessages m;
  for (std::uint64_t i = 0; i < 3; ++i) {
    chakra::Node* n = Add(&m, chakra::COMP_NODE, i, "node");
    n->set_duration_micros(300);
    if (i > 0) n->add_data_deps(i - 1);
    Attr(n, "num_ops")->set_int64_val(1000);
  }
  const std::string whole = Bytes(m);
  CHECK(Refusal("") == "t.et: the file is empty");
  CHECK(Refusal(whole.substr(0, whole.size() - 1)) ==
        "t.et: byte " + std::to_string(whole.size() - m.nodes[2].ByteSizeLong()) + ": " +
            std::to_string(m.nodes[2].ByteSizeLong()) + " bytes are announced and " +
            std::to_string(m.nodes[2].ByteSizeLong() - 1) + " are left");
  // Whole messages may be missing; nothing else may.
  std::size_t accepted = 0;
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    const std::string text = Refusal(whole.substr(0, cut));
    accepted += text == "accepted";
    if (text != "accepted") CHECK_THAT(text, Catch::Matchers::StartsWith("t.et: byte "));
  }
  CHECK(accepted == 3);
  // Any byte may be damaged: it is read as something else or refused, in words.
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const int flip : {1, 8, 64, 128, 255}) {
      std::string bad = whole;
      bad[at] = static_cast<char>(bad[at] ^ flip);
      CHECK_FALSE(Refusal(bad).empty());
    }
}
