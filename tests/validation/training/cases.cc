#include "tests/validation/training/cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/llm/flops.h"
#include "tests/validation/training/csv.h"

namespace headroom::validation {
namespace {

using training::ParallelPlan;
using training::Schedule;

/// What NVIDIA's recipes of 2024 on have in common.
ParallelPlan ModernPlan(const std::string& precision) {
  ParallelPlan p;
  p.precision = compute::PrecisionFromName(precision);
  p.zero = 1;
  p.overlap = {true, true, true, true, true};
  return p;
}

void Shape(const Row& r, const char* vp, ParallelPlan* p) {
  p->tp = r.number("TP", 1);
  p->pp = r.number("PP", 1);
  p->cp = std::max(1.0, r.number("CP", 1));
  p->virtual_stages = p->pp > 1 ? std::max(1.0, r.number(vp, 1)) : 1;
  p->schedule = p->virtual_stages > 1 ? Schedule::kInterleaved1f1b : Schedule::k1f1b;
  p->sequence_parallel = p->tp > 1;
}

/// A decoder by its dimensions; `gated` chooses the feed-forward.
llm::Architecture Gpt(const char* name, double layers, double hidden, double heads, double kv,
                      double ffn, bool gated, double vocab) {
  llm::Architecture a;
  a.name = name;
  a.layers = layers;
  a.hidden = hidden;
  a.heads = heads;
  a.kv_heads = kv;
  a.head_dim = hidden / heads;
  a.ffn = ffn;
  a.gated = gated;
  a.vocab = vocab;
  return a;
}

/// What NVIDIA's published recipes (NVIDIA-NeMo/Megatron-Bridge scripts/performance/configs at the time
/// of each release) say about a mixture of experts beyond the columns of the table.
void ApplyRecipe(const std::string& model, const std::string& chip, double release, ParallelPlan* p) {
  const bool deepseek = model.rfind("DeepSeekV3", 0) == 0, large = model == "Qwen3_235B_a22B";
  p->graphs = training::Graphs::kStatic;
  p->experts.dispatcher = training::Dispatcher::kDeduplicated;
  if (model == "GPT OSS 120B" && p->precision == compute::Precision::kBf16) {
    p->graphs = training::Graphs::kNone;
    p->experts.dispatcher = training::Dispatcher::kAllToAll;
    p->again.norm = p->again.activation = true;
    return;
  }
  if (deepseek) p->again.mla_up = true;
  if (deepseek && p->chunks() == 16) p->layout = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1};
  if (chip == "gb200") {
    // From 26.06 on: whole-step graphs, exchange beside compute, fused grouped products.
    const bool newest = release >= 26.06 && p->precision == compute::Precision::kMxfp8;
    if (newest) p->graphs = training::Graphs::kStep;
    p->overlap.ep = newest;
  } else if (chip == "b200") {
    if (large) {
      p->graphs = training::Graphs::kNone;
      p->experts.dispatcher = training::Dispatcher::kAllToAll;
    } else if (deepseek && p->ep == 32) {
      p->overlap.ep = true;
      p->again.dense_ffn = true;
    } else if (deepseek) {
      p->graphs = training::Graphs::kNone;
    }
  } else {
    p->graphs = training::Graphs::kNone;
    if (large) {
      p->overlap.ep = true;
      p->overlap.tp = false;
      p->experts.dispatcher = training::Dispatcher::kAllToAll;
    } else if (p->pp > 1) {
      p->experts.dispatcher = training::Dispatcher::kAllToAll;
    }
  }
}

std::string Lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return std::tolower(c); });
  return s;
}

/// What trains on a chip.
const char* StackOf(const catalog::Accelerator& chip) {
  if (chip.family() == "tpu") return "maxtext";
  return chip.vendor() == "AMD" ? "primus" : "transformer-engine";
}

}  // namespace

