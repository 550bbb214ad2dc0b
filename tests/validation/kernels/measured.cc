#include "tests/validation/kernels/measured.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/validation/kernels/csv.h"
#include "tests/validation/kernels/expert_load.h"
#include "tests/validation/kernels/layers.h"

namespace headroom::validation {
namespace {

using compute::AttentionShape;
using compute::GemmShape;
using compute::KernelModel;
using compute::Precision;

const std::map<std::string, std::string> kSystems{
    {"a100-80g", "a100_sxm"}, {"h100", "h100_sxm"}, {"h200", "h200_sxm"}, {"b200", "b200_sxm"},
    {"gb200", "gb200"},       {"b300", "b300_sxm"}, {"gb300", "gb300"},   {"l40s", "l40s"},
    {"b60", "b60"},           {"rtx-pro-6000", "rtx_pro_6000_server"}};
const std::map<std::string, std::string> kStacks{{"TRTLLM", "tensorrt-llm"}, {"VLLM", "vllm"}};
const std::map<std::string, std::string> kPrecisions{
    {"bfloat16", "bf16"}, {"fp8", "fp8"}, {"fp8_block", "mxfp8"}, {"nvfp4", "nvfp4"}, {"sq", "int8"}};

/// The model and profile of one accelerator and stack.
struct Device {
  Device(const catalog::Library& library, const std::string& accelerator, const std::string& stack)
      : chip(library.accelerator(accelerator)), profile(library.kernels(accelerator + "." + stack)), model(chip, profile) {}
  double bandwidth() const { return chip.memory().bandwidth(); }
  const catalog::Accelerator& chip;
  const catalog::Kernels& profile;
  KernelModel model;
};

class Evaluation {
 public:
  Evaluation(const std::string& folder, const catalog::Library& library) : folder_(folder), library_(library) {}

  Tables Run() {
    for (const auto& [accelerator, system] : kSystems) {
      const std::string stem = folder_ + "/aic_" + system;
      for (const Row& row : Read(stem + "_gemm.csv")) Gemm(accelerator, row);
      for (const char* family : {"prefill", "decode"}) {
        for (const Row& row : Read(stem + "_" + family + "_attention.csv")) Attention(accelerator, family, row);
      }
      Experts(accelerator, Read(stem + "_moe.csv"));
    }
    AddLayers(folder_, library_, &tables_);
    return tables_;
  }

 private:
  const Device& DeviceOf(const std::string& accelerator, const std::string& stack) {
    return devices_.try_emplace(accelerator + "." + stack, library_, accelerator, stack).first->second;
  }

  void Gemm(const std::string& accelerator, const Row& row) {
    const auto word = kPrecisions.find(row.at("gemm_dtype"));
    if (word == kPrecisions.end()) return;
    const std::string& stack = kStacks.at(row.at("framework"));
    const Device& device = DeviceOf(accelerator, stack);
    double issue = 0.0;
    for (const catalog::GemmFit& fit : device.profile.gemm()) {
      const bool few = fit.issue_rows() == 0 || Number(row, "m") <= fit.issue_rows();
      if (fit.precision() == word->second) issue = few ? fit.issue() : fit.issue_many();
    }
    const GemmShape shape{Number(row, "m"), Number(row, "n"), Number(row, "k"), 1};
    const compute::KernelCost cost = device.model.Gemm(shape, compute::PrecisionFromName(word->second));
    const double seconds = Number(row, "latency") * 1e-3;
    tables_[{accelerator, stack, "gemm", word->second}].push_back(
        {seconds, std::max(cost.seconds, issue), cost.bytes / device.bandwidth() <= seconds});
  }

  void Attention(const std::string& accelerator, const std::string& family, const Row& row) {
    const std::string& stack = kStacks.at(row.at("framework"));
    const bool fp8 = row.at("kv_cache_dtype") == "fp8";
    if (stack == "tensorrt-llm" && family == "prefill" && fp8 && row.at("attn_dtype") != "fp8") return;
    if (stack == "tensorrt-llm" && family == "decode" && accelerator == "a100-80g") return;  // faster than its memory
    const Device& device = DeviceOf(accelerator, stack);
    AttentionShape shape;
    shape.sequences = Number(row, "batch_size");
    shape.query = family == "prefill" ? Number(row, "isl") : 1.0;
    shape.context = Number(row, "isl") + Number(row, "step");
    shape.heads = Number(row, "num_heads");
    shape.kv_heads = Number(row, "num_key_value_heads");
    shape.head_dim = shape.v_dim = Number(row, "head_dim");
    shape.kv_bytes = fp8 ? 1.0 : 2.0;
    const compute::KernelCost cost =
        family == "prefill" ? device.model.PrefillAttention(shape) : device.model.DecodeAttention(shape);
    const double seconds = Number(row, "latency") * 1e-3;
    const double held = 2.0 * shape.sequences * shape.kv_heads * shape.context * shape.head_dim * shape.kv_bytes;
    const bool warm = family == "decode" && held < 1.1 * 1.048576 * device.chip.sram() &&
                      held / device.bandwidth() > 0.05 * seconds;
    tables_[{accelerator, stack, family, fp8 ? "fp8" : "bf16"}].push_back({seconds, cost.seconds, !warm});
  }

