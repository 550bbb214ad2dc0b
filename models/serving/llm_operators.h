#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "models/compute/kernel_model.h"
#include "models/llm/layer.h"
#include "models/serving/expert_routing.h"
#include "models/serving/linear_precisions.h"
#include "models/serving/step_operators.h"

namespace headroom::serving {

/// How the model of one replica is spread: tp x pp accelerators, or ep x pp where ep > tp; then
/// ep/tp groups of attention (data-parallel attention) each take their part of the batch. Experts
/// lie on all max(tp, ep) accelerators of a stage: whole ones over ep, sliced over tp/ep where tp >
/// ep.
struct ReplicaParallelism {
  std::uint32_t tp = 1, pp = 1, ep = 1;
  /// Times as many accelerators, among which the tokens of a prompt and the keys of all sequences are split; each has all weights.
  std::uint32_t cp = 1;
  std::uint32_t stage() const { return tp > ep ? tp : ep; }
  std::uint32_t accelerators() const { return stage() * pp * cp; }
  std::uint32_t attention_groups() const { return stage() / tp; }
};

/// What of it does not fit the model, as (path below the deployment, message); empty if nothing.
struct ParallelismProblem {
  std::string field;
  std::string message;
};
std::vector<ParallelismProblem> Check(const ReplicaParallelism& parallelism,
                                      const llm::Architecture& model);

/// Seconds of a collective on `bytes` of one accelerator's data; empty where a group has one
/// member.
using CollectiveTime = std::function<double(double bytes)>;

struct LlmOperatorParams {
  llm::Architecture model;
  ReplicaParallelism parallelism;
  LinearPrecisions precisions = PrecisionsOf(compute::Precision::kBf16);
  compute::ExpertKernel expert_kernel = compute::ExpertKernel::kStandard;
  double kv_bytes = 2.0;                                     ///< of one cached element
  /// Most fixed time of a matrix product [s]: kernel tables time single calls, with their own
  /// launch and quantisation; engines capture the pass in a graph and fuse. Infinite: as in the
  /// tables.
  double launch_cap = std::numeric_limits<double>::infinity();
  /// Inputs of 4-bit products come quantised from the kernel before (norm, attention, activation).
  bool fused_quantisation = false;
  double power_limit = std::numeric_limits<double>::infinity();  ///< of one board [W]
  double adapter_rank = 0;  ///< of low-rank adapters; 0: none
  CollectiveTime all_reduce;  ///< among tp accelerators
  CollectiveTime
      all_to_all;  ///< among ep accelerators; not used where ep <= tp, whose ranks hold every token
  CollectiveTime context_gather, context_reduce;  ///< among cp accelerators
  double busiest = 1.0;  ///< tokens of the busiest of ep ranks over the mean
};

/// Inputs and outputs of the matrices of a layer that low-rank adapters stand beside: those of
/// attention, and of a dense feed-forward block; experts have none.
double AdapterWidth(const llm::Architecture& model);
/// Weights of an adapter of that rank on one of tp accelerators, bf16 [B].
double AdapterBytes(const llm::Architecture& model, double rank, double tp);

/// One forward pass of a transformer for serving, from kernel and collective models.
///
///     tokens(m)  = sum over layers of GEMMs and elementwise work at m tokens + 2 all-reduces of m
///     * hidden * 2 B experts    = grouped GEMM over the experts that m tokens meet on the busiest
///     rank (expert_routing.h); dispatch and combine as all-to-all where ep > tp
///     head(s)    = final norm, vocabulary projection, gather and sampling for s sequences
///     windowed   = layers of sliding-window attention: decodes over at most the window, prompts as
///                  blocks of a window's length that look one block back
///     decode     = one attention call per layer for the batch; MLA on the compressed cache
///     context    = with cp, a rank's part of a prompt over all its keys, which the others send meanwhile
///                  (ring attention: the longer of the two), and decodes over a cp-th of the keys, then
///                  an all-reduce of their outputs
///     imbalance  = rows of the busiest rank of an expert group, and what it sends, times `busiest`
///     adapters   = 8 kernels a layer (down and up for qkv, attention output, gate and up, down), as
///                  memory traffic: the weights of all adapters of the batch, and tokens in and out
///
/// Residual additions are fused with the norms, as engines do, and with `fused_quantisation` norms and activations before a 4-bit
/// product of a dense layer write 4 bits and their scales. Energy is board power by kind of
/// kernel (share of TDP, catalog) times its time; a GEMM between memory- and compute-bound takes a
/// share between. Left out: overlap of collectives with compute, quantisation kernels
/// beyond those of the GEMM fit.
class LlmOperators final : public StepOperators {
 public:
  /// `kernels` is copied in by pointer and outlives this.
  LlmOperators(std::shared_ptr<const compute::KernelModel> kernels, LlmOperatorParams params);
  Cost Tokens(double tokens) const override;
  std::uint32_t groups() const override { return p_.parallelism.attention_groups(); }
  Cost OwnTokens(double own) const override;
  Cost SharedTokens(double tokens) const override;
  Cost Waiting(double seconds) const override { return Communication(seconds); }
  Cost Head(double sequences) const override;
  Cost PrefillAttention(double query, double context) const override;
  Cost DecodeAttention(double sequences, double context) const override;
  Cost VerifyAttention(double sequences, double query, double context) const override;
  Cost Adapters(double tokens, double adapters) const override;
  double idle_power() const override { return idle_power_; }
  double power_limit() const override { return p_.power_limit; }

 private:
  /// `part`: of which kind it counts; kPrompts: of none.
  Cost Kernel(const compute::KernelCost& cost, KernelPart part = KernelPart::kPrompts) const;
  compute::KernelCost Capped(compute::KernelCost cost, compute::Precision precision) const;
  Cost Run(const llm::Operator& op, double tokens) const;
  llm::Operator Narrowed(llm::Operator op) const;
  compute::Precision PrecisionOf(const llm::Operator& op) const;
  Cost Experts(const llm::Operator& op, double tokens) const;
  Cost ExpertGather(double own, double tokens) const;
  double OwnRows(double tokens) const;
  Cost Attention(const llm::AttentionWork& work, bool decode) const;  ///< of one layer
  Cost AllLayers(const llm::AttentionWork& work, bool decode) const;
  Cost Communication(double seconds) const;
  Cost JoinContext(double tokens) const;
  llm::LayerShard Shard() const;
  enum class Part { kAll, kOwn, kShared };
  Cost Pass(double own, double tokens, Part part) const;

  std::shared_ptr<const compute::KernelModel> kernels_;
  LlmOperatorParams p_;
  ExpertRouting routing_;
  double tdp_, idle_power_;
};

}  // namespace headroom::serving
