#pragma once

#include "models/network/fabric.h"
#include "models/training/plan.h"

namespace headroom::training {

/// Sending every token of a rank to the ranks of its experts, or the results back, as DeepEP and
/// HybridEP do: a token goes to each other domain once and is passed on there, and to each rank once.
///
/// Of n ranks (D domains) k random experts of a token lie on n (1 - (1 - 1/n)^k), of the domains
/// likewise; routing limited to G domains draws from G of them. The copying kernels reach a share of
/// the link, at most what their multiprocessors copy:
///
///     t = t0 + (inner^3 + outer^3)^(1/3),  rates min(0.71 link, 440 GB/s) and nic,  t0 = 100 us   [s]
///
/// Fitted on DeepEP timed on H100 and B200 (aiconfigurator, normal mode): slopes within 1 % on 1 and
/// 4 nodes, 7 % short on 2. Left out: contention with other groups' traffic on a leaf, ranks that
/// arrive late.
struct ExpertExchange {
  double ranks = 1;  ///< of the expert group
  double inner = 0;  ///< rows sent inside a domain per token
  double outer = 0;  ///< rows sent to other domains per token
  double inner_rate = 0, outer_rate = 0;  ///< B/s

  /// Time to send `tokens` tokens of `width` elements of `bytes`.
  double Seconds(double tokens, double width, double bytes) const;
};

/// Of the expert group of a plan whose tokens visit `experts_per_token` experts.
ExpertExchange MakeExpertExchange(const network::FabricParams& fabric, const ParallelPlan& plan,
                                  double experts_per_token);

/// Whether the compute of another micro-batch hides the exchange: see Overlap.
bool HidesExchange(const network::FabricParams& fabric, const ParallelPlan& plan);

}  // namespace headroom::training
