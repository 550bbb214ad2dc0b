#include "models/serving/kv_cache.h"

#include <catch2/catch.hpp>

#include "sim/core/check.h"

using headroom::serving::KvCache;
using headroom::serving::KvLease;
using headroom::serving::ReleaseOrder;
using headroom::serving::UnitNames;
using Hashes = std::vector<std::uint64_t>;

namespace {
UnitNames Of(const Hashes& hashes) {
  return {hashes, 0, static_cast<std::uint32_t>(hashes.size())};
}
}  // namespace

TEST_CASE("blocks are taken and given back, and never beyond the cache", "[kv]") {
  KvCache kv(10);
  KvLease a, b;
  REQUIRE(kv.Grow(a, 6));
  CHECK(kv.available() == 4);
  CHECK_FALSE(kv.Grow(b, 5));
  CHECK(kv.available() == 4);
  REQUIRE(kv.Grow(b, 4));
  kv.CheckBalance();
  kv.Release(a);
  CHECK(kv.in_use() == 4);
  kv.Release(b);
  CHECK(kv.in_use() == 0);
}

TEST_CASE("a published prefix is found, pinned once per sequence, and outlives its owner", "[kv]") {
  KvCache kv(10, 2);
  KvLease a, b;
  const Hashes first{1, 2, 3}, second{1, 2, 9};
  REQUIRE(kv.Grow(a, 7));
  kv.Publish(a, Of(first));
  CHECK(a.private_blocks == 1);
  CHECK(kv.Match(Of(second)) == 2);
  CHECK(kv.PinCost(Of(second), 2) == 0);  // a pins them already
  CHECK(kv.Pin(b, Of(second)) == 2);
  CHECK(kv.in_use() == 7);
  kv.Release(a);
  CHECK(kv.in_use() == 4);  // b's two units; unit 3 is evictable
  CHECK(kv.available() == 6);
  REQUIRE(kv.Grow(b, 6));  // evicts unit 3
  CHECK(kv.Match(Of(first)) == 2);
  kv.CheckBalance();
  kv.Release(b);
  CHECK(kv.available() == 10);
}

TEST_CASE("a unit computed twice is kept once", "[kv]") {
  KvCache kv(8);
  KvLease a, b;
  const Hashes prefix{5, 6};
  kv.Grow(a, 2);
  kv.Grow(b, 2);
  kv.Publish(a, Of(prefix));
  kv.Publish(b, Of(prefix));
  CHECK(kv.in_use() == 2);
  kv.CheckBalance();
}

TEST_CASE("eviction takes the tail of the oldest prompt first, or its head", "[kv]") {
  for (ReleaseOrder order : {ReleaseOrder::kTailFirst, ReleaseOrder::kHeadFirst}) {
    KvCache kv(4, 1, order);
    KvLease a, b;
    kv.Grow(a, 3);
    const Hashes three{1, 2, 3};
    kv.Publish(a, Of(three));
    kv.Release(a);
    kv.Grow(b, 2);  // one is free, one is evicted
    CHECK(kv.Match(Of(three)) == (order == ReleaseOrder::kTailFirst ? 2 : 0));
  }
}

TEST_CASE("names beyond the shared ones belong to one owner", "[kv]") {
  KvCache kv(8);
  KvLease a;
  const Hashes prompt{1};
  kv.Grow(a, 3);
  kv.Publish(a, {prompt, 7, 3});
  kv.Release(a);
  CHECK(kv.Match({prompt, 7, 3}) == 3);
  CHECK(kv.Match({prompt, 8, 3}) == 1);
}
