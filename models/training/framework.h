#pragma once

#include "models/compute/precision.h"

namespace headroom::training {

/// What the software around the kernels does, where a plan does not say. Two generations are told
/// apart by precision, because fp16 is what the GPT recipes of 2021-22 ran in.
struct Framework {
  bool fused_attention = true;  ///< FlashAttention; else scores go through memory, all pairs
  bool dropout = false;
  bool compiled = false;        ///< XLA: recompute leaves out what nothing reads, the last product of a dense layer
  double weight_bytes = 2;      ///< kept per parameter: bf16, or fp8 with its transposed copy
  double frozen_bytes = 2;      ///< kept per parameter that is not trained (LoRA): 1 in fp8
  double gradient_bytes = 2;    ///< of the buffer in which micro-batches add up, and on the wire
  double optimizer_bytes = 12;  ///< fp32 master copy and two fp32 moments
  double gather_bytes = 2;      ///< of a parameter on the wire: 1 in fp8
  double tp_gather_bytes = 2;   ///< of an activation in a tensor-parallel all-gather: 1 in fp8
  double linear_input_bytes = 2;
  /// Share of a tensor-parallel collective that its GEMM can hide: all but the first of tp pieces,
  /// times this.
  double tp_hidden_share = 0.8;
  /// Hidden communication slows what it runs beside: seconds lost per hidden second (memory
  /// bandwidth, multiprocessors).
  double overlap_slowdown = 0.1;
  double loss_forward_bytes = 16;  ///< device traffic per logit of the fp32 cross entropy
  double loss_backward_bytes = 8;
  double backward_elementwise =
      1.5;  ///< traffic of a memory-bound kernel's backward over its forward
  double optimizer_traffic =
      30;  ///< B per parameter: gradient, master, moments read; three written, weight written
  /// Device traffic of permuting tokens for their experts over the least: 1 fused, 10 in releases
  /// before Megatron-Core fused it (NVIDIA's guide to DeepSeek-V3 on GB200: up to ten times).
  double permute_passes = 1;
  double step_overhead = 20e-3;  ///< s per step: data, logging, host
  double launch = 9.5e-6;  ///< s of host per kernel that no graph holds; assumed, see host_work.h
  /// Share of an expert exchange that another micro-batch's compute hides at most, and seconds of
  /// compute lost per hidden second: the copying takes some 20 of 132 to 148 multiprocessors.
  double ep_hidden_share = 0.9;
  double ep_slowdown = 0.15;
  /// Deviation of speed from chip to chip. A synchronous step goes at the pace of the slowest of
  /// its accelerators, in the mean 1 + spread * z(n), z the expected largest of n normal deviates.
  /// Assumed, at the low end of published variation (8 % in the mean on older chips).
  double chip_spread = 0.02;
};

/// fp16: Megatron-LM of 2021-22 (unfused attention with dropout, fp32 gradients). bf16 and below:
/// NeMo and Megatron-Core from 2024 (fused attention, gradients in bf16; fp8 keeps two copies of a
/// weight and gathers parameters in fp8). Shares and overhead are assumed, the same for all
/// machines; docs/models/training.md says how they were chosen.
Framework FrameworkFor(compute::Precision precision);

/// Expected largest of n standard normal deviates (Blom's approximation, within 1 % for n > 3); 0
/// for n = 1.
double LargestOf(double n);

}  // namespace headroom::training
