#include "models/catalog/llm_sheet.h"

#include <google/protobuf/util/message_differencer.h>
#include <catch2/catch.hpp>

#include <utility>
#include <vector>

#include "models/catalog/library.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::catalog;
using Catch::Matchers::Contains;

namespace {

/// Parameters of a decoder: attention and feed-forward matrices, router, embeddings; norms and
/// biases left out (below 0.1 % for the models here).
double Parameters(const Llm& m) {
  const double h = m.hidden();
  const double heads = m.heads();
  const double attention =
      m.has_mla() ? h * m.mla().q_rank() +
                        m.mla().q_rank() * heads * (m.mla().nope_dim() + m.mla().rope_dim()) +
                        h * (m.mla().kv_rank() + m.mla().rope_dim()) +
                        m.mla().kv_rank() * heads * (m.mla().nope_dim() + m.mla().v_dim()) +
                        heads * m.mla().v_dim() * h
                  : 2.0 * h * m.head_dim() * (heads + m.kv_heads());
  const double matrices = m.gated_ffn() ? 3 : 2;
  const double dense = matrices * h * m.ffn_hidden();
  double feed_forward = m.layers() * dense;
  if (m.has_moe()) {
    const double expert = matrices * h * m.moe().expert_ffn_hidden();
    const double sparse =
        (m.moe().experts() + m.moe().shared_experts()) * expert + h * m.moe().experts();
    feed_forward = m.moe().dense_layers() * dense + (m.layers() - m.moe().dense_layers()) * sparse;
  }
  const double embeddings = (m.tied_embeddings() ? 1.0 : 2.0) * m.vocab() * h;
  return m.layers() * attention + feed_forward + embeddings;
}

Llm Small() {
  Llm m;
  m.set_layers(2);
  m.set_hidden(64);
  m.set_heads(4);
  m.set_ffn_hidden(128);
  m.set_vocab(100);
  return m;
}

}  // namespace

TEST_CASE("the models have their published sizes within 1 %", "[catalog][llm]") {
  const std::vector<std::pair<const char*, double>> published = {
      {"llama-2-7b", 6.74e9},     {"llama-2-70b", 68.98e9},     {"llama-3.1-8b", 8.03e9},
      {"llama-3.1-70b", 70.55e9}, {"llama-3.1-405b", 405.85e9}, {"gpt-3-175b", 174.6e9},
      {"deepseek-v3", 671e9},     {"mixtral-8x7b", 46.7e9},     {"qwen3-30b-a3b", 30.5e9},
      {"qwen3-235b-a22b", 235e9}, {"gpt-oss-120b", 116.8e9},    {"gpt-oss-20b", 20.9e9}};
  const Library library;
  for (const auto& [name, size] : published) {
    INFO(name);
    CHECK(Parameters(library.llm(name)) == Approx(size).epsilon(0.01));
  }
  CHECK(library.names("llm").size() == published.size());
}

TEST_CASE("key/value heads and head width follow from the others", "[catalog][llm]") {
  Llm m = Small();
  CompleteLlm(&m);
  CHECK(m.kv_heads() == 4);
  CHECK(m.head_dim() == 16);
  CHECK(m.gated_ffn());

  Llm latent = Small();
  latent.mutable_mla()->set_kv_rank(32);
  latent.mutable_mla()->set_nope_dim(12);
  latent.mutable_mla()->set_rope_dim(6);
  latent.mutable_mla()->set_v_dim(12);
  CompleteLlm(&latent);
  CHECK(latent.head_dim() == 18);
}

TEST_CASE("dimensions that are missing or do not fit are refused by name", "[catalog][llm]") {
  Llm empty;
  CHECK_THROWS_WITH(CompleteLlm(&empty),
                    Contains("model.layers: is missing") && Contains("model.hidden: is missing") &&
                        Contains("model.heads: is missing") && Contains("model.vocab: is missing"));
  Llm odd = Small();
  odd.set_kv_heads(3);
  CHECK_THROWS_WITH(CompleteLlm(&odd),
                    Contains("model.kv_heads: is 3; it must divide the 4 query heads"));
  Llm wide = Small();
  wide.set_heads(5);
  CHECK_THROWS_WITH(
      CompleteLlm(&wide),
      Contains("model.heads: is 5; it must divide hidden (64) unless head_dim is given"));
  Llm no_ffn = Small();
  no_ffn.clear_ffn_hidden();
  CHECK_THROWS_WITH(CompleteLlm(&no_ffn),
                    Contains("model.ffn_hidden: is missing; the model has dense layers"));
  Llm moe = Small();
  moe.mutable_moe()->set_experts(4);
  moe.mutable_moe()->set_experts_per_token(8);
  moe.mutable_moe()->set_dense_layers(3);
  CHECK_THROWS_WITH(CompleteLlm(&moe),
                    Contains("model.moe.experts_per_token: is 8; a layer has 4 experts") &&
                        Contains("model.moe.dense_layers: is 3; the model has 2 layers"));
}

TEST_CASE("a scenario's model is a name, a name with changes, or dimensions", "[catalog][llm]") {
  const Library library;
  Llm written;
  written.set_name("llama-3.1-8b");
  CHECK(google::protobuf::util::MessageDifferencer::Equals(library.Resolve(written),
                                                           library.llm("llama-3.1-8b")));
  written.set_layers(4);
  const Llm shorter = library.Resolve(written);
  CHECK(shorter.layers() == 4);
  CHECK(shorter.hidden() == 4096);
  CHECK(library.Resolve(Small()).head_dim() == 16);
  written.set_name("llama-3.1-9b");
  CHECK_THROWS_WITH(library.Resolve(written), Contains("did you mean 'llama-3.1-8b'?"));
}
