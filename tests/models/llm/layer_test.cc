#include "models/llm/layer.h"

#include <catch2/catch.hpp>

#include "models/catalog/library.h"
#include "models/llm/flops.h"

namespace headroom::llm {
namespace {

double Flops(const std::vector<Operator>& ops) {
  double sum = 0;
  for (const Operator& op : ops) {
    if (op.kind == OperatorKind::kGemm || op.kind == OperatorKind::kGroupedGemm)
      sum += 2 * op.m * op.n * op.k * op.groups;
    if (op.kind == OperatorKind::kAttention) {
      sum += 2 * op.heads * (op.qk_dim + op.v_dim) * op.sequences * op.query * op.context;
    }
  }
  return sum;
}

// The operators of all shards do the arithmetic that the layer asks for, whatever the split.
TEST_CASE("operators over all ranks sum to the layer's FLOPs", "[llm][conservation]") {
  const catalog::Library library;
  for (const char* name : {"llama-3.1-405b", "llama-2-70b", "deepseek-v3", "qwen3-30b-a3b"}) {
    const Architecture a = Resolve(library.llm(name));
    const double s = 4096;
    for (const std::uint32_t layer : {0u, a.layers - 1}) {
      const double whole = s * ForwardFlopsOfLayer(a, layer, s, AttentionCount::kAllPairs);
      LayerShard one;
      CHECK(Flops(LayerOperators(a, layer, s, {{1, s, s, false, false}}, one)) == Approx(whole));
      // Replicated per rank under tensor parallelism: latent down-projections and the router.
      if (a.is_moe()) continue;
      LayerShard four{4, true, 1, 1};
      CHECK(4 * Flops(LayerOperators(a, layer, s, {{1, s, s, false, false}}, four)) ==
            Approx(whole));
    }
  }
}

// 256 experts over 64 ranks: 4 each; 4096 tokens to 8 of 256 from each of 64 ranks: 32768 rows in
// all, 8192 per expert.
// gpt-oss: layers 0, 2, 4 ... look back on 128 keys. Of 4096 tokens all see 128 keys but the first, together
// 4096*128 - 128*128/2 causal pairs.
TEST_CASE("layers with a window count the window's keys", "[llm]") {
  const catalog::Library library;
  const Architecture a = Resolve(library.llm("gpt-oss-20b"));
  CHECK(a.windowed(0));
  CHECK_FALSE(a.windowed(1));
  CHECK_FALSE(a.windowed(a.layers - 1));
  std::uint32_t windowed = 0;
  for (std::uint32_t i = 0; i < a.layers; ++i) windowed += a.windowed(i);
  CHECK(windowed == a.windowed_layers());
  const double per_pair = 2 * 64 * 128;  // heads, q k and v of 64
  const auto keys = [&](std::uint32_t layer, AttentionCount count) {
    return (ForwardFlopsOfLayer(a, layer, 4096, count) - ForwardFlopsOfLayer(a, layer, 1, count)) / per_pair;
  };
  CHECK(keys(1, AttentionCount::kAllPairs) == Approx(4095));
  CHECK(keys(1, AttentionCount::kCausal) == Approx(2047.5));
  CHECK(keys(0, AttentionCount::kAllPairs) == Approx(127));
  CHECK(keys(0, AttentionCount::kCausal) == Approx(128 - 128 * 128 / 8192.0 - 0.5));
}

TEST_CASE("experts get balanced rows", "[llm][moe]") {
  const Architecture a = Resolve(catalog::Library().llm("deepseek-v3"));
  const auto ops = LayerOperators(a, 60, 4096, {{1, 4096, 4096, true, false}}, {1, false, 64, 1});
  int grouped = 0;
  for (const Operator& op : ops) {
    if (op.kind != OperatorKind::kGroupedGemm) continue;
    ++grouped;
    CHECK(op.groups == 4);
    CHECK(op.m == Approx(8192));
  }
  CHECK(grouped == 2);
}

// Llama 405B: 2 * 8 heads * 128 * 126 layers * 2 B = 516,096 B; DeepSeek-V3: 576 * 61 * 2 = 70,272
// B.
TEST_CASE("bytes of keys and values per token", "[llm]") {
  const catalog::Library library;
  CHECK(KvBytesPerToken(Resolve(library.llm("llama-3.1-405b")), 2) == 516096);
  CHECK(KvBytesPerToken(Resolve(library.llm("deepseek-v3")), 2) == 70272);
}

TEST_CASE("key/value heads are replicated below one per rank", "[llm]") {
  const Architecture a = Resolve(catalog::Library().llm("llama-3.1-405b"));
  CHECK(LocalKvHeads(a, 4) == 2);
  CHECK(LocalKvHeads(a, 16) == 1);
}

TEST_CASE("decoding with latent attention works on the compressed cache", "[llm][mla]") {
  const Architecture a = Resolve(catalog::Library().llm("deepseek-v3"));
  const auto ops = LayerOperators(a, 10, 32, {{32, 1, 1000, true, true}}, {});
  bool absorbed = false;
  for (const Operator& op : ops) {
    CHECK(std::string(op.name) != "kv_up");
    absorbed |= std::string(op.name) == "q_absorb";
    if (op.kind == OperatorKind::kAttention) {
      CHECK(op.kv_heads == 1);
      CHECK(op.qk_dim == 576);
      CHECK(op.v_dim == 512);
    }
  }
  CHECK(absorbed);
}

}  // namespace
}  // namespace headroom::llm
