#include "models/network/load_balance.h"

#include <catch2/catch.hpp>

#include "models/network/collective.h"
#include "sim/core/random.h"

namespace headroom::network {
namespace {

LeafTraffic Leaf(double flows) { return {32, 50e9, 32, 50e9, flows, 4}; }

// Two balls in two bins, counted by hand: the fullest holds 2 with probability 1/2, else 1: E = 1.5. The bins are taken as
// independent, so a drawn sample of many bins is the measure instead.
TEST_CASE("the fullest uplink is that of drawn hashes", "[load_balance]") {
  RandomStream random(7, "load_balance_test");
  for (const double flows : {1.0, 4.0, 16.0}) {
    const LeafTraffic t = Leaf(flows);
    double sum = 0;
    const int draws = 400;
    for (int d = 0; d < draws; ++d) {
      std::uint32_t fullest = 0;
      for (int side = 0; side < 2 * t.leaves; ++side) {
        std::vector<std::uint32_t> bins(32);
        for (int i = 0; i < t.nics * flows; ++i) fullest = std::max(fullest, ++bins[random.Below(32)]);
      }
      sum += fullest;
    }
    const double share = std::min(1.0, flows / (sum / draws));
    INFO(flows);
    CHECK(SlowestShare(LoadBalancing::kEcmp, t) == Approx(share).epsilon(0.05));
  }
}

TEST_CASE("more flows spread better, and packets spread evenly", "[load_balance][property]") {
  double before = 0;
  for (const double flows : {1.0, 2.0, 4.0, 16.0, 64.0, 1024.0}) {
    const double share = SlowestShare(LoadBalancing::kEcmp, Leaf(flows));
    CHECK(share > before);
    CHECK(share <= 1);
    before = share;
  }
  CHECK(before > 0.85);
  CHECK(SlowestShare(LoadBalancing::kAdaptive, Leaf(1)) == 1);
  CHECK(SlowestShare(LoadBalancing::kSpray, Leaf(1)) == 1);
  // One cable has no other to be fuller than.
  CHECK(SlowestShare(LoadBalancing::kEcmp, {16, 50e9, 1, 50e9, 4, 40}) == 1);
  // One NIC by itself meets nobody.
  CHECK(SlowestShare(LoadBalancing::kEcmp, {1, 50e9, 32, 50e9, 1, 1}) == Approx(1));
}

TEST_CASE("flows that collide slow what leaves a leaf, and nothing else", "[load_balance]") {
  FabricParams f;
  f.scale_up = {ScaleUpShape::kSwitch, 8, 450e9, 1e-6, 0.82, true, 0.61};
  f.scale_out.nic = 50e9;
  FabricParams hashed = f;
  hashed.scale_out.balance = 0.5;
  const Group near = MakeGroup(f, 256, 1), far = MakeGroup(f, 512, 1);
  for (const Operation op : {Operation::kAllReduce, Operation::kAllToAll}) {
    const auto cost = [&](const FabricParams& fabric, const Group& g) { return Cost(fabric, g, op, Algorithm::kAuto, 1e9).seconds; };
    CHECK(cost(hashed, near) == cost(f, near));
    CHECK(cost(hashed, far) > 1.5 * cost(f, far));
  }
}

TEST_CASE("a dragonfly's exchange is quicker than its neighbours' traffic would let it", "[load_balance]") {
  FabricParams f;
  f.scale_up = {ScaleUpShape::kSwitch, 8, 450e9, 1e-6, 0.82, true, 0.61};
  f.scale_out.nic = 50e9;
  f.scale_out.pod_accelerators = 1024;
  f.scale_out.pod_shortage = 2;
  f.scale_out.exchange_shortage = 1;
  const Group g = MakeGroup(f, 2048, 1);
  FabricParams clos = f;
  clos.scale_out.pod_shortage = clos.scale_out.exchange_shortage = 1;
  const auto cost = [&](const FabricParams& fabric, Operation op) { return Cost(fabric, g, op, Algorithm::kAuto, 64e9).seconds; };
  CHECK(cost(f, Operation::kAllToAll) == Approx(cost(clos, Operation::kAllToAll)));
  CHECK(cost(f, Operation::kAllReduce) > 1.5 * cost(clos, Operation::kAllReduce));
  for (const Operation op : {Operation::kAllReduce, Operation::kAllToAll, Operation::kAllGather})
    CHECK(cost(f, op) >= WireBound(f, g, op, false, 64e9));
}

}  // namespace
}  // namespace headroom::network
