#include <fmt/format.h>

#include <array>
#include <set>

#include "models/llm/flops.h"
#include "tests/validation/training/cases.h"
#include "tests/validation/training/csv.h"

namespace headroom::validation {
namespace {

/// What is computed again: nothing but norms and activations ("minimal"; its offloaded kind keeps the outputs of products on the host),
/// the feed-forward block on top (the rest is kept or offloaded), or all.
enum class Again { kLight, kOffloaded, kFeedForward, kAll };

/// What AI-Hypercomputer/maxtext configures for a row (MaxText/configs/v5e/*.sh, v5p/*.sh at 07775101,
/// benchmarks/maxtext_trillium_model_configs.py): sequences per chip, tensor parallelism, rematerialisation. `scale` of its
/// base model (2048 wide, 16 heads of 128, 16 layers, gated feed-forward of 7168, vocabulary of 32,000), or a catalog model.
struct Recipe {
  const char* chip;
  const char* row;
  unsigned scale;
  const char* model;
  double sequence, per_chip;
  unsigned tp;
  Again again;
};
constexpr std::array<Recipe, 16> kRecipes{{
    {"TPU v5e", "16B", 16, "", 2048, 6, 1, Again::kAll},
    {"TPU v5e", "32B", 32, "", 2048, 4, 1, Again::kAll},
    {"TPU v5e", "64B", 64, "", 2048, 2, 1, Again::kAll},
    {"TPU v5e", "128B", 128, "", 2048, 1, 16, Again::kOffloaded},
    {"TPU v5p", "32B", 32, "", 2048, 7, 4, Again::kLight},
    {"TPU v5p", "64B", 64, "", 2048, 3, 4, Again::kLight},
    {"TPU v5p", "128B", 128, "", 2048, 1, 8, Again::kLight},
    {"TPU v5p", "256B", 256, "", 2048, 1, 8, Again::kLight},
    {"TPU v5p", "512B", 512, "", 2048, 2, 8, Again::kAll},
    {"TPU v5p", "1024B", 1024, "", 2048, 2, 8, Again::kAll},
    {"TPU v5p", "Llama2 70B", 0, "llama-2-70b", 4096, 4, 1, Again::kFeedForward},
    {"TPU v6e (Trillium)", "Llama2 70B", 0, "llama-2-70b", 4096, 4, 1, Again::kAll},
    {"TPU v6e (Trillium)", "Llama3.1 8B", 0, "llama-3.1-8b", 8192, 4, 1, Again::kFeedForward},
    {"TPU v6e (Trillium)", "Llama3.1 70B", 0, "llama-3.1-70b", 8192, 4, 1, Again::kFeedForward},
    {"TPU v6e (Trillium)", "Llama3.1 405B", 0, "llama-3.1-405b", 8192, 1, 1, Again::kAll},
    {"TPU v6e (Trillium)", "Mixtral 8x7B", 0, "mixtral-8x7b", 4096, 12, 1, Again::kAll},
}};

/// Doubles heads and feed-forward first, then width, then layers.
llm::Architecture Scaled(unsigned scale) {
  unsigned doublings = 0;
  for (; scale > 1; scale /= 2) ++doublings;
  const auto times = [&](unsigned first) { return double(1u << (doublings / 3 + (doublings % 3 > first ? 1 : 0))); };
  llm::Architecture a;
  a.heads = a.kv_heads = 16 * times(0);
  a.head_dim = 128;
  a.ffn = 7168 * times(0);
  a.hidden = 2048 * times(1);
  a.layers = static_cast<std::uint32_t>(16 * times(2));
  a.vocab = 32000;
  return a;
}

}  // namespace

std::vector<Case> MaxText(const catalog::Library& library, const std::string& folder) {
  std::vector<Case> out;
  std::set<std::string> fitted;
  for (const Row& r : ReadTable(folder + "/maxtext_tpu_gpu_mfu.csv")) {
    for (const Recipe& recipe : kRecipes) {
      if (r.text("chip") != recipe.chip || r.text("model") != recipe.row) continue;
      const double chips = r.number("n_chips");
      const std::string slices = r.text("slice_or_config");
      const bool counted = recipe.scale > 0;  // "4x v5e-256"; else one slice
      const std::uint32_t joined = counted ? std::stoul(slices) : 1;
      Case c;
      c.table = joined > 1 ? "MaxText on TPU, slices joined by a data-center network" : "MaxText on TPU";
      c.accelerator = "tpu-" + std::string(recipe.chip).substr(4, 3);
      c.name = fmt::format("{} {} x{}{}", recipe.row, c.accelerator, chips, joined > 1 ? fmt::format(" in {} slices", joined) : "");
      // The scripts shard inside a slice and replicate over slices (dcn_data_parallelism).
      c.plan.replicas = joined;
      c.domain = static_cast<std::uint32_t>(chips / joined);
      c.model = recipe.scale > 0 ? Scaled(recipe.scale) : llm::Resolve(library.llm(recipe.model));
      c.plan.precision = compute::Precision::kBf16;
      c.plan.zero = 3;
      c.plan.overlap = {true, true, true, true, true};
      c.plan.tp = recipe.tp;
      c.plan.sequence_parallel = recipe.tp > 1;
      c.plan.sequence = recipe.sequence;
      c.plan.micro_batch = recipe.per_chip * recipe.tp;
      c.plan.global_batch = recipe.per_chip * chips;
      if (recipe.again == Again::kAll) {
        c.plan.recompute = llm::Recompute::kFull;
      } else {
        c.plan.again.activation = c.plan.again.norm = true;
        c.plan.again.dense_ffn = recipe.again == Again::kFeedForward;
        if (recipe.again == Again::kOffloaded) {
          c.plan.offload.activations = training::Place::kHost;
          c.plan.offload.link = library.accelerator(c.accelerator).host_link();
        }
      }
      c.plan = training::Resolve(c.plan, chips);
      c.measured = llm::TrainingFlopsPerToken(c.model, c.plan.sequence) * c.plan.tokens_per_step() /
                   (r.number("tflops_per_chip") * 1e12 * chips);
      c.fit = fitted.insert(c.accelerator).second;
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace headroom::validation
