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

double KernelClocks::Of(KernelKind kind) const {
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

double StepModel::Watts(double share, double clock, double compute) const {
  const double idle = params_.power.idle;
  return params_.tdp * (idle + (share - idle) * params_.clock_law.Power(clock, compute));
}

double StepModel::WorkJoules(double clock, const WorkTime& busy) const {
  const double exposed = busy.tp + busy.cp + busy.ep + busy.dp;
  double joules = exposed * Watts(params_.power.communication, clock * params_.clocks.communication) + busy.host * Watts(params_.power.idle, clock);
  for (std::size_t k = 0; k < kKernelKinds; ++k) {
    const auto kind = static_cast<KernelKind>(k);
    const bool compute = kind == KernelKind::kGemm || kind == KernelKind::kPrefillAttention;
    joules += busy.kinds[k] * Watts(params_.power.Of(kind), clock * params_.clocks.Of(kind), compute ? 1.0 : 0.0);
  }
  return joules;
}

void StepModel::FillPower(double clock, const WorkTime& busy, StepResult* out) const {
  const PowerShares& shares = params_.power;
  const auto watts = [&](double share) { return Watts(share, clock); };
  const double energy = WorkJoules(clock, busy);
  const StepBreakdown& b = out->breakdown;
  const double work = busy.total();
  const double after = b.dp_exposed - busy.dp;
  const double waits = 0.5 * (b.bubble + b.pp_exposed);
  out->phases = {{"fill", waits, watts(shares.idle), false},
                 {"work", work, work > 0 ? energy / work : 0},
                 {"drain", waits, watts(shares.idle), false},
                 {"gradients and parameters", after, Watts(shares.communication, clock * params_.clocks.communication)},
                 {"optimizer", b.optimizer, Watts(shares.memory, clock * params_.clocks.memory)},
                 {"host", b.stall - busy.host, watts(shares.idle), false}};
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
