#include "models/serving/kv_cache.h"

#include <catch2/catch.hpp>
#include <random>

#include "sim/core/check.h"

using headroom::serving::EvictionPolicy;
using headroom::serving::KvCache;
using headroom::serving::KvEviction;
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

namespace {

/// A sequence of these units comes, is read, and goes.
std::uint32_t Serve(KvCache& kv, const Hashes& hashes) {
  KvLease lease;
  const std::uint32_t found = kv.Pin(lease, Of(hashes));
  REQUIRE(kv.Grow(lease, static_cast<std::uint32_t>(hashes.size()) - found));
  kv.Publish(lease, Of(hashes));
  kv.CheckBalance();
  kv.Release(lease);
  kv.CheckBalance();
  return found;
}

}  // namespace

// Units 1, 2 and 3 are written in this order and used: 1 three times, 2 once, 3 twice, last 2. Room for one more.
TEST_CASE("a full cache gives up by its policy", "[kv]") {
  for (const auto& [policy, gone] : {std::pair(EvictionPolicy::kLru, 1u), {EvictionPolicy::kFifo, 1u}, {EvictionPolicy::kLfu, 2u}}) {
    KvCache kv(3, 1, ReleaseOrder::kTailFirst, {policy, false});
    for (const std::uint64_t unit : {1, 2, 3, 1, 1, 3, 2, 3}) Serve(kv, {unit});
    if (policy == EvictionPolicy::kFifo) Serve(kv, {1});  // 1 is the last used and still the first written
    Serve(kv, {4});
    for (const std::uint32_t unit : {1u, 2u, 3u}) CHECK(kv.Match(Of({unit})) == (unit == gone ? 0u : 1u));
  }
}

// First written is the head of all, 1. A table of hashes gives it up, and what is behind it is lost with it; a tree only has leaves to give.
TEST_CASE("a tree keeps the heads of prompts", "[kv]") {
  for (const bool tree : {false, true}) {
    KvCache kv(4, 1, ReleaseOrder::kTailFirst, {EvictionPolicy::kFifo, tree});
    Serve(kv, {1, 2, 3});
    Serve(kv, {1, 2, 4});
    Serve(kv, {9});
    CHECK(kv.Match(Of({1, 2, 3})) == (tree ? 2u : 0u));
    CHECK(kv.Match(Of({1, 2, 4})) == (tree ? 3u : 0u));
  }
}

// What outlives in a table by least recent use, tails first, is what a tree keeps that gives up its least recent leaf.
TEST_CASE("table and tree are the same under least recent use", "[kv][property]") {
  KvCache table(40, 1), tree(40, 1, ReleaseOrder::kTailFirst, {EvictionPolicy::kLru, true});
  std::mt19937_64 random(5);
  std::uint64_t found = 0;
  for (int i = 0; i < 5000; ++i) {
    Hashes h;
    std::uint64_t name = 1;
    for (std::size_t n = 1 + random() % 12; h.size() < n;) h.push_back(name = name * 4 + random() % 3);
    const std::uint32_t a = Serve(table, h), b = Serve(tree, h);
    CHECK(a == b);
    found += a;
  }
  CHECK(found > 5000);
}

TEST_CASE("orders of use keep the balance under leases that overlap", "[kv][property]") {
  for (const EvictionPolicy policy : {EvictionPolicy::kFifo, EvictionPolicy::kLfu})
    for (const bool tree : {false, true}) {
      KvCache kv(60, 2, ReleaseOrder::kTailFirst, {policy, tree});
      std::mt19937_64 random(7);
      std::vector<std::pair<Hashes, KvLease>> open;
      for (int i = 0; i < 4000; ++i) {
        if (open.size() < 4) {
          Hashes h;
          std::uint64_t name = 1;
          for (std::size_t n = 1 + random() % 6; h.size() < n;) h.push_back(name = name * 4 + random() % 3);
          KvLease lease;
          const std::uint32_t n = kv.Pin(lease, Of(h));
          if (kv.Grow(lease, 2 * (static_cast<std::uint32_t>(h.size()) - n))) {
            kv.Publish(lease, Of(h));
            open.emplace_back(h, std::move(lease));
          } else {
            kv.Release(lease);
          }
        } else {
          const std::size_t k = random() % open.size();
          kv.Release(open[k].second);
          open.erase(open.begin() + static_cast<std::ptrdiff_t>(k));
        }
        kv.CheckBalance();
      }
      for (auto& o : open) kv.Release(o.second);
      CHECK(kv.in_use() == 0);
      kv.Clear();
      kv.CheckBalance();
      CHECK(kv.available() == 60);
    }
}
