#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"
#include "tests/models/training/replay/small_traces.h"

namespace headroom::training {
namespace {

std::string Refusal(std::vector<SmallTrace> ranks,
                    const ReplayGraphParams& params = SmallFabric()) {
  try {
    const ReplayGraph graph(Traces(std::move(ranks)), params);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "accepted";
}

std::vector<SmallTrace> Ranks(std::uint32_t n) {
  std::vector<SmallTrace> out;
  for (std::uint32_t r = 0; r < n; ++r) out.emplace_back(r);
  return out;
}

TEST_CASE("a cycle is told hop by hop", "[replay]") {
  SmallTrace t(0);
  t.Compute(1);
  t.Compute(1, {2});
  t.Compute(1, {1});
  CHECK(Refusal({t}) ==
        "the graph stalls: t.0.et: node 1 \"compute\" waits for its data dependency t.0.et: node 2 "
        "\"compute\", which waits "
        "for its data dependency t.0.et: node 1 \"compute\": a cycle (2 of 3 nodes never run)");
}

TEST_CASE("a node that waits for itself is a cycle", "[replay]") {
  SmallTrace t(0);
  t.Compute(1, {0});
  CHECK(Refusal({t}) ==
        "the graph stalls: t.0.et: node 0 \"compute\" waits for its data dependency on itself: a "
        "cycle (1 of 1 nodes never run)");
}

TEST_CASE("ranks that wait for each other's messages stall by name", "[replay]") {
  auto ranks = Ranks(2);
  for (std::uint32_t r = 0; r < 2; ++r) ranks[r].Send(1 - r, 8, {ranks[r].Receive(1 - r, 8)});
  const std::string text = Refusal(ranks);
  CHECK(text.find("t.0.et: node 0 \"receive\" waits for the message of t.1.et: node 1") !=
        std::string::npos);
  CHECK(text.find("a cycle (4 of 4 nodes never run)") != std::string::npos);
}

TEST_CASE("collectives of two groups in crossed order stall by name", "[replay]") {
  ReplayGraphParams params = SmallFabric();
  params.groups = {{"1", {0, 1}}, {"2", {0, 1}}};
  auto ranks = Ranks(2);
  for (std::uint32_t r = 0; r < 2; ++r) {
    const auto first = ranks[r].Collective(TraceOperation::kAllReduce, 8, {}, r == 0 ? "1" : "2");
    ranks[r].Collective(TraceOperation::kAllReduce, 8, {first}, r == 0 ? "2" : "1");
  }
  CHECK(Refusal(ranks, params).find("its partner t.1.et: node 1") != std::string::npos);
}

TEST_CASE("messages without their other end are refused", "[replay]") {
  auto ranks = Ranks(2);
  ranks[0].Send(1, 8, {}, 3);
  CHECK(Refusal(ranks) ==
        "t.0.et: node 0 \"send\" sends 8 B to rank 1 with tag 3, which rank 1 never receives");
  ranks = Ranks(2);
  ranks[1].Receive(0, 8);
  CHECK(
      Refusal(ranks) ==
      "t.1.et: node 0 \"receive\" waits for 8 B from rank 0 with tag 0, which rank 0 never sends");
  ranks = Ranks(2);
  ranks[0].Send(1, 8);
  ranks[1].Receive(0, 9);
  CHECK(Refusal(ranks).find("never receives") != std::string::npos);
  ranks = Ranks(2);
  ranks[0].Send(2, 8);
  CHECK(Refusal(ranks) ==
        "t.0.et: node 0 \"send\" sends to rank 2, and there are 2 traces, from rank 0");
}

TEST_CASE("collectives that differ between ranks are refused with both nodes", "[replay]") {
  auto ranks = Ranks(2);
  ranks[0].Collective(TraceOperation::kAllReduce, 64);
  ranks[1].Collective(TraceOperation::kAllGather, 64);
  CHECK(Refusal(ranks) ==
        "t.1.et: node 0 \"collective\" is all-gather of 64 B, collective 1 of the group of all "
        "ranks, which is "
        "all-reduce of 64 B in "
        "t.0.et: node 0 \"collective\"");
  ranks[1].last().operation = TraceOperation::kAllReduce;
  ranks[1].last().bytes = 32;
  CHECK(Refusal(ranks).find("is all-reduce of 32 B, collective 1") != std::string::npos);
  ranks[1].last().bytes = 64;
  CHECK(Refusal(ranks) == "accepted");
  ranks[1].Collective(TraceOperation::kAllReduce, 64);
  CHECK(Refusal(ranks) ==
        "t.1.et: node 1 \"collective\" is collective 2 of the group of all ranks, and rank 0 has "
        "only 1");
  ranks[0].Collective(TraceOperation::kAllReduce, 64);
  ranks[0].Collective(TraceOperation::kAllReduce, 64);
  CHECK(Refusal(ranks) ==
        "t.0.et: node 2 \"collective\" has no partner in t.1.et: it is collective 3 of the group "
        "of all ranks, "
        "and rank 1 has only 2");
}

TEST_CASE("groups that are not there, or not for this rank, are refused", "[replay]") {
  auto ranks = Ranks(2);
  ranks[1].Collective(TraceOperation::kAllReduce, 64, {}, "9");
  CHECK(Refusal(ranks) ==
        "t.1.et: group \"9\" is in no file of groups and not defined in the trace");
  ReplayGraphParams params = SmallFabric();
  params.groups["9"] = {0};
  CHECK(Refusal(ranks, params) ==
        "t.1.et: node 0 \"collective\" is a collective of group \"9\", which does not have rank 1");
  params.groups["9"] = {0, 1, 2};
  CHECK(Refusal(ranks, params) ==
        "t.1.et: group \"9\" has rank 2, and there are 2 traces, from rank 0");
}

TEST_CASE("traces without a node are refused", "[replay]") {
  CHECK(Refusal(Ranks(2)) == "t.0.et: no node in any trace");
}

TEST_CASE("a group's place on the fabric equals that of regular groups", "[replay]") {
  network::FabricParams fabric = SmallFabric().fabric;
  fabric.scale_out.leaf_accelerators = 32;
  for (const auto& [ranks, stride] :
       {std::pair{4u, 1u}, {8u, 1u}, {16u, 1u}, {16u, 4u}, {64u, 1u}, {8u, 8u}, {4u, 16u}}) {
    std::vector<std::uint32_t> members;
    for (std::uint32_t i = 0; i < ranks; ++i) members.push_back(i * stride);
    const network::Group a = GroupOfRanks(fabric, members),
                         b = network::MakeGroup(fabric, ranks, stride);
    CHECK(a.domains == b.domains);
    CHECK(a.per_domain == b.per_domain);
    CHECK(a.stride == b.stride);
    CHECK(a.beyond_leaf == b.beyond_leaf);
    CHECK(a.beyond_pod == b.beyond_pod);
  }
}

}  // namespace
}  // namespace headroom::training