network::FabricParams FabricOf(const catalog::Accelerator& a) {
  network::FabricParams f;
  const catalog::ScaleUp& s = a.scale_up();
  f.scale_up = {network::ScaleUpShapeFromName(s.shape()),
                s.domain(),
                s.bandwidth(),
                s.latency(),
                s.efficiency(),
                s.in_network_reduction(),
                s.in_network_efficiency()};
  f.scale_out.nic = a.nic() / (a.nic() > 1e11 ? 8 : 1);
  // Rail-optimised: one leaf reaches the same rail of 32 nodes.
  f.scale_out.leaf_accelerators = 32 * 8;
  return f;
}

const compute::KernelModel& Bench::Kernels(const std::string& name) const {
  auto it = kernels_.find(name);
  if (it == kernels_.end()) {
    const catalog::Accelerator& chip = library_.accelerator(name);
    it = kernels_
             .emplace(name,
                      compute::KernelModel(chip, library_.KernelsFor(chip, StackOf(chip))))
             .first;
  }
  return it->second;
}

double Bench::derate(const std::string& accelerator, compute::Precision precision) const {
  // No fitted row: B200 is the chip of GB200.
  const auto it = derates_.find(accelerator == "b200" ? "gb200" : accelerator);
  return it == derates_.end() ? Kernels(accelerator).training_gemm_derate(precision) : it->second;
}

training::StepParams Bench::Params(const Case& c) const {
  const catalog::Accelerator& chip = library_.accelerator(c.accelerator);
  training::StepParams s;
  s.model = c.model;
  s.plan = c.plan;
  s.fabric = FabricOf(chip);
  if (c.domain > 0) s.fabric.scale_up.domain = c.domain;
  s.framework = training::FrameworkFor(c.plan.precision);
  s.framework.compiled = chip.family() == "tpu";
  if (!c.fused_permute) s.framework.permute_passes = 9;
  const compute::KernelModel& kernels = Kernels(c.accelerator);
  const bool own = kernels.training_gemm_derate(c.plan.precision) != kernels.training_gemm_derate();
  s.linear_derate = derate(c.accelerator, c.plan.precision);
  s.half_derate = own ? kernels.training_gemm_derate() : s.linear_derate;
  s.memory_capacity = chip.memory().capacity();
  s.tdp = chip.tdp();
  s.power = training::PowerSharesOf(chip);
  return s;
}

training::StepResult Bench::Predict(const Case& c) const {
  return training::StepModel(Params(c), Kernels(c.accelerator)).Evaluate();
}

void Bench::Fit(const Case& c) {
  double low = 0.3, high = 2.0;
  for (int i = 0; i < 40; ++i) {
    derates_[c.accelerator] = 0.5 * (low + high);
    (Predict(c).step_time > c.measured ? low : high) = derates_[c.accelerator];
  }
}

std::vector<Case> Mlperf(const catalog::Library& library, const std::string& folder) {
  std::vector<Case> out;
  const llm::Architecture model = llm::Resolve(library.llm("llama-3.1-405b"));
  std::set<std::string> fitted;
  for (const Row& r : ReadTable(folder + "/mlperf_v5.0_llama31_405b.csv")) {
    const std::string chip = r.text("accelerator");
    Case c;
    c.table = "MLPerf Training 5.0, Llama 3.1 405B";
    c.accelerator = chip.find("GB200") != std::string::npos  ? "gb200"
                    : chip.find("H200") != std::string::npos ? "h200"
                                                             : "h100";
    c.name = fmt::format("{} {} x{}", r.text("org"), c.accelerator, r.text("n_gpus"));
    c.model = model;
    c.plan = ModernPlan("fp8");
    Shape(r, "VPP", &c.plan);
    c.plan.global_batch = r.number("gbs");
    c.plan.sequence = 8192;
    c.plan = training::Resolve(c.plan, r.number("n_gpus"));
    c.measured = r.number("step_time_median_s");
    c.fit = fitted.insert(c.accelerator).second;
    out.push_back(c);
  }
  return out;
}

