#include <catch2/catch.hpp>

#include "models/serving/deployment.h"
#include "tests/models/serving/simple_operators.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

std::unique_ptr<IterationCost> TenMilliseconds() {
  EngineSettings e;
  e.max_sequences = 16;
  e.max_tokens = 400;
  e.block_tokens = 10;
  e.graph_tokens = 0;
  return std::make_unique<IterationCost>(
      std::make_unique<SimpleOperators>(LinearTerms{.per_iteration = 0.010}), e);
}

/// Units of 10 tokens and 1 MB; host at 100 MB/s each way, 1 ms; flash at 50 MB/s, 2 ms, behind the
/// host link.
KvTierPlan Plan(std::size_t replicas, std::uint64_t host, std::uint64_t flash) {
  KvTierPlan plan;
  plan.unit_bytes = 1e6;
  const auto link = [&](double rate) {
    plan.links.push_back(std::make_unique<TransferLink>(rate));
    return plan.links.back().get();
  };
  const auto tier = [&](const char* name, std::uint64_t units) {
    plan.tiers.push_back(std::make_unique<KvTier>(name, units, EvictionPolicy::kLru));
    return plan.tiers.back().get();
  };
  TransferLink* drive = link(50e6);
  for (std::size_t i = 0; i < replicas; ++i) {
    TransferLink *in = link(100e6), *out = link(100e6);
    std::vector<KvTierAccess> access;
    access.push_back({tier("host", host), false, {{{in, 1.0}}, 1e-3}, {{{out, 1.0}}, 1e-3}});
    access.push_back(
        {tier("nvme", flash), false, {{{in, 1.0}, {drive, 1.0}}, 2e-3}, {{{drive, 1.0}}, 2e-3}});
    plan.replicas.push_back(access);
  }
  return plan;
}

/// Prompts of `units` whole units and one token more, each answered by one token.
RequestTrace Prompts(const std::vector<std::pair<double, std::vector<std::uint64_t>>>& prompts) {
  RequestTrace t;
  t.hash_tokens = 10;
  for (const auto& [when, hashes] : prompts) {
    t.arrival.push_back(when);
    t.input_tokens.push_back(static_cast<std::uint32_t>(hashes.size()) * 10 + 1);
    t.output_tokens.push_back(1);
    t.hash_begin.push_back(t.hashes.size());
    t.hashes.insert(t.hashes.end(), hashes.begin(), hashes.end());
  }
  t.hash_begin.push_back(t.hashes.size());
  return t;
}

DeploymentParams Params(std::uint32_t replicas, std::uint32_t blocks) {
  DeploymentParams p;
  p.name = "w";
  p.replica.kv_blocks = blocks;
  p.replica.prefix_unit_tokens = 10;
  p.places.resize(replicas);
  return p;
}

}  // namespace

TEST_CASE("a link moves one transfer after another, a path as fast as its slowest part",
          "[kv-tier]") {
  TransferLink fast(100.0), slow(10.0);
  CHECK(fast.Carry(50.0, 1.0) == Approx(1.5));
  CHECK(fast.Carry(50.0, 1.0) == Approx(2.0));
  CHECK(fast.Carry(50.0, 9.0) == Approx(9.5));
  const TransferPath path{{{&fast, 1.0}, {&slow, 0.5}}, 0.25};
  CHECK(path.Carry(20.0, 20.0) == Approx(21.25));  // 10 of 20 bytes over the slow one
  CHECK(fast.Carry(10.0, 20.0) == Approx(20.3));   // the fast one is free after 0.2 s
  CHECK(fast.bytes() == 180.0);
  CHECK(slow.busy() == Approx(1.0));
}

TEST_CASE("a full tier gives up by its policy", "[kv-tier]") {
  const auto first_out = [](EvictionPolicy policy) {
    KvTier t("host", 3, policy);
    for (std::uint64_t hash : {1, 2, 3}) CHECK_FALSE(t.Insert(hash, 0.0));
    for (std::uint64_t hash : {1, 1, 2, 3}) t.Touch(hash);  // 2 least recently of those used once
    t.Touch(2), t.Touch(3), t.Touch(2), t.Touch(3);
    const auto gone = t.Insert(4, 0.0);
    t.CheckBalance();
    REQUIRE(gone);
    return *gone;
  };
  CHECK(first_out(EvictionPolicy::kFifo) == 1);
  CHECK(first_out(EvictionPolicy::kLru) == 1);  // used twice, but longest ago
  CHECK(first_out(EvictionPolicy::kLfu) == 1);  // twice; the others three times
  KvTier t("host", 2, EvictionPolicy::kLfu);
  t.Insert(1, 0.0), t.Insert(2, 0.0), t.Touch(1);
  CHECK(t.Insert(3, 0.0) == 2);
  CHECK_THROWS_WITH(EvictionFromName("mru"), Catch::Contains("eviction is 'mru'; known are lru, fifo, lfu"));
}