  /// Of each table the rows of its most frequent kernel, those of TensorRT-LLM's own beside CUTLASS, and those of Marlin, which
  /// takes mxfp4 where a chip has no arithmetic for it.
  void Experts(const std::string& accelerator, const std::vector<Row>& rows) {
    std::map<std::string, std::map<std::string, int>> kernels;
    const auto table = [](const Row& row) { return row.at("framework") + row.at("moe_dtype"); };
    for (const Row& row : rows) ++kernels[table(row)][row.at("kernel_source")];
    for (const Row& row : rows) {
      const auto& counts = kernels[table(row)];
      const auto most = std::max_element(counts.begin(), counts.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
      if (row.at("moe_dtype") == "int4_wo") Expert(accelerator, row, compute::ExpertKernel::kLowLatency);
      else if (row.at("kernel_source") == most->first) Expert(accelerator, row, compute::ExpertKernel::kStandard);
      if (row.at("kernel_source") == "moe_torch_flow_min_latency") Expert(accelerator, row, compute::ExpertKernel::kLowLatency);
    }
  }

  void Expert(const std::string& accelerator, const Row& row, compute::ExpertKernel kernel) {
    const std::string& stack = kStacks.at(row.at("framework"));
    const Device& device = DeviceOf(accelerator, stack);
    const std::string word = ExpertPrecision(row.at("moe_dtype"), device.chip.peak().fp4() > 0.0);
    if (word.empty()) return;
    const Precision p = compute::PrecisionFromName(word);
    const ExpertRun run = RunOf(row, stack, p, kernel);
    const ExpertLoad load = BusiestRank(run);
    compute::ExpertRows rows;
    rows.tokens = run.tokens;
    rows.routed = rows.tokens * run.topk;
    rows.own = load.groups * load.tokens;
    rows.held = static_cast<double>(run.experts) / run.ranks;
    rows.hidden = Number(row, "hidden_size");
    rows.inner = Number(row, "inter_size");
    const double weights = 3.0 * load.groups * rows.hidden * rows.inner * compute::BytesPerElement(p);
    GemmShape up{load.tokens, 2 * rows.inner, rows.hidden};
    up.uneven = run.distribution != "balanced";
    up.few = rows.tokens <= rows.held;
    const double reuse = Reuse(device.profile, word, kernel) * device.chip.sram();
    if (reuse > 0.0) up.resident = std::clamp(1.0 - weights / reuse, 0.0, 1.0);
    GemmShape down = up;
    down.n = rows.hidden;
    down.k = rows.inner;
    const double predicted = device.model.GroupedGemm(load.groups, up, p, kernel).seconds +
                             device.model.GroupedGemm(load.groups, down, p, kernel).seconds +
                             device.model.ExpertGather(rows, p, kernel).seconds;
    const double seconds = Number(row, "latency") * 1e-3;
    const std::string label = word + (kernel == compute::ExpertKernel::kLowLatency ? " low latency" : "");
    tables_[{accelerator, stack, "experts", label}].push_back(
        {seconds, predicted, weights / device.bandwidth() < seconds});
  }

  static ExpertRun RunOf(const Row& row, const std::string& stack, Precision p, compute::ExpertKernel kernel) {
    ExpertRun run;
    run.tokens = std::stoi(row.at("num_tokens"));
    run.experts = std::stoi(row.at("num_experts"));
    run.topk = std::stoi(row.at("topk"));
    run.ranks = std::stoi(row.at("moe_ep_size"));
    run.distribution = row.at("distribution");
    run.early = row.at("version") == "1.0.0" || row.at("version") == "0.14.0";
    // TensorRT-LLM's own kernel was timed through DeepSeek's gate, and vLLM uses it for the model that has it.
    const bool own_kernel = kernel == compute::ExpertKernel::kLowLatency && p == Precision::kNvfp4;
    run.groups_in_gate = own_kernel ? run.experts > 8 : stack == "vllm" && run.experts == 256 && !run.early;
    return run;
  }

  /// Share of the last-level cache that keeps weights between two runs of the benchmark.
  static double Reuse(const catalog::Kernels& profile, const std::string& precision, compute::ExpertKernel kernel) {
    const bool quick = kernel == compute::ExpertKernel::kLowLatency;
    for (const catalog::GemmFit& fit : profile.grouped_gemm()) {
      if (fit.precision() == precision && (fit.kernel() == "low_latency") == quick) return fit.reuse();
    }
    return 0.0;
  }

  /// Weights of 4 bits meet mxfp8 activations where the chip multiplies 4 bits at all, else they are widened to bf16.
  static std::string ExpertPrecision(const std::string& dtype, bool multiplies_fp4) {
    if (dtype == (multiplies_fp4 ? "w4a8_mxfp4_mxfp8" : "w4a16_mxfp4") || (dtype == "int4_wo" && !multiplies_fp4)) return "mxfp4";
    const auto word = kPrecisions.find(dtype);
    return word == kPrecisions.end() ? "" : word->second;
  }

  std::string folder_;
  const catalog::Library& library_;
  std::map<std::string, Device> devices_;
  Tables tables_;
};

}  // namespace

std::string DataFolder() {
  const char* shared = std::getenv("HEADROOM_SHARED");
  const std::string root = shared != nullptr ? shared : HEADROOM_SOURCE_DIR "/../shared";
  const std::string folder = root + "/data/serving";
  return std::filesystem::exists(folder + "/aic_h100_sxm_gemm.csv") ? folder : "";
}

Tables Evaluate(const std::string& folder, const catalog::Library& library) { return Evaluation(folder, library).Run(); }

}  // namespace headroom::validation
