#pragma once

#include "models/llm/layer.h"
#include "models/training/step_params.h"
#include "models/training/work_time.h"

namespace headroom::training {

/// What the pieces of a step take on one accelerator at a given clock share: operators of
/// models/llm through the kernel model, and the collectives inside a layer.
///
/// A linear layer of m x n x k costs three products: forward, m x k x n for activations, k... x
/// tokens for weights, the latter with a read and a write of the gradient buffer. In fp8 gradients
/// are cast in a kernel of their own. Communication under tensor parallelism, S = tokens * hidden:
/// with sequence parallelism all-gather before and reduce-scatter after each block; backward
/// mirrors them and gathers the two saved inputs again for the weight gradients. Without, one
/// all-reduce per block and pass. With `overlap.tp` each collective hides behind its product as
/// Framework says. Context parallelism is ring attention with balanced (zig-zag) shares: the local
/// block, then cp - 1 exchanges of keys and values, each hidden behind one block of attention with
/// `overlap.cp`. Layers with a window exchange only the keys and values that it reaches, before attention and without sums to
/// join. Experts: dispatch and combine as in expert_exchange.h, with a gather and a scatter
/// among the ranks that share an expert (`etp`); with `overlap.ep` (HidesExchange) another micro-batch's compute
/// hides them, at a cost to it. The busiest rank's rows set the pace of its group. Where no graph
/// holds the launches a part of a layer takes no less than the host needs to launch it
/// (host_work.h); the experts' part starts after a wait for the rows of each expert, so that the
/// host cannot run ahead. Left out: imbalance between documents.
class LayerCost {
 public:
  LayerCost(const StepParams& params, const compute::KernelModel& kernels, double clock);

  /// Recompute included in `backward`. With ZeRO-3, parameter gathers and gradient scatters of the
  /// layer as `dp`.
  PassTimes Layer(std::uint32_t layer) const;
  PassTimes Embedding() const;
  PassTimes Head() const;
  /// Tokens of one micro-batch on one context-parallel rank.
  double tokens() const { return tokens_; }

 private:
  struct Collectives {
    double gather = 0, gather_gradient = 0, scatter = 0,
           reduce = 0;  ///< s over the tensor-parallel group
  };
  double Seconds(const compute::KernelCost& cost, double derate) const;
  double Gemm(double m, double n, double k, double groups, bool linear) const;
  double WeightGemm(const llm::Operator& op) const;
  void AddAttention(const llm::Operator& op, PassTimes* out) const;
  void AddCasts(const llm::Operator& op, PassTimes* out) const;
  void AddElementwise(double forward_bytes, double backward_bytes, PassTimes* out) const;
  void AddTensorParallel(const std::vector<llm::Operator>& ops, PassTimes* out) const;
  void AddContextParallel(double window, PassTimes* out, const PassTimes& attention_step) const;
  void AddExpertParallel(PassTimes* out) const;
  void HideExchange(PassTimes* out) const;
  void AddUlysses(PassTimes* out) const;
  void AddAdapter(const llm::Operator& op, PassTimes* out) const;
  void AddOperator(const llm::Operator& op, PassTimes* out) const;
  void AddRecomputed(const llm::Operator& op, bool dense, PassTimes* out) const;
  void AddSharded(std::uint32_t layer, PassTimes* out) const;
  void AddOffload(std::uint32_t layer, PassTimes* out) const;
  void Expose(double communication, double room, bool hide, WorkTime* out) const;

  const StepParams& params_;
  const compute::KernelModel& kernels_;
  double clock_;
  double tokens_;
  llm::LayerShard shard_;
  Collectives tp_;
};

}  // namespace headroom::training
