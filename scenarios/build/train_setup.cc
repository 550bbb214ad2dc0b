#include "scenarios/build/train_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "scenarios/build/kernel_choice.h"

namespace headroom::scenario {
namespace {

training::ParallelPlan PlanOf(const schema::Train& t) {
  training::ParallelPlan p;
  const schema::Parallelism& a = t.parallelism();
  p.tp = a.tp();
  p.pp = a.pp();
  p.virtual_stages = a.virtual_stages();
  p.cp = a.cp();
  p.ep = a.ep();
  p.etp = a.etp();
  p.dp = a.dp();
  p.zero = a.zero();
  p.replicas = a.replicas();
  p.sequence_parallel = a.sequence_parallel();
  p.schedule = !t.pipeline().empty()      ? training::ScheduleFromName(t.pipeline())
               : a.virtual_stages() > 1   ? training::Schedule::kInterleaved1f1b
                                          : training::Schedule::k1f1b;
  p.recompute = training::RecomputeFromName(t.recompute());
  p.recompute_layers = t.recompute_layers();
  p.overlap = {t.overlap().tp(), t.overlap().pp(), t.overlap().grad_reduce(), t.overlap().param_gather(),
               t.overlap().cp(), t.overlap().ep(), !t.overlap().has_ep()};
  for (const std::string& module : t.recompute_modules()) training::AddModule(module, &p.again);
  p.graphs = training::GraphsFromName(t.graphs());
  p.experts.dispatcher = training::DispatcherFromName(t.moe().dispatcher());
  p.experts.dispatch_bytes = t.moe().dispatch_precision() == "fp8" ? 1 + 1.0 / 32 : 2;
  p.experts.domains_per_token = t.moe().domains_per_token();
  p.context = training::ContextKindFromName(a.context());
  p.adapter = {t.lora().rank(), t.lora().feed_forward()};
  const schema::OffloadPlan& off = t.offload();
  p.offload = {training::PlaceFromName(off.optimizer()), training::PlaceFromName(off.parameters()),
               training::PlaceFromName(off.activations()), off.activation_layers(), off.link(), off.host_memory(), off.nvme()};
  p.activation_input_bytes = t.activation_input() == "fp8" ? 1 : 2;
  p.packing = {t.packing().mean_length(), t.packing().deviation()};
  if (t.has_jitter())
    p.jitter = {training::DistributionFromName(t.jitter().distribution()), t.jitter().deviation(), t.jitter().share()};
  p.micro_batch = t.micro_batch();
  p.global_batch = t.global_batch();
  p.sequence = t.sequence();
  p.precision = compute::PrecisionFromName(t.precision());
  p.layout.assign(t.layout().begin(), t.layout().end());
  return p;
}

/// "bf16, fp8". Products in blocks of a common scale (mxfp8) go with those in 4 bits; no chip has the one without the other.
std::string PrecisionsOf(const compute::KernelModel& kernels, const catalog::Accelerator& chip) {
  std::string out;
  for (const char* word : {"fp32", "tf32", "fp16", "bf16", "fp8", "mxfp8", "nvfp4"}) {
    const compute::Precision p = compute::PrecisionFromName(word);
    if (!kernels.Supports(p) || (p == compute::Precision::kMxfp8 && !chip.peak().has_fp4())) continue;
    out += (out.empty() ? "" : ", ") + std::string(word);
  }
  return out;
}

/// Keys that are written and change nothing in this plan.
void TellIdleKeys(const BuildContext& context, const schema::Train& t, const training::StepParams& params, const std::string& path) {
  const training::ParallelPlan& p = params.plan;
  const auto idle = [&](bool written, const char* key, const char* why) {
    if (written) context.Warning(path + "." + key, fmt::format("changes nothing: {}", why));
  };
  const bool moe = params.model.is_moe();
  const bool collective = p.experts.dispatcher == training::Dispatcher::kAllToAll;
  idle(p.overlap.ep && (!moe || p.ep == 1), "overlap.ep", "no tokens are exchanged; ep is 1");
  idle(p.recompute == llm::Recompute::kSelective && params.framework.fused_attention, "recompute",
       "fused attention keeps no scores that selective recompute would save");
  idle(p.again.mla_up && !params.model.is_mla(), "recompute_modules", "mla-up stands in it; the model has no latent attention");
  const schema::Routing& routing = t.moe().routing();
  idle(!moe && (routing.has_zipf() || routing.kind() == "trace"), "moe.routing", "the model has no experts");
  idle(moe && p.ep > 1 && collective && p.experts.dispatch_bytes < 2, "moe.dispatch_precision",
       "dispatcher: all-to-all sends tokens in bf16");
  idle(moe && p.ep > 1 && collective && p.experts.domains_per_token > 0, "moe.domains_per_token",
       "dispatcher: all-to-all sends a row for every expert, wherever it is");
  idle(p.packing.mean_length > p.sequence, "packing.mean_length", "documents are longer than a sequence, so one fills it");
  idle(p.offload.parameters == training::Place::kDevice && p.offload.optimizer == training::Place::kDevice &&
           (t.offload().link() != 55e9 || t.offload().nvme() != 3e9),
       "offload", "optimizer and parameters stay on the device");
}

/// The clock of one kind of kernel: as written, lower where its power would be over the limit.
double ClockOf(const training::StepParams& p, double written, double share, double limit, double compute, double voltage) {
  const auto watts = [&](double clock) {
    return p.tdp * (p.power.idle + (share - p.power.idle) * p.clock_law.Power(clock, compute, voltage));
  };
  return std::min(written, power::ClockWithin(limit, power::kLeastClock, watts));
}

training::ByKernel VoltagesOf(const schema::KernelClocks& k) {
  return {k.gemm_voltage(), k.attention_voltage(), k.memory_voltage(), k.communication_voltage()};
}

training::ByKernel ClocksOf(const schema::KernelClocks& k, const training::StepParams& p) {
  const double none = std::numeric_limits<double>::infinity();
  const training::ByKernel& v = p.voltages;
  training::ByKernel out;
  out.gemm = ClockOf(p, k.gemm(), p.power.gemm, k.has_gemm_power() ? k.gemm_power() : none, 1, v.gemm);
  out.attention = ClockOf(p, k.attention(), p.power.prefill_attention, k.has_attention_power() ? k.attention_power() : none, 1, v.attention);
  out.memory = ClockOf(p, k.memory(), p.power.memory, k.has_memory_power() ? k.memory_power() : none, 0, v.memory);
  out.communication =
      ClockOf(p, k.communication(), p.power.communication, k.has_communication_power() ? k.communication_power() : none, 0,
              v.communication);
  return out;
}

}  // namespace

std::optional<TrainSetup> MakeTrainSetup(const BuildContext& context, const schema::Train& t, const std::string& path,
                                         const catalog::Accelerator& chip, const network::FabricParams& fabric,
                                         std::uint32_t accelerators) {
  const catalog::Llm sheet = context.library.Resolve(t.model());
  const auto problems = llm::Check(sheet);
  for (const auto& p : problems) context.Error(path + ".model." + p.field, p.message);
  if (!problems.empty()) return std::nullopt;
  if (!sheet.training_note().empty()) context.Warning(path + ".model", sheet.training_note());

  if (!chip.peak().has_bf16() && !chip.peak().has_fp16()) {
    context.Error(path + ".precision", fmt::format("{} has no rate in 16 bits, in which attention and all but the linear layers run", chip.name()));
    return std::nullopt;
  }
  const catalog::Kernels& profile = ChooseKernels(context, chip, t.stack(), path + ".stack",
                                                  {"transformer-engine", "primus", "maxtext", "neuron"});
  compute::KernelModel kernels(chip, profile);

  training::StepParams params;
  params.model = llm::Resolve(sheet);
  params.plan = training::Resolve(PlanOf(t), accelerators);
  const std::string known = PrecisionsOf(kernels, chip);
  if ((", " + known + ",").find(fmt::format(", {},", t.precision())) == std::string::npos) {
    context.Error(path + ".precision", fmt::format("{} has no {} rate; it has {}", chip.name(), t.precision(), known));
    return std::nullopt;
  }
  params.fabric = fabric;
  params.framework = training::FrameworkFor(params.plan.precision);
  // TPUs and Trainium run what XLA compiles.
  params.framework.compiled = profile.stack() == "maxtext" || profile.stack() == "neuron";
  params.linear_derate = kernels.training_gemm_derate(params.plan.precision);
  params.half_derate = kernels.training_gemm_derate();
  params.memory_capacity = chip.memory().capacity();
  params.tdp = chip.tdp();
  params.power = training::PowerSharesOf(chip);
  if (t.has_kernel_clocks()) {
    params.voltages = VoltagesOf(t.kernel_clocks());
    params.clocks = ClocksOf(t.kernel_clocks(), params);
  }
  TellIdleKeys(context, t, params, path);
  return TrainSetup{std::move(kernels), std::move(params)};
}

}  // namespace headroom::scenario
