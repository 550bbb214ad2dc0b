#include "models/llm/architecture.h"

#include <fmt/format.h>

#include "sim/core/diagnostics.h"

namespace headroom::llm {

std::vector<ArchitectureProblem> Check(const catalog::Llm& m) {
  std::vector<ArchitectureProblem> out;
  const auto need = [&](bool present, const char* field) {
    if (!present) out.push_back({field, fmt::format("{} is missing; a model needs it", field)});
  };
  need(m.layers() > 0, "layers");
  need(m.hidden() > 0, "hidden");
  need(m.heads() > 0, "heads");
  need(m.vocab() > 0, "vocab");
  const bool all_moe = m.has_moe() && m.moe().dense_layers() == 0;
  if (!all_moe) need(m.ffn_hidden() > 0, "ffn_hidden");
  if (m.heads() > 0 && m.hidden() > 0 && !m.has_head_dim() && !m.has_mla() &&
      m.hidden() % m.heads() != 0) {
    out.push_back({"heads", fmt::format("hidden {} does not divide by heads {}; give head_dim",
                                        m.hidden(), m.heads())});
  }
  if (m.has_kv_heads() && m.kv_heads() > 0 && m.heads() % m.kv_heads() != 0) {
    out.push_back({"kv_heads", fmt::format("heads {} does not divide by kv_heads {}", m.heads(),
                                           m.kv_heads())});
  }
  if (m.has_moe()) {
    if (m.moe().experts_per_token() > m.moe().experts()) {
      out.push_back(
          {"moe.experts_per_token", fmt::format("experts_per_token {} exceeds experts {}",
                                                m.moe().experts_per_token(), m.moe().experts())});
    }
    if (m.moe().dense_layers() > m.layers()) {
      out.push_back({"moe.dense_layers", fmt::format("dense_layers {} exceeds layers {}",
                                                     m.moe().dense_layers(), m.layers())});
    }
  }
  return out;
}

Architecture Resolve(const catalog::Llm& m) {
  const std::vector<ArchitectureProblem> problems = Check(m);
  if (!problems.empty()) {
    std::vector<Finding> findings;
    for (const ArchitectureProblem& p : problems)
      findings.push_back({{}, "model." + p.field, p.message});
    throw ConfigError(std::move(findings));
  }
  Architecture a;
  a.name = m.name();
  a.layers = m.layers();
  a.hidden = m.hidden();
  a.heads = m.heads();
  a.kv_heads = m.kv_heads() > 0 ? m.kv_heads() : m.heads();
  a.head_dim = m.head_dim() > 0 ? m.head_dim() : a.hidden / a.heads;
  a.ffn = m.ffn_hidden();
  a.gated = m.has_gated_ffn() ? m.gated_ffn() : true;
  a.vocab = m.vocab();
  a.tied = m.tied_embeddings();
  a.max_length = m.max_length();
  a.mtp_layers = m.mtp_layers();
  a.window = m.window();
  if (m.has_window_period()) a.window_period = m.window_period();
  if (m.has_moe()) {
    a.moe = {double(m.moe().experts()), double(m.moe().experts_per_token()),
             double(m.moe().expert_ffn_hidden()), double(m.moe().shared_experts()),
             m.moe().dense_layers(), m.moe().routing_skew()};
  }
  if (m.has_mla()) {
    a.mla = {double(m.mla().q_rank()), double(m.mla().kv_rank()), double(m.mla().rope_dim()),
             double(m.mla().nope_dim()), double(m.mla().v_dim())};
  }
  return a;
}

}  // namespace headroom::llm
