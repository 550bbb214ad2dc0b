#pragma once

#include <memory>

#include "models/catalog/catalog.pb.h"
#include "models/compute/precision.h"

namespace headroom::compute {

/// What bounds a kernel, and which share of the board's power it takes.
enum class KernelKind { kGemm, kPrefillAttention, kDecodeAttention, kMemory, kCommunication, kIdle };

/// One kernel's cost at full clock.
struct KernelCost {
  double seconds = 0.0;          ///< launch included
  double compute_seconds = 0.0;  ///< the part that scales with 1/clock
  double flops = 0.0;            ///< arithmetic that the model asks for, tile padding not counted
  double bytes = 0.0;            ///< device memory traffic
  KernelKind kind = KernelKind::kGemm;
};

/// Which of a stack's kernels multiplies the experts, where it has two for a precision: CUTLASS and trtllm-gen for nvfp4 on
/// Blackwell.
enum class ExpertKernel { kStandard, kLowLatency };

/// A matrix product of m x k by k x n, `batch` of them.
struct GemmShape {
  double m = 1, n = 1, k = 1;
  double batch = 1;
  bool uneven = false;  ///< of grouped products: rows of a group vary, m is their mean
  bool few = false;     ///< of grouped products: no more tokens than experts that the accelerator holds
  double resident = 0;  ///< of grouped products: share of the weights that the last-level cache holds
};

/// What one accelerator has to do with the rows of one layer of experts.
struct ExpertRows {
  double tokens = 0;  ///< that it sees
  double routed = 0;  ///< their visits to experts, its own and others'
  double own = 0;     ///< visits to its own experts
  double held = 0;    ///< experts that it holds
  double hidden = 0;  ///< elements of a row
  double inner = 0;   ///< elements of a row between the products
};

/// Attention of `sequences` equal sequences with `query` new tokens each, over `context` keys in all (context >= query).
struct AttentionShape {
  double sequences = 1;
  double query = 1;
  double context = 1;
  double heads = 1;     ///< query heads on this accelerator
  double kv_heads = 1;  ///< key/value heads on this accelerator
  double head_dim = 128;
  double v_dim = 128;      ///< equals head_dim unless MLA
  bool causal = true;
  double kv_bytes = 2;     ///< of one cached element
  double window = 0;       ///< keys that a query of a prefill sees at most, its own included; 0: all before it
};

/// Kernel times of one accelerator under one software stack: fitted roofline. Equations in the headers of the families
/// (gemm.h, grouped_gemm.h, attention.h); parameters in catalog sheets of kind `kernels`.
class KernelModel {
 public:
  /// @throws ConfigError if the profile is for another accelerator.
  KernelModel(const catalog::Accelerator& accelerator, const catalog::Kernels& profile);
  ~KernelModel();
  KernelModel(KernelModel&&) noexcept;

  /// True if the accelerator has a peak rate for `p` (mxfp8 counts as fp8).
  bool Supports(Precision p) const;
  /// With `quantised` the input comes in `p` from the kernel before, else the product's time holds its quantisation.
  /// @throws ConfigError naming accelerator and precision if not Supports(p).
  KernelCost Gemm(const GemmShape& shape, Precision p, bool quantised = false) const;
  /// `groups` products of m_per_group x k by k x n, one launch (experts of a layer).
  KernelCost GroupedGemm(double groups, const GemmShape& per_group, Precision p,
                         ExpertKernel kernel = ExpertKernel::kStandard) const;
  /// Routing, sorting, moving, activating and summing around the grouped products of one layer of experts.
  KernelCost ExpertGather(const ExpertRows& rows, Precision p, ExpertKernel kernel = ExpertKernel::kStandard) const;
  /// True if the profile has a low-latency kernel for experts at `p`; without one the standard kernel stands in.
  bool HasLowLatencyExperts(Precision p) const;
  KernelCost PrefillAttention(const AttentionShape& shape) const;
  /// Backward pass of PrefillAttention with recomputed probabilities: 2.5 times the forward products.
  KernelCost AttentionBackward(const AttentionShape& shape) const;
  KernelCost DecodeAttention(const AttentionShape& shape) const;
  /// Memory-bound work that moves `bytes`.
  KernelCost Elementwise(double bytes) const;

  const catalog::Accelerator& accelerator() const;
  /// FLOP/s, dense. @throws ConfigError as Gemm().
  double Peak(Precision p) const;
  /// Factor on compute_efficiency for long training steps (sustained clocks), from the profile.
  double training_gemm_derate() const;
  /// The same of one precision, where the profile has one of its own.
  double training_gemm_derate(Precision p) const;
  /// Products take operands with k innermost alone, so that gradients need transposed weights (fp8 on Hopper).
  bool NeedsTransposed(Precision p) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headroom::compute