std::vector<Case> Dgxc(const catalog::Library& library, const std::string& folder) {
  std::map<std::string, llm::Architecture> models;
  for (const char* name : {"llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b"}) {
    models[std::string("llama3.1-") + (name + 10)] = llm::Resolve(library.llm(name));
  }
  models["gpt3-175b"] = Gpt("gpt3-175b", 96, 12288, 96, 96, 49152, false, 51200);
  models["nemotron4-15b"] = Gpt("nemotron4-15b", 32, 6144, 48, 8, 24576, false, 256000);
  models["grok1-314b"] = Gpt("grok1-314b", 64, 6144, 48, 8, 0, true, 131072);
  models["grok1-314b"].moe = {8, 2, 32768, 0, 0};
  std::map<std::string, Case> newest;  // of rows with one configuration the newest release counts
  std::vector<std::string> order;
  for (const Row& r : ReadTable(folder + "/dgxc_benchmarking_steptimes.csv")) {
    const auto m = models.find(r.text("model"));
    if (m == models.end()) continue;  // hybrid models have no sheet
    Case c;
    c.table = "DGX Cloud benchmarking recipes";
    c.accelerator = Lower(r.text("gpu"));
    c.model = m->second;
    c.model.layers = r.number("layers");
    c.plan = ModernPlan(Lower(r.text("dtype")));
    Shape(r, "VP", &c.plan);
    if (c.model.is_moe()) {
      c.plan.ep = std::max(1.0, r.number("EP", 1));
      c.plan.etp = std::max(1.0, r.number("ETP", c.plan.tp));
      c.plan.experts.dispatcher = training::Dispatcher::kAllToAll;
      // grok1_314b.yaml of these releases: ub_tp_comm_overlap false.
      if (r.text("tag") != "v25.05.05") c.plan.overlap.tp = c.fused_permute = false;
    }
    const double gpus = r.number("n_gpus");
    c.plan.micro_batch = r.number("MBS", 1);
    c.plan.global_batch = r.number("GBS");
    if (c.plan.global_batch == 1204) c.plan.global_batch = 1024;  // a misprint that the table notes
    c.plan.sequence = r.number("seq");
    c.plan = training::Resolve(c.plan, gpus);
    c.measured = r.number("step_time_s");
    c.name = fmt::format("{} {} {} x{} L{} tp{} pp{} cp{} vp{}", r.text("model"), r.text("dtype"),
                         c.accelerator, r.text("n_gpus"), r.text("layers"), c.plan.tp, c.plan.pp,
                         c.plan.cp, c.plan.virtual_stages);
    if (newest.count(c.name) == 0) order.push_back(c.name);
    const std::string key = c.name;
    c.name += " " + r.text("tag");
    newest[key] = c;
  }
  std::vector<Case> out;
  for (const std::string& key : order) out.push_back(newest[key]);
  return out;
}

