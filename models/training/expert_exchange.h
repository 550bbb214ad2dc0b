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

/// Seconds in which every rank of the group sends `bytes` in equal parts to all, as NCCL does in one collective:
///
///     t = 40 us + inner / (0.62 link) within a domain, 140 us + max(inner / (0.62 link), outer / (e nic)) beyond
///     e = 0.79, 0.92, 0.90, 0.83 over 2, 4, 8, 16 domains
///
/// and no less than network::Cost. Fitted on every second size (32 MiB to 16 GiB) of all-to-all on 1 to 16 nodes of Hopper
/// (SimAI's measured ratios); the others are met with a median error of 4 % within a node and 0 to 5 % beyond.
double CollectiveExchangeSeconds(const network::FabricParams& fabric, const ParallelPlan& plan, double bytes);

/// Of the expert group of a plan whose tokens visit `experts_per_token` experts.
ExpertExchange MakeExpertExchange(const network::FabricParams& fabric, const ParallelPlan& plan,
                                  double experts_per_token);

/// Whether the compute of another micro-batch hides the exchange: see Overlap.
bool HidesExchange(const network::FabricParams& fabric, const ParallelPlan& plan);

}  // namespace headroom::training
