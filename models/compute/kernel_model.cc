#include "models/compute/kernel_model.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "models/compute/attention.h"
#include "models/compute/elementwise.h"
#include "models/compute/gemm.h"
#include "models/compute/grouped_gemm.h"
#include "sim/core/diagnostics.h"

namespace headroom::compute {
namespace {

constexpr std::array<Precision, 9> kAll{Precision::kFp32, Precision::kTf32,  Precision::kFp16,  Precision::kBf16,
                                        Precision::kFp8,  Precision::kMxfp8, Precision::kNvfp4, Precision::kInt8,
                                        Precision::kMxfp4};

constexpr char kLowLatency[] = "low_latency";

/// FLOP/s, or 0 where the chip does not have it.
double PeakOf(const catalog::Peak& peak, Precision p) {
  switch (p) {
    case Precision::kFp32: return peak.fp32();
    case Precision::kTf32: return peak.tf32();
    case Precision::kFp16: return peak.fp16();
    case Precision::kBf16: return peak.bf16();
    case Precision::kFp8:
    case Precision::kMxfp8: return peak.fp8();
    case Precision::kNvfp4: return peak.fp4();
    case Precision::kInt8: return peak.int8();
    // Weights of 4 bits: against mxfp8 activations where the chip multiplies 4 bits at all, else widened to bf16.
    case Precision::kMxfp4: return peak.fp4() > 0.0 ? peak.fp8() : peak.bf16();
  }
  return 0.0;
}

/// Whose fit stands in for a precision that the profile lacks, best first.
std::array<Precision, 3> Relatives(Precision p) {
  switch (p) {
    case Precision::kMxfp8: return {p, Precision::kFp8, Precision::kBf16};
    case Precision::kFp8: return {p, Precision::kMxfp8, Precision::kBf16};
    case Precision::kNvfp4: return {p, Precision::kMxfp8, Precision::kFp8};
    case Precision::kInt8: return {p, Precision::kFp8, Precision::kBf16};
    case Precision::kMxfp4: return {p, Precision::kMxfp8, Precision::kBf16};
    default: return {p, Precision::kBf16, Precision::kFp16};
  }
}

template <class Fits>
const catalog::GemmFit* FitFor(const Fits& fits, Precision p) {
  for (Precision relative : Relatives(p)) {
    for (const catalog::GemmFit& fit : fits) {
      if (fit.precision() == Name(relative) && fit.kernel() != kLowLatency) return &fit;
    }
  }
  return fits.empty() ? nullptr : &fits.Get(0);
}

/// No relative stands in here.
template <class Fits>
const catalog::GemmFit* LowLatencyFit(const Fits& fits, Precision p) {
  for (const catalog::GemmFit& fit : fits) {
    if (fit.precision() == Name(p) && fit.kernel() == kLowLatency) return &fit;
  }
  return nullptr;
}

}  // namespace

class KernelModel::Impl {
 public:
  Impl(const catalog::Accelerator& accelerator, const catalog::Kernels& profile)
      : accelerator_(accelerator), profile_(profile.name()) {
    if (profile.accelerator() != accelerator.name()) {
      throw ConfigError(fmt::format("kernels '{}' are for accelerator '{}', not for '{}'", profile.name(),
                                    profile.accelerator(), accelerator.name()));
    }
    if (profile.gemm().empty()) throw ConfigError(fmt::format("kernels '{}' have no gemm", profile.name()));
    for (Precision p : kAll) {
      const size_t i = static_cast<size_t>(p);
      peak_[i] = PeakOf(accelerator.peak(), p);
      if (peak_[i] <= 0.0) continue;
      const catalog::GemmFit* fit = FitFor(profile.gemm(), p);
      const catalog::GemmFit* grouped = FitFor(profile.grouped_gemm(), p);
      gemm_[i] = MakeGemmParams(accelerator, *fit, p, peak_[i]);
      derates_[i] = fit->has_training_derate()         ? fit->training_derate()
                    : profile.has_training_gemm_derate() ? profile.training_gemm_derate()
                                                         : 1.0;
      transposed_[i] = fit->transposed();
      grouped_[i] = MakeGroupedGemmParams(accelerator, grouped == nullptr ? *fit : *grouped, p, peak_[i]);
      if (const catalog::GemmFit* quick = LowLatencyFit(profile.grouped_gemm(), p)) {
        low_latency_[i] = MakeGroupedGemmParams(accelerator, *quick, p, peak_[i]);
      }
    }
    // Attention runs in bf16; a chip without it (an LPU) runs it in fp16.
    const double bf16 = Peak(Supports(Precision::kBf16) ? Precision::kBf16 : Precision::kFp16);
    prefill_ = MakeAttentionParams(accelerator, profile.prefill_attention(), bf16);
    decode_ = MakeAttentionParams(accelerator, profile.decode_attention(), bf16);
    prefill_fp8_ = profile.has_prefill_attention_fp8()
                       ? MakeAttentionParams(accelerator, profile.prefill_attention_fp8(), bf16)
                       : prefill_;
    decode_fp8_ = profile.has_decode_attention_fp8()
                      ? MakeAttentionParams(accelerator, profile.decode_attention_fp8(), bf16)
                      : decode_;
    elementwise_ = MakeElementwiseParams(accelerator, profile.elementwise());
    if (profile.has_training_gemm_derate()) derate_ = profile.training_gemm_derate();
  }

