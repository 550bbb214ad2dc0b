#include "models/llm/layer.h"

#include <algorithm>

namespace headroom::llm {
namespace {

Operator Gemm(const char* name, Block block, double m, double n, double k, bool linear = true) {
  Operator op;
  op.name = name;
  op.block = block;
  op.m = m;
  op.n = n;
  op.k = k;
  op.linear = linear;
  return op;
}

Operator Grouped(const char* name, double groups, double m, double n, double k) {
  Operator op = Gemm(name, Block::kFfn, m, n, k);
  op.kind = OperatorKind::kGroupedGemm;
  op.groups = groups;
  return op;
}

Operator Elementwise(const char* name, Block block, double bytes) {
  Operator op;
  op.name = name;
  op.kind = OperatorKind::kElementwise;
  op.block = block;
  op.bytes = bytes;
  return op;
}

void AddAttention(const Architecture& a, std::uint32_t layer, const std::vector<AttentionWork>& work, double tp,
                  std::vector<Operator>* out) {
  for (const AttentionWork& w : work) {
    Operator op;
    op.name = "attention";
    op.kind = OperatorKind::kAttention;
    op.sequences = w.sequences;
    op.query = w.query;
    op.context = w.context;
    op.causal = w.causal;
    if (a.windowed(layer)) op.window = a.window;
    op.heads = a.heads / tp;
    if (a.is_mla() && w.compressed) {
      op.kv_heads = 1;
      op.qk_dim = a.mla.kv_rank + a.mla.rope_dim;
      op.v_dim = a.mla.kv_rank;
    } else {
      op.kv_heads = a.is_mla() ? op.heads : LocalKvHeads(a, tp);
      op.qk_dim = a.qk_dim();
      op.v_dim = a.value_dim();
    }
    out->push_back(op);
  }
}

void AddMlaProjections(const Architecture& a, double tokens, double tp,
                       const std::vector<AttentionWork>& work, std::vector<Operator>* out) {
  const MlaShape& m = a.mla;
  const double heads = a.heads / tp;
  if (m.q_rank > 0) {
    out->push_back(Gemm("q_down", Block::kAttention, tokens, m.q_rank, a.hidden));
    out->push_back(Gemm("q_up", Block::kAttention, tokens, heads * a.qk_dim(), m.q_rank));
  } else {
    out->push_back(Gemm("q", Block::kAttention, tokens, heads * a.qk_dim(), a.hidden));
  }
  out->push_back(Gemm("kv_down", Block::kAttention, tokens, m.kv_rank + m.rope_dim, a.hidden));
  out->push_back(Elementwise("latent_norms", Block::kAttention,
                             2.0 * kElement * tokens * (m.q_rank + m.kv_rank)));
  double expanded = 0, absorbed = 0;
  for (const AttentionWork& w : work) (w.compressed ? absorbed : expanded) += w.sequences * w.query;
  if (expanded > 0) {
    out->push_back(
        Gemm("kv_up", Block::kAttention, expanded, heads * (m.nope_dim + m.v_dim), m.kv_rank));
  }
  if (absorbed > 0) {
    Operator up = Gemm("q_absorb", Block::kAttention, absorbed, m.kv_rank, m.nope_dim, false);
    up.kind = OperatorKind::kGroupedGemm;
    up.groups = heads;
    out->push_back(up);
    up.name = "v_absorb";
    up.n = m.v_dim;
    up.k = m.kv_rank;
    out->push_back(up);
  }
}

void AddFfn(const Architecture& a, const char* up, const char* down, double tokens, double width,
            std::vector<Operator>* out) {
  const double in = a.gated ? 2.0 : 1.0;
  out->push_back(Gemm(up, Block::kFfn, tokens, in * width, a.hidden));
  out->push_back(Elementwise("activation", Block::kFfn, kElement * tokens * width * (in + 1.0)));
  out->push_back(Gemm(down, Block::kFfn, tokens, a.hidden, width));
}

void AddMoe(const Architecture& a, double tokens, double outside, const LayerShard& s,
            std::vector<Operator>* out) {
  const double local = a.moe.experts / s.ep;
  const double width = a.moe.expert_ffn / s.etp;
  const double in = a.gated ? 2.0 : 1.0;
  // Rows that reach this accelerator in all, and rows of one expert.
  const double routed = outside * a.moe.experts_per_token * s.etp * s.busiest;
  const double rows = routed / local;
  const std::size_t first = out->size() + 3;
  out->push_back(Gemm("router", Block::kFfn, outside, a.moe.experts, a.hidden, false));
  out->push_back(
      Elementwise("route_softmax_topk", Block::kFfn, 6.0 * 4.0 * outside * a.moe.experts));
  out->push_back(Elementwise("permute", Block::kFfn, 2.0 * kElement * routed * a.hidden));
  out->push_back(Grouped("experts_up", local, rows, in * width, a.hidden));
  out->push_back(Elementwise("activation", Block::kFfn, kElement * routed * width * (in + 1.0)));
  out->push_back(Grouped("experts_down", local, rows, a.hidden, width));
  for (std::size_t i = first; i < out->size(); ++i) (*out)[i].routed = true;
  (*out)[first - 1].permutes = true;
  out->push_back(Elementwise("unpermute", Block::kFfn, kElement * a.hidden * (routed + outside)));
  out->back().permutes = true;
  if (a.moe.shared_experts > 0) {
    AddFfn(a, "shared_up", "shared_down", tokens, a.moe.shared_experts * a.moe.expert_ffn / s.tp,
           out);
  }
}

}  // namespace

double LocalKvHeads(const Architecture& a, double tp) { return std::max(1.0, a.kv_heads / tp); }

std::vector<Operator> LayerOperators(const Architecture& a, std::uint32_t layer, double tokens,
                                     const std::vector<AttentionWork>& attention,
                                     const LayerShard& s) {
  std::vector<Operator> out;
  const double outside = s.sequence_parallel ? tokens / s.tp : tokens;
  const double heads = a.heads / s.tp;
  out.push_back(
      Elementwise("attention_norm", Block::kAttention, 2.0 * kElement * outside * a.hidden));
  if (a.is_mla()) {
    AddMlaProjections(a, tokens, s.tp, attention, &out);
    out.push_back(
        Elementwise("rope", Block::kAttention, 2.0 * kElement * tokens * heads * a.qk_dim() * 2.0));
  } else {
    const double kv = LocalKvHeads(a, s.tp);
    out.push_back(
        Gemm("qkv", Block::kAttention, tokens, (heads + 2.0 * kv) * a.head_dim, a.hidden));
    out.push_back(Elementwise("rope", Block::kAttention,
                              2.0 * kElement * tokens * (heads + kv) * a.head_dim));
  }
  AddAttention(a, layer, attention, s.tp, &out);
  out.push_back(Gemm("attention_out", Block::kAttention, tokens, a.hidden, heads * a.value_dim()));
  out.push_back(
      Elementwise("attention_residual", Block::kAttention, 3.0 * kElement * outside * a.hidden));
  out.push_back(Elementwise("ffn_norm", Block::kFfn, 2.0 * kElement * outside * a.hidden));
  if (a.moe_layer(layer)) {
    AddMoe(a, tokens, outside, s, &out);
  } else {
    AddFfn(a, "ffn_up", "ffn_down", tokens, a.ffn / s.tp, &out);
  }
  out.push_back(Elementwise("ffn_residual", Block::kFfn, 3.0 * kElement * outside * a.hidden));
  return out;
}

std::vector<Operator> HeadOperators(const Architecture& a, double tokens, const LayerShard& s) {
  const double outside = s.sequence_parallel ? tokens / s.tp : tokens;
  std::vector<Operator> out;
  out.push_back(Elementwise("final_norm", Block::kHead, 2.0 * kElement * outside * a.hidden));
  out.push_back(Gemm("head", Block::kHead, tokens, a.vocab / s.tp, a.hidden, false));
  return out;
}

double KvBytesPerTokenAndLayer(const Architecture& a, double bytes) {
  return bytes * (a.is_mla() ? a.mla.kv_rank + a.mla.rope_dim : 2.0 * a.kv_heads * a.head_dim);
}

double KvBytesPerToken(const Architecture& a, double bytes) {
  return (a.layers - a.windowed_layers()) * KvBytesPerTokenAndLayer(a, bytes);
}

}  // namespace headroom::llm
