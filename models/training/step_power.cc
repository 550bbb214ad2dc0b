#include <algorithm>

#include "models/training/step_model.h"

namespace headroom::training {

using compute::KernelKind;

double PowerShares::Of(KernelKind kind) const {
  switch (kind) {
    case KernelKind::kGemm:
      return gemm;
    case KernelKind::kPrefillAttention:
      return prefill_attention;
    case KernelKind::kDecodeAttention:
      return decode_attention;
    case KernelKind::kMemory:
      return memory;
    case KernelKind::kCommunication:
      return communication;
    case KernelKind::kIdle:
      return idle;
  }
  return idle;
}

double ByKernel::Of(KernelKind kind) const {
  switch (kind) {
    case KernelKind::kGemm:
      return gemm;
    case KernelKind::kPrefillAttention:
    case KernelKind::kDecodeAttention:
      return attention;
    case KernelKind::kMemory:
      return memory;
    case KernelKind::kCommunication:
      return communication;
    case KernelKind::kIdle:
      return 1;
  }
  return 1;
}

PowerShares PowerSharesOf(const catalog::Accelerator& accelerator) {
  PowerShares out;
  const catalog::PowerByKernel& p = accelerator.power();
  if (p.has_idle()) out.idle = p.idle();
  if (p.has_gemm()) out.gemm = p.gemm();
  if (p.has_prefill_attention()) out.prefill_attention = p.prefill_attention();
  if (p.has_decode_attention()) out.decode_attention = p.decode_attention();
  if (p.has_memory()) out.memory = p.memory();
  if (p.has_communication()) out.communication = p.communication();
  return out;
}

double StepModel::Watts(KernelKind kind, double clock) const {
  const double idle = params_.power.idle;
  const bool compute = kind == KernelKind::kGemm || kind == KernelKind::kPrefillAttention;
  return params_.tdp * (idle + (params_.power.Of(kind) - idle) *
                                   params_.clock_law.Power(clock * params_.clocks.Of(kind), compute ? 1.0 : 0.0,
                                                           params_.voltages.Of(kind)));
}

double StepModel::WorkJoules(double clock, const WorkTime& busy) const {
  const double exposed = busy.tp + busy.cp + busy.ep + busy.dp;
  double joules = exposed * Watts(KernelKind::kCommunication, clock) + busy.host * Watts(KernelKind::kIdle, clock);
  for (std::size_t k = 0; k < kKernelKinds; ++k) {
    joules += busy.kinds[k] * Watts(static_cast<KernelKind>(k), clock);
  }
  return joules;
}

void StepModel::FillPower(double clock, const WorkTime& busy, StepResult* out) const {
  const double idle = Watts(KernelKind::kIdle, clock);
  const double energy = WorkJoules(clock, busy);
  const StepBreakdown& b = out->breakdown;
  const double work = busy.total();
  const double after = b.dp_exposed - busy.dp;
  const double waits = 0.5 * (b.bubble + b.pp_exposed);
  out->phases = {{"fill", waits, idle, false},
                 {"work", work, work > 0 ? energy / work : 0},
                 {"drain", waits, idle, false},
                 {"gradients and parameters", after, Watts(KernelKind::kCommunication, clock)},
                 {"optimizer", b.optimizer, Watts(KernelKind::kMemory, clock)},
                 {"host", b.stall - busy.host, idle, false}};
  double joules = 0, length = 0;
  for (const PowerPhase& phase : out->phases) {
    joules += phase.seconds * phase.watts;
    length += phase.seconds;
  }
  out->mean_watts = length > 0 ? joules / length : 0;
  out->busy_share =
      out->step_time > 0 ? 1 - (b.bubble + b.pp_exposed + b.stall) / out->step_time : 0;
}

/// The clock at which the mean power of a step's work is within the limit; firmware averages over longer than a layer.
double StepModel::ClockWithinLimit() const {
  return power::ClockWithin(params_.power_limit, power::kLeastClock,
                            [this](double clock) { return At(clock).phases[1].watts; });
}

}  // namespace headroom::training