  bool Supports(Precision p) const { return peak_[static_cast<size_t>(p)] > 0.0; }

  double Peak(Precision p) const {
    if (!Supports(p)) [[unlikely]] {
      throw ConfigError(fmt::format("accelerator '{}' has no {} arithmetic", accelerator_.name(), Name(p)));
    }
    return peak_[static_cast<size_t>(p)];
  }

  const GemmParams& gemm(Precision p) const {
    Peak(p);
    return gemm_[static_cast<size_t>(p)];
  }
  const GroupedGemmParams& grouped(Precision p, ExpertKernel kernel) const {
    Peak(p);
    const std::optional<GroupedGemmParams>& quick = low_latency_[static_cast<size_t>(p)];
    return kernel == ExpertKernel::kLowLatency && quick ? *quick : grouped_[static_cast<size_t>(p)];
  }
  bool HasLowLatencyExperts(Precision p) const { return low_latency_[static_cast<size_t>(p)].has_value(); }
  const AttentionParams& prefill(const AttentionShape& s) const { return s.kv_bytes < 2.0 ? prefill_fp8_ : prefill_; }
  const AttentionParams& decode(const AttentionShape& s) const { return s.kv_bytes < 2.0 ? decode_fp8_ : decode_; }
  const ElementwiseParams& elementwise() const { return elementwise_; }
  const catalog::Accelerator& accelerator() const { return accelerator_; }
  double derate() const { return derate_; }
  double derate(Precision p) const { return derates_[static_cast<size_t>(p)]; }
  bool transposed(Precision p) const { return transposed_[static_cast<size_t>(p)]; }

 private:
  catalog::Accelerator accelerator_;
  std::string profile_;
  std::array<double, kAll.size()> peak_{};
  std::array<GemmParams, kAll.size()> gemm_;
  std::array<GroupedGemmParams, kAll.size()> grouped_;
  std::array<std::optional<GroupedGemmParams>, kAll.size()> low_latency_;
  AttentionParams prefill_;
  AttentionParams prefill_fp8_;
  AttentionParams decode_;
  AttentionParams decode_fp8_;
  ElementwiseParams elementwise_;
  double derate_ = 1.0;
  std::array<double, kAll.size()> derates_{};
  std::array<bool, kAll.size()> transposed_{};
};

KernelModel::KernelModel(const catalog::Accelerator& accelerator, const catalog::Kernels& profile)
    : impl_(std::make_unique<Impl>(accelerator, profile)) {}
KernelModel::~KernelModel() = default;
KernelModel::KernelModel(KernelModel&&) noexcept = default;

bool KernelModel::Supports(Precision p) const { return impl_->Supports(p); }

KernelCost KernelModel::Gemm(const GemmShape& shape, Precision p, bool quantised) const {
  if (!quantised) return GemmCost(impl_->gemm(p), shape);
  GemmParams params = impl_->gemm(p);
  params.quantise = 0.0;
  return GemmCost(params, shape);
}

KernelCost KernelModel::GroupedGemm(double groups, const GemmShape& per_group, Precision p, ExpertKernel kernel) const {
  return GroupedGemmCost(impl_->grouped(p, kernel), groups, per_group);
}

KernelCost KernelModel::ExpertGather(const ExpertRows& rows, Precision p, ExpertKernel kernel) const {
  return ExpertGatherCost(impl_->grouped(p, kernel), rows);
}

bool KernelModel::HasLowLatencyExperts(Precision p) const { return impl_->HasLowLatencyExperts(p); }

KernelCost KernelModel::PrefillAttention(const AttentionShape& shape) const {
  return PrefillAttentionCost(impl_->prefill(shape), shape);
}

KernelCost KernelModel::AttentionBackward(const AttentionShape& shape) const {
  return AttentionBackwardCost(impl_->prefill(shape), shape);
}

KernelCost KernelModel::DecodeAttention(const AttentionShape& shape) const {
  return DecodeAttentionCost(impl_->decode(shape), shape);
}

KernelCost KernelModel::Elementwise(double bytes) const { return ElementwiseCost(impl_->elementwise(), bytes); }

const catalog::Accelerator& KernelModel::accelerator() const { return impl_->accelerator(); }
double KernelModel::Peak(Precision p) const { return impl_->Peak(p); }
double KernelModel::training_gemm_derate() const { return impl_->derate(); }
double KernelModel::training_gemm_derate(Precision p) const {
  Peak(p);
  return impl_->derate(p);
}
bool KernelModel::NeedsTransposed(Precision p) const { return impl_->transposed(p); }

}  // namespace headroom::compute
