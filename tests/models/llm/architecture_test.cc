#include "models/llm/architecture.h"

#include <catch2/catch.hpp>

#include "models/catalog/library.h"
#include "models/llm/flops.h"
#include "models/llm/parameters.h"
#include "sim/core/diagnostics.h"

namespace headroom::llm {
namespace {

Architecture Named(const char* name) { return Resolve(catalog::Library().llm(name)); }

catalog::Llm Inline() {
  catalog::Llm m;
  m.set_layers(96);
  m.set_hidden(12288);
  m.set_heads(96);
  m.set_ffn_hidden(49152);
  m.set_gated_ffn(false);
  m.set_vocab(51200);
  return m;
}

// A layer of GPT-3: 4*h^2 in attention, 8*h^2 in the feed-forward, two norms.
TEST_CASE("parameters of a plain layer are 12 h^2", "[llm]") {
  const Architecture a = Resolve(Inline());
  const double h2 = 12288.0 * 12288.0;
  CHECK(a.kv_heads == 96);
  CHECK(a.head_dim == 128);
  CHECK(ParametersOfLayer(a, 0).total() == Approx(12 * h2 + 2 * 12288));
  CHECK(TotalParameters(a) == Approx(96 * 12 * h2 + 2 * 51200 * 12288.0).epsilon(1e-4));
}

TEST_CASE("published sizes come out", "[llm]") {
  CHECK(TotalParameters(Named("llama-3.1-405b")) == Approx(405.85e9).epsilon(1e-4));
  CHECK(TotalParameters(Named("llama-3.1-70b")) == Approx(70.55e9).epsilon(1e-3));
  CHECK(TotalParameters(Named("llama-3.1-8b")) == Approx(8.03e9).epsilon(1e-3));
  CHECK(TotalParameters(Named("deepseek-v3")) == Approx(671e9).epsilon(2e-3));
  CHECK(ActiveParameters(Named("deepseek-v3")) == Approx(37e9).epsilon(0.03));
  CHECK(TotalParameters(Named("qwen3-235b-a22b")) == Approx(235e9).epsilon(3e-3));
  CHECK(ActiveParameters(Named("qwen3-235b-a22b")) == Approx(22e9).epsilon(0.03));
}

// NVIDIA quotes 2.17e16 with 16 key/value heads; the model has 8. 70B and 8B: 3.94e15 and 4.74e14.
TEST_CASE("model FLOPs of a sequence count all pairs of attention", "[llm]") {
  Architecture a = Named("llama-3.1-405b");
  CHECK(8192 * TrainingFlopsPerToken(a, 8192) == Approx(2.1508e16).epsilon(1e-4));
  a.kv_heads = 16;
  CHECK(8192 * TrainingFlopsPerToken(a, 8192) == Approx(2.17e16).epsilon(1e-3));
  CHECK(8192 * TrainingFlopsPerToken(Named("llama-3.1-70b"), 8192) ==
        Approx(3.94e15).epsilon(2e-3));
  CHECK(8192 * TrainingFlopsPerToken(Named("llama-3.1-8b"), 8192) == Approx(4.74e14).epsilon(2e-3));
}

// Narayanan et al. SC21: 72*s*l*h^2*(1 + s/6h + V/12lh) without recompute.
TEST_CASE("model FLOPs of GPT follow the published formula", "[llm]") {
  const Architecture a = Resolve(Inline());
  const double s = 2048, l = 96, h = 12288, v = 51200;
  CHECK(s * TrainingFlopsPerToken(a, s) ==
        Approx(72 * s * l * h * h * (1 + s / (6 * h) + v / (12 * l * h))));
  CHECK(TrainingFlopsPerToken(a, s, AttentionCount::kCausal) < TrainingFlopsPerToken(a, s));
}

TEST_CASE("a model that cannot be is refused by field, value and rule", "[llm]") {
  catalog::Llm m = Inline();
  m.set_kv_heads(7);
  m.clear_vocab();
  CHECK_THROWS_AS(Resolve(m), ConfigError);
  const auto problems = Check(m);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].message == "vocab is missing; a model needs it");
  CHECK(problems[1].message == "heads 96 does not divide by kv_heads 7");
  m = Inline();
  m.set_heads(100);
  CHECK(Check(m).front().message == "hidden 12288 does not divide by heads 100; give head_dim");
}

}  // namespace
}  // namespace headroom::llm
