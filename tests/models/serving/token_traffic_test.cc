#include "models/serving/token_traffic.h"

#include <catch2/catch.hpp>

using namespace headroom;
using namespace headroom::serving;

namespace {

llm::Architecture Dense() {
  llm::Architecture a;
  a.layers = 10;
  a.hidden = 1000;
  a.vocab = 8000;
  return a;
}

network::FabricParams Fabric() {
  network::FabricParams f;
  f.scale_up.domain = 8;
  return f;
}

}  // namespace

// Two all-reduces of 2000 B in each of 10 layers, of which each of 4 members sends 2 (1 - 1/4): 4 * 20 * 1.5 * 2000 B. Logits of
// 8000 words in 2 B are gathered: 4 * (1 - 1/4) * 16,000 B.
TEST_CASE("a token's all-reduces stay inside the domain", "[token-traffic]") {
  const TokenTraffic t = TrafficPerToken(Dense(), {4, 1, 1, 1}, Fabric());
  CHECK(t.pass.scale_up == Approx(240e3));
  CHECK(t.sample.scale_up == Approx(48e3));
  CHECK(t.pass.nic() == 0.0);
}

TEST_CASE("one accelerator sends nothing", "[token-traffic]") {
  const TokenTraffic t = TrafficPerToken(Dense(), {1, 1, 1, 1}, Fabric());
  CHECK(t.pass.empty());
  CHECK(t.sample.empty());
}

// Of 16 ranks in two domains of 8, a token for 4 of 64 experts meets 16 (1 - (1 - 1/16)^4) = 3.6404 ranks. Dispatch and combine of 2000 B
// to each in 8 layers; of what a member sends 1 - 1/2 leaves the domain and 1/2 - 1/16 goes to others inside it.
TEST_CASE("tokens travel to the ranks of their experts", "[token-traffic]") {
  llm::Architecture a = Dense();
  a.moe.experts = 64;
  a.moe.experts_per_token = 4;
  a.moe.dense_layers = 2;
  REQUIRE(a.is_moe());
  const TokenTraffic t = TrafficPerToken(a, {1, 1, 16, 1}, Fabric());
  const double sent = 3.6404 * 2000 * 2 * 8;
  CHECK(t.pass.sent == Approx(sent / 2).epsilon(1e-4));
  CHECK(t.pass.received == Approx(t.pass.sent));
  CHECK(t.pass.scale_up == Approx(sent * (0.5 - 1.0 / 16)).epsilon(1e-4));
  CHECK(t.sample.empty());
}
