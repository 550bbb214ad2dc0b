#include <catch2/catch.hpp>

#include "models/scheduling/accelerator_sharing.h"

namespace headroom::scheduling {
namespace {

SharedNode Node(std::int64_t cpu, std::vector<std::int64_t> left) {
  SharedNode n;
  n.cpu = cpu;
  n.memory = 1 << 20;
  n.left = std::move(left);
  return n;
}

ShareRequest Part(std::int64_t milli, std::int64_t cpu = 1000) { return {cpu, 0, 1, milli}; }
ShareRequest Whole(std::uint32_t count, std::int64_t cpu = 1000) { return {cpu, 0, count, 1000}; }

std::optional<std::uint32_t> PlaceOne(std::vector<SharedNode> nodes, SharePolicy policy, const ShareRequest& request,
                                      std::vector<TypicalRequest> typical = {}) {
  return AcceleratorSharing(std::move(nodes), std::move(typical), policy, RandomStream(1, "t")).Place(request);
}

}  // namespace

TEST_CASE("fragmentation is what a typical request cannot use", "[scheduling]") {
  // Half of the requests are whole accelerators, half are halves. On 1000 and 400 left a whole one cannot use 400, a half cannot either.
  const SharedNode node = Node(4000, {1000, 400});
  CHECK(Fragmentation(node, {{Whole(1), 0.5}, {Part(500), 0.5}}) == 400);
  CHECK(Fragmentation(node, {{Whole(1), 0.5}, {Part(300), 0.5}}) == 200);
  CHECK(Fragmentation(node, {{Whole(2), 1.0}}) == 1400);          // does not fit: all of it
  CHECK(Fragmentation(node, {{Whole(1, 5000), 1.0}}) == 1400);    // no processors for it
  CHECK(Fragmentation(node, {{{1000, 0, 0, 0}, 1.0}}) == 1400);   // asks for none
}

TEST_CASE("typical requests: the most frequent ones, normalised", "[scheduling]") {
  const auto t = TypicalRequests({Whole(1), Whole(1), Whole(1), Part(500), Part(500), Whole(8)}, 0.8);
  REQUIRE(t.size() == 2);
  CHECK(t[0].request == Whole(1));
  CHECK(t[0].share == Approx(0.6));
  CHECK(t[1].share == Approx(0.4));
}

TEST_CASE("where each policy puts a part of an accelerator", "[scheduling]") {
  // Node 0 idle, node 1 with one accelerator in part use, node 2 with an idle one beside a full one.
  const std::vector<SharedNode> nodes = {Node(9000, {1000, 1000}), Node(9000, {600, 1000}), Node(9000, {0, 1000})};
  CHECK(PlaceOne(nodes, SharePolicy::kPacking, Part(500)) == 1);
  CHECK(PlaceOne(nodes, SharePolicy::kPacking, Whole(1)) == 1);      // an idle one of a used node, as good as node 2: the first
  CHECK(PlaceOne(nodes, SharePolicy::kBestFit, Part(500)) == 2);     // least left
  CHECK(PlaceOne(nodes, SharePolicy::kFgd, Part(500), {{Whole(1), 1.0}}) == 1);  // keeps the whole ones whole
  CHECK(PlaceOne(nodes, SharePolicy::kFgd, Whole(2), {{Whole(1), 1.0}}) == 0);
  CHECK(PlaceOne(nodes, SharePolicy::kRandom, Whole(3)) == std::nullopt);
  std::vector<SharedNode> kinds = nodes;
  kinds[2].kinds = {{"share", 1}};
  CHECK(PlaceOne(kinds, SharePolicy::kClustering, Part(500)) == 2);
}

TEST_CASE("sharing never takes more than there is", "[scheduling][property]") {
  for (const SharePolicy policy : {SharePolicy::kRandom, SharePolicy::kDotProduct, SharePolicy::kClustering, SharePolicy::kPacking,
                                   SharePolicy::kBestFit, SharePolicy::kFgd}) {
    RandomStream random(7, "share");
    AcceleratorSharing sharing({Node(8000, {1000, 1000}), Node(16000, {1000, 1000, 1000, 1000}), Node(4000, {1000})},
                               {{Whole(1), 0.5}, {Part(300), 0.5}}, policy, RandomStream(8, "ties"));
    std::int64_t placed = 0;
    for (int i = 0; i < 200; ++i) {
      const ShareRequest r = random.Below(2) == 0 ? Part(100 + static_cast<std::int64_t>(random.Below(9)) * 100, static_cast<std::int64_t>(random.Below(2000)))
                                                  : Whole(1 + static_cast<std::uint32_t>(random.Below(3)));
      if (sharing.Place(r)) placed += r.total();
    }
    std::int64_t left = 0;
    for (const SharedNode& n : sharing.nodes()) {
      CHECK(n.cpu >= 0);
      for (const std::int64_t l : n.left) CHECK((l >= 0 && l <= 1000));
      left += n.total_left();
    }
    CHECK(placed + left == 7000);
    CHECK(placed > 4500);
  }
}

}  // namespace headroom::scheduling