std::vector<Case> MegatronBridge(const catalog::Library& library, const std::string& folder) {
  const std::map<std::string, std::string> names{
      {"LLAMA3_8B", "llama-3.1-8b"},       {"LLAMA3_70B", "llama-3.1-70b"},
      {"LLAMA3.1_405B", "llama-3.1-405b"}, {"DeepSeekV3", "deepseek-v3"},
      {"Qwen3_30B_a3B", "qwen3-30b-a3b"},  {"Qwen3_235B_a22B", "qwen3-235b-a22b"},
      {"GPT OSS 120B", "gpt-oss-120b"},    {"DeepSeekV3 (w/o MTP)", "deepseek-v3"}};
  std::set<std::string> seen;
  std::vector<Case> out;
  for (const Row& r : ReadTable(folder + "/megatron_bridge_perf.csv")) {
    const auto n = names.find(r.text("model"));
    std::string precision = Lower(r.text("precision"));
    if (precision.rfind("fp8-cs", 0) == 0) precision = "fp8";
    if (precision == "fp8-mx") precision = "mxfp8";
    if (n == names.end() || precision.empty() || r.text("section") != "Pre-Training Performance")
      continue;
    Case c;
    c.table = r.text("model") == "GPT OSS 120B" ? kGptOss : "Megatron-Bridge performance summary";
    c.accelerator = Lower(r.text("system")).substr(4);
    c.model = llm::Resolve(library.llm(n->second));
    c.plan = ModernPlan(precision);
    Shape(r, "VP", &c.plan);
    if (c.model.is_moe()) {
      c.plan.ep = std::max(1.0, r.number("EP", 1));
      ApplyRecipe(r.text("model"), c.accelerator, std::stod(r.text("release").substr(0, 5)), &c.plan);
    }
    if (r.number("FSDP") > 1) c.plan.zero = 3;
    c.plan.micro_batch = r.number("MBS", 1);
    c.plan.global_batch = r.number("GBS");
    c.plan.sequence = r.number("seq");
    const double gpus = r.number("n_gpus");
    c.plan = training::Resolve(c.plan, gpus);
    const std::string key =
        fmt::format("{} {} {} x{} tp{} pp{} cp{} vp{} ep{} mb{} gb{}", r.text("model"), precision,
                    c.accelerator, r.text("n_gpus"), c.plan.tp, c.plan.pp, c.plan.cp,
                    c.plan.virtual_stages, c.plan.ep, c.plan.micro_batch, c.plan.global_batch);
    if (!seen.insert(key).second) continue;  // the table lists the newest release first
    c.name = key + " " + r.text("release");
    c.measured = c.plan.tokens_per_step() / (r.number("tokens_per_s_per_gpu") * gpus);
    out.push_back(c);
  }
  std::stable_partition(out.begin(), out.end(), [](const Case& c) { return c.table != kGptOss; });
  return out;
}

std::vector<Case> Lora(const catalog::Library& library, const std::string& folder) {
  std::vector<Case> out;
  const llm::Architecture model = llm::Resolve(library.llm("llama-2-70b"));
  for (const Row& r : ReadTable(folder + "/mlperf_v5.0_llama2_70b_lora.csv")) {
    const std::string chip = r.text("accelerator");
    const auto is = [&](const char* word) { return chip.find(word) != std::string::npos; };
    if (is("NVL")) continue;  // a PCIe card, which has no sheet
    Case c;
    c.table = "MLPerf Training 5.0, Llama 2 70B LoRA";
    c.accelerator = is("GB200") ? "gb200" : is("B200") ? "b200" : is("H200") ? "h200" : is("H100") ? "h100" : "mi300x";
    c.model = model;
    c.plan = ModernPlan("fp8");
    c.plan.zero = 1;
    const double gpus = r.number("n_gpus"), accumulate = r.number("grad_acc");
    const double ranks = gpus * accumulate / r.number("gbs");  // tensor times context parallel, as the logs imply
    c.plan.tp = std::min(ranks, r.number("TP", 1));
    c.plan.cp = ranks / c.plan.tp;
    c.plan.sequence_parallel = c.plan.tp > 1;
    c.plan.adapter = {16, false};
    c.plan.global_batch = r.number("gbs");
    c.plan.sequence = 8192;
    // As their configurations say (mlcommons/training_results_v5.0, config_*.sh and the defaults they override): NVIDIA's
    // release 25.04 exchanges heads (cp_comm_type a2a) and keeps the activations' inputs in fp8 where a sequence is not
    // shared (FP8_ACT), release 24.09 always; AMD's does, and runs 21 of 80 layers again (ACL).
    const bool blackwell = is("B200"), amd = c.accelerator == "mi300x";
    if (blackwell && c.plan.cp > 1) c.plan.context = training::ContextKind::kUlysses;
    if (!blackwell || ranks == 1) c.plan.activation_input_bytes = 1;
    if (amd) {
      c.plan.recompute = llm::Recompute::kFull;
      c.plan.recompute_layers = 21;
    }
    c.plan = training::Resolve(c.plan, gpus);
    c.measured = r.number("step_time_s");
    c.memory = r.number("peak_mem_GiB");
    c.name = fmt::format("{} {} x{} tp{} cp{}", r.text("org"), c.accelerator, gpus, c.plan.tp, c.plan.cp);
    c.fit = amd && std::none_of(out.begin(), out.end(), [](const Case& o) { return o.fit; });
    // Neither file nor memory tells which of tensor and context parallelism their ranks are.
    const std::string check = r.text("check");
    c.gates = check.find("log implies") == std::string::npos || c.memory > 0;
    out.push_back(c);
  }
  return out;
}

