#include "tests/validation/kernels/layers.h"

#include "models/compute/kernel_model.h"
#include "tests/validation/kernels/csv.h"

namespace headroom::validation {
namespace {

using compute::KernelModel;
using compute::Precision;

/// Widths of a model's layers.
struct Widths {
  double hidden, heads, kv_heads, ffn;
};

const std::map<std::string, Widths> kModels{{"meta-llama/Llama-2-7b-hf", {4096, 32, 32, 11008}},
                                            {"meta-llama/Llama-2-70b-hf", {8192, 64, 8, 28672}},
                                            {"meta-llama/Meta-Llama-3-8B", {4096, 32, 8, 14336}},
                                            {"meta-llama/Meta-Llama-3-70B", {8192, 64, 8, 28672}}};

KernelModel ModelOf(const catalog::Library& library, const std::string& accelerator, const std::string& stack) {
  return KernelModel(library.accelerator(accelerator), library.kernels(accelerator + "." + stack));
}

void AddProduct(const KernelModel& model, double m, double n, double k, double seconds, std::vector<Measured>* out) {
  const compute::KernelCost cost = model.Gemm({m, n, k, 1}, Precision::kBf16);
  out->push_back({seconds, cost.seconds, cost.bytes / model.accelerator().memory().bandwidth() <= seconds});
}

void AddVidur(const std::string& path, const KernelModel& model, std::vector<Measured>* out) {
  for (const Row& row : Read(path)) {
    const Widths& w = kModels.at(row.at("model"));
    const double tp = Number(row, "tp");
    const double m = Number(row, "num_tokens");
    const auto add = [&](const char* column, double n, double k) {
      if (!row.at(column).empty()) AddProduct(model, m, n, k, Number(row, column) * 1e-3, out);
    };
    if (w.kv_heads >= tp) add("attn_pre_proj_ms", (w.heads + 2 * w.kv_heads) / tp * (w.hidden / w.heads), w.hidden);
    add("attn_post_proj_ms", w.hidden, w.hidden / tp);
    add("mlp_up_proj_ms", 2 * w.ffn / tp, w.hidden);
    add("mlp_down_proj_ms", w.hidden, w.ffn / tp);
  }
}

/// Llama 3.1 8B on one chip.
void AddLlama(const std::string& path, const char* layer, const char* tokens, const char* time, double unit,
              const KernelModel& model, std::vector<Measured>* out) {
  const std::map<std::string, std::pair<double, double>> products{
      {"qkv_proj", {6144, 4096}},   {"q_proj", {4096, 4096}},    {"o_proj", {4096, 4096}},  {"gate_up_proj", {28672, 4096}},
      {"gate_proj", {14336, 4096}}, {"up_proj", {14336, 4096}}, {"down_proj", {4096, 14336}}, {"lm_head", {128256, 4096}}};
  for (const Row& row : Read(path)) {
    const auto found = products.find(row.at(layer));
    if (found == products.end()) continue;
    AddProduct(model, Number(row, tokens), found->second.first, found->second.second, Number(row, time) * unit, out);
  }
}

void AddTpuAttention(const std::string& path, const KernelModel& model, Tables* tables) {
  for (const Row& row : Read(path)) {
    const bool prefill = row.at("is_prefill") == "True";
    compute::AttentionShape shape;
    shape.sequences = Number(row, "batch_size");
    shape.query = prefill ? Number(row, "prefill_chunk_size") : 1.0;
    shape.context = Number(row, "kv_cache_size") + shape.query;
    shape.heads = 32;
    shape.kv_heads = 8;
    const compute::KernelCost cost = prefill ? model.PrefillAttention(shape) : model.DecodeAttention(shape);
    (*tables)[{"tpu-v6e", "xla", prefill ? "prefill" : "decode", "bf16"}].push_back(
        {Number(row, "p50_ns") * 1e-9, cost.seconds, true});
  }
}

}  // namespace

void AddLayers(const std::string& folder, const catalog::Library& library, Tables* tables) {
  AddVidur(folder + "/vidur_a40_mlp.csv", ModelOf(library, "a40", "vllm"), &(*tables)[{"a40", "vllm", "gemm", "bf16"}]);
  for (const char* chip : {"h100", "a100-80g"}) {
    const std::string file = folder + "/vidur_" + std::string(chip).substr(0, 4) + "_mlp.csv";
    AddVidur(file, ModelOf(library, chip, "vllm"), &(*tables)[{chip, "vllm", "gemm of vidur", "bf16"}]);
  }
  AddLlama(folder + "/lss_RTX4090_llama3.1-8b_dense.csv", "layer", "tokens", "time_us", 1e-6,
           ModelOf(library, "rtx-4090", "vllm"), &(*tables)[{"rtx-4090", "vllm", "gemm", "bf16"}]);
  const KernelModel tpu = ModelOf(library, "tpu-v6e", "xla");
  AddLlama(folder + "/tpu_v6e_llama3.1-8b_layers.csv", "layer_name", "input", "latency(ns)", 1e-9, tpu,
           &(*tables)[{"tpu-v6e", "xla", "gemm", "bf16"}]);
  AddTpuAttention(folder + "/tpu_v6e_llama3.1-8b_attention.csv", tpu, tables);
}

}  // namespace headroom::validation