TEST_CASE("units written through sink when a tier is full, and rise when read", "[kv-tier]") {
  KvTierPlan plan = Plan(1, 2, 2);
  KvTierStack stack(plan.replicas[0], plan.unit_bytes);
  stack.SetTime(0.0);
  for (std::uint64_t hash : {1, 2, 3}) stack.Complete(hash);  // 1 sinks to flash
  CHECK(plan.tiers[1]->Has(1));
  const std::vector<std::uint64_t> hashes{1, 2, 3, 4};
  const UnitNames names{hashes, 0, 4};
  CHECK(stack.Match(names, 0) == 3);
  // 1 takes the drive for 20 ms, all three the host link for 30 ms; then 1 rises, which makes 2 sink.
  CHECK(stack.Load(names, 0, 3, 1.0) == Approx(1.031));
  CHECK(stack.counters().found == std::vector<std::uint64_t>{2, 1});
  CHECK((plan.tiers[0]->Has(1) && plan.tiers[0]->Has(3) && plan.tiers[1]->Has(1) && plan.tiers[1]->Has(2)));
  CHECK(stack.counters().lost == 0);
  for (std::uint64_t hash : {5, 6, 7}) stack.Complete(hash);
  CHECK(stack.counters().lost == 3);  // 3, 1 and 5 sank and drove 1, 2 and 3 out of flash
  CHECK(stack.counters().written == 6);
  stack.CheckBalance();
  stack.Forget();
  CHECK(stack.Match(names, 0) == 0);
}

// 11 blocks hold one prompt of 10 units. The second prompt evicts the first, which then comes back from the host:
// 10 MB at 100 MB/s and 1 ms, then an iteration of 10 ms for its last token.
// Units 1 and 2 lie on flash. Read ahead at 10 s they are in the host at 10.022 and 10.042 s, and 3 and 4
// sink; a load at 11 s then takes 10 ms each from there, not 20 ms from the drive.
TEST_CASE("what a waiting request needs is read ahead into the first tier", "[kv-tier]") {
  KvTierPlan plan = Plan(1, 2, 10);
  std::vector<KvTierAccess>& access = plan.replicas[0];
  access[1].ahead = {{access[1].read.parts[1]}, 2e-3};
  KvTierStack stack(access, 1e6);
  for (const std::uint64_t hash : {1, 2, 3, 4}) stack.Complete(hash);
  const std::vector<std::uint64_t> prompt{1, 2};
  const UnitNames names{prompt, 0, 2};
  REQUIRE(access[1].tier->Has(1));
  stack.ReadAhead(names, 0, 10.0);
  CHECK(*access[0].tier->ReadyAt(1) == Approx(10.022));
  CHECK(*access[0].tier->ReadyAt(2) == Approx(10.042));
  CHECK(access[1].tier->Has(3));
  CHECK(stack.counters().ahead == 2);
  CHECK(stack.Load(names, 0, 2, 11.0) == Approx(11.021));
  CHECK(stack.counters().found[0] == 2);
  stack.ReadAhead(names, 0, 12.0);
  CHECK(stack.counters().ahead == 2);  // they are there
  stack.CheckBalance();
}

TEST_CASE("a prefix that HBM gave up is read from the host, not computed", "[kv-tier][replica]") {
  std::vector<std::uint64_t> a, b;
  for (std::uint64_t i = 0; i < 10; ++i) a.push_back(i), b.push_back(100 + i);
  for (bool merged : {true, false}) {
    Engine engine;
    DeploymentParams params = Params(1, 11);
    params.replica.merge_runs = merged;
    Deployment d(engine, params, TenMilliseconds(),
                 MakeTraceSource(Prompts({{0.0, a}, {1.0, b}, {2.0, a}}), 1.0, 9));
    d.SetTiers(Plan(1, 100, 100));
    d.Start();
    engine.RunAll();
    REQUIRE(d.done());
    CHECK(d.log().finish(0) == Approx(0.010));
    CHECK(d.log().finish(1) == Approx(1.010));
    CHECK(d.log().finish(2) == Approx(2.111));
    CHECK(d.totals().cached_tokens == 100);
    CHECK(d.totals().tier_tokens == 100);
    CHECK(d.totals().prefilled_tokens == 101 + 101 + 1);
  }
}

// The prefix is there after 101 ms. Layer by layer over 10 layers the iteration of 10 ms ends a tenth of itself after that.
TEST_CASE("a prompt begins with the first layer of its prefix", "[kv-tier][replica]") {
  std::vector<std::uint64_t> a, b;
  for (std::uint64_t i = 0; i < 10; ++i) a.push_back(i), b.push_back(100 + i);
  Engine engine;
  DeploymentParams params = Params(1, 11);
  params.replica.load_layers = 10;
  Deployment d(engine, params, TenMilliseconds(),
               MakeTraceSource(Prompts({{0.0, a}, {1.0, b}, {2.0, a}}), 1.0, 9));
  d.SetTiers(Plan(1, 100, 100));
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  CHECK(d.log().finish(2) == Approx(2.102));
  CHECK(d.totals().tier_tokens == 100);
  CHECK(d.totals().prefilled_tokens == 101 + 101 + 1);
  CHECK(d.totals().energy == Approx(3 * 0.010 * 400 + 100 * d.lifetime()));
}

