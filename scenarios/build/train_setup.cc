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

  const catalog::Kernels& profile = ChooseKernels(context, chip, t.stack(), path + ".stack",
                                                  {"transformer-engine", "primus", "maxtext", "neuron"});
  compute::KernelModel kernels(chip, profile);

  training::StepParams params;
  params.model = llm::Resolve(sheet);
  params.plan = training::Resolve(PlanOf(t), accelerators);
  if (!kernels.Supports(params.plan.precision)) {
    context.Error(path + ".precision", fmt::format("{} has no {} rate", chip.name(), t.precision()));
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
  return TrainSetup{std::move(kernels), std::move(params)};
}

}  // namespace headroom::scenario