std::vector<Case> Korthikanti(const catalog::Library&, const std::string& folder) {
  std::vector<Case> out;
  for (const Row& r : ReadTable(folder + "/korthikanti_table5_iteration_time.csv")) {
    for (const bool full : {true, false}) {
      Case c;
      c.table = "Korthikanti et al., Table 5";
      c.accelerator = "a100-80g";
      const double h = r.number("hidden");
      c.model = Gpt("gpt", r.number("layers"), h, r.number("heads"), r.number("heads"), 4 * h,
                    false, r.number("vocab"));
      c.plan.precision = compute::Precision::kFp16;
      Shape(r, "VPP", &c.plan);
      c.plan.sequence_parallel = !full;
      c.plan.recompute = full ? llm::Recompute::kFull : llm::Recompute::kSelective;
      c.plan.sequence = r.number("seq");
      c.plan.micro_batch = r.number("micro_batch");
      c.plan.global_batch = r.number("global_batch");
      c.plan = training::Resolve(c.plan, r.number("n_gpus"));
      c.measured = r.number(full ? "iter_s_full_recompute" : "iter_s_seqpar_plus_selective");
      c.name = r.text("model") + (full ? " full recompute" : " sequence parallel, selective");
      out.push_back(c);
    }
  }
  return out;
}

std::vector<Case> MegatronSc21(const catalog::Library&, const std::string& folder) {
  std::vector<Case> out;
  for (const Row& r : ReadTable(folder + "/megatron_sc21_table1.csv")) {
    Case c;
    c.table = "Narayanan et al. SC21, Table 1";
    c.accelerator = "a100-80g";
    const double h = r.number("hidden");
    c.model = Gpt("gpt", r.number("layers"), h, r.number("heads"), r.number("heads"), 4 * h, false,
                  r.number("vocab"));
    c.plan.precision = compute::Precision::kFp16;
    Shape(r, "VPP", &c.plan);
    c.plan.sequence_parallel = false;
    c.plan.recompute = llm::Recompute::kFull;
    c.plan.sequence = r.number("seq");
    c.plan.micro_batch = r.number("micro_batch");
    c.plan.global_batch = r.number("global_batch");
    c.plan = training::Resolve(c.plan, r.number("n_gpus"));
    c.measured = r.number("iter_time_s_derived");
    c.name = r.text("model");
    out.push_back(c);
  }
  return out;
}

std::vector<Case> MegatronCore(const catalog::Library&, const std::string& folder) {
  std::vector<Case> out;
  for (const Row& r : ReadTable(folder + "/megatron_core_r0.8_h100_weak_scaling.csv")) {
    Case c;
    c.table = "Megatron-Core r0.8 weak scaling";
    c.accelerator = "h100";
    const double h = r.number("hidden");
    c.model = Gpt("gpt", r.number("layers"), h, r.number("heads"), r.number("heads"), 4 * h, false,
                  131072);
    c.plan = ModernPlan("bf16");
    Shape(r, "VPP", &c.plan);
    c.plan.sequence = 4096;
    c.plan.global_batch = r.number("global_batch");
    c.plan.micro_batch = 1;
    c.plan = training::Resolve(c.plan, r.number("n_gpus"));
    // The table gives model FLOP/s; which attention pairs and micro-batch it took is not said.
    c.measured = llm::TrainingFlopsPerToken(c.model, c.plan.sequence) * c.plan.tokens_per_step() /
                 (r.number("tflops_per_gpu") * 1e12 * r.number("n_gpus"));
    c.name = fmt::format("{} h100 x{}", r.text("model"), r.text("n_gpus"));
    c.gates = false;
    out.push_back(c);
  }
  return out;
}

}  // namespace headroom::validation