TEST_CASE("others are served while a prefix is on its way", "[kv-tier][replica]") {
  std::vector<std::uint64_t> a, b;
  for (std::uint64_t i = 0; i < 10; ++i) a.push_back(i), b.push_back(100 + i);
  Engine engine;
  Deployment d(engine, Params(1, 13), TenMilliseconds(),
               MakeTraceSource(Prompts({{0.0, a}, {1.0, b}, {2.0, a}, {2.020, {}}, {2.075, {}}}), 1.0, 9));
  d.SetTiers(Plan(1, 100, 100));
  d.Start();
  engine.RunAll();
  // Two units of the first prompt are left in HBM, eight come in 81 ms, into the iteration after that under way.
  CHECK(d.log().finish(2) == Approx(2.095));
  CHECK(d.log().finish(3) == Approx(2.030));
  CHECK(d.log().finish(4) == Approx(2.085));
}

TEST_CASE("drives of a node are shared by its replicas", "[kv-tier]") {
  std::vector<std::uint64_t> a, b;
  for (std::uint64_t i = 0; i < 10; ++i) a.push_back(i), b.push_back(100 + i);
  Engine engine;
  DeploymentParams params = Params(2, 11);
  params.router = "round-robin";
  Deployment d(engine, params, TenMilliseconds(),
               MakeTraceSource(Prompts({{0.0, a}, {0.0, a}, {1.0, b}, {1.0, b}, {5.0, a}, {5.0, a}}), 1.0, 9));
  d.SetTiers(Plan(2, 0, 100));  // no host memory: all goes to flash
  d.Start();
  engine.RunAll();
  REQUIRE(d.done());
  // 10 MB at 50 MB/s each, one replica after the other.
  CHECK(d.log().finish(4) == Approx(5.0 + 0.2 + 0.002 + 0.010));
  CHECK(d.log().finish(5) == Approx(5.0 + 0.4 + 0.002 + 0.010));
}

TEST_CASE("with full caches and tiers every request is answered once, merged or not",
          "[kv-tier][conservation]") {
  RandomStream random(7, "test");
  RequestTrace trace;
  trace.hash_tokens = 10;
  for (int i = 0; i < 2000; ++i) {
    trace.arrival.push_back(i * 0.0203137);  // never at the end of an iteration
    const std::uint64_t family = random.Below(12), units = 1 + random.Below(12);
    trace.input_tokens.push_back(static_cast<std::uint32_t>(units * 10 + random.Below(10)) + 1);
    trace.output_tokens.push_back(1 + static_cast<std::uint32_t>(random.Below(60)));
    trace.hash_begin.push_back(trace.hashes.size());
    for (std::uint64_t u = 0; u < units; ++u)
      trace.hashes.push_back(u < 6 ? family * 1000 + u : (i + 100) * 1000 + u);
  }
  trace.hash_begin.push_back(trace.hashes.size());
  std::vector<double> finishes[2];
  for (bool merged : {true, false}) {
    for (const auto& [router, layers] : {std::pair("random", 0u), std::pair("round-robin", 0u), std::pair("random", 8u)}) {
      Engine engine;
      DeploymentParams params = Params(2, 40);
      params.router = router;
      params.replica.merge_runs = merged;
      params.replica.load_layers = layers;
      Deployment d(engine, params, TenMilliseconds(), MakeTraceSource(trace, 1.0, kUnlimited));
      KvTierPlan plan = Plan(2, 30, 60);
      plan.unit_bytes = 1.0137e6;  // nor is a transfer
      d.SetTiers(std::move(plan));
      d.Start();
      engine.RunAll();
      REQUIRE(d.done());
      CHECK(d.log().completed() == 2000);
      CHECK(d.totals().preemptions > 0);
      CHECK(d.totals().tier_tokens > 0);
      for (std::size_t i = 0; i < d.log().size(); ++i) finishes[merged].push_back(d.log().finish(i));
      for (std::size_t i = 0; i < 2; ++i) {
        const KvTierStack& stack = *d.set().replica(i).tiers();
        CHECK(stack.counters().lost > 0);
        for (const KvTierAccess& t : stack.tiers()) CHECK(t.tier->size() == t.tier->capacity());
      }
    }
  }
  REQUIRE(finishes[0].size() == finishes[1].size());
  double apart = 0.0;
  for (std::size_t i = 0; i < finishes[0].size(); ++i) apart = std::max(apart, std::abs(finishes[0][i] - finishes[1][i]));
  CHECK(apart < 1e-6);
}
