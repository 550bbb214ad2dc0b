#include "models/network/traffic.h"

#include <catch2/catch.hpp>

namespace headroom::network {
namespace {

FabricParams Fabric() {
  FabricParams f;
  f.scale_up.domain = 8;
  f.scale_up.bandwidth = 450e9;
  f.scale_out.nic = 50e9;
  f.scale_out.leaf_accelerators = 32;
  f.scale_out.pod_accelerators = 64;
  return f;
}

}  // namespace

TEST_CASE("traffic of collectives by hand", "[network][traffic]") {
  const FabricParams f = Fabric();
  // 16 ranks in two domains: of 1.6 GB each member sends 2 (1 - 1/8) inside and 2 (1 - 1/2) / 8 between.
  const Traffic all = TrafficOf(MakeGroup(f, 16, 1), Operation::kAllReduce, false, 1.6e9);
  CHECK(all.scale_up == Approx(2.8e9));
  CHECK(all.sent == Approx(0.2e9));
  CHECK(all.received == all.sent);
  CHECK(all.up == 0);
  CHECK(all.scale_up + all.sent == Approx(1.6e9 * BusFactor(Operation::kAllReduce, 16)));
  // An exchange of all with all: 7 of 16 shares stay in the domain of the sender.
  const Traffic exchange = TrafficOf(MakeGroup(f, 16, 1), Operation::kAllToAll, false, 1.6e9);
  CHECK(exchange.scale_up == Approx(0.7e9));
  CHECK(exchange.sent == Approx(0.8e9));
  // Where a switch reduces a member sends its buffer once, and its share of the sum.
  CHECK(TrafficOf(MakeGroup(f, 8, 1), Operation::kAllReduce, true, 8e9).scale_up == Approx(9e9));
  CHECK(TrafficOf(MakeGroup(f, 16, 1), Operation::kAllReduce, true, 8e9).sent == Approx(1e9));
  CHECK(TrafficOf(MakeGroup(f, 1, 1), Operation::kAllReduce, false, 8e9).empty());
}

TEST_CASE("a group takes the tiers that it spans", "[network][traffic]") {
  const FabricParams f = Fabric();
  for (const std::uint32_t ranks : {8u, 32u, 64u, 128u}) {
    const Traffic t = TrafficOf(MakeGroup(f, ranks, 1), Operation::kReduceScatter, false, 1e9);
    CAPTURE(ranks);
    CHECK((t.sent > 0) == (ranks > 8));
    CHECK(t.up == (ranks > 32 ? t.sent : 0));
    CHECK(t.core == (ranks > 64 ? t.sent : 0));
    CHECK(t.scale_up + t.sent == Approx(1e9 * (ranks - 1.0) / ranks));
  }
  // One rank of each node: nothing stays inside.
  const Traffic strided = TrafficOf(MakeGroup(f, 4, 8), Operation::kAllGather, false, 4e9);
  CHECK(strided.scale_up == 0);
  CHECK(strided.sent == Approx(3e9));
}

TEST_CASE("no collective sends less between domains than its wire bound counts", "[network][traffic]") {
  const FabricParams f = Fabric();
  for (const Operation op : {Operation::kAllReduce, Operation::kAllGather, Operation::kReduceScatter, Operation::kAllToAll})
    for (const std::uint32_t ranks : {16u, 24u, 64u}) {
      const Group g = MakeGroup(f, ranks, 1);
      const double wire = f.scale_out.nic;
      CHECK(TrafficOf(g, op, false, 1e9).sent == Approx(LeavingBound(f, g, op, false, 1e9) * wire));
    }
}

}  // namespace headroom::network
