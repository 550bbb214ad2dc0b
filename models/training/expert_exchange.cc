#include "models/training/expert_exchange.h"

#include <algorithm>
#include <cmath>

#include "models/network/group.h"
#include "models/network/path.h"

namespace headroom::training {
namespace {

constexpr double kCopyShare = 0.71;  ///< of the link's line rate
constexpr double kCopyRate = 440e9;
constexpr double kFixed = 100e-6;

/// Expected number of `places` that k random visits meet.
double Met(double places, double k) { return places * (1 - std::pow(1 - 1 / places, k)); }

}  // namespace

ExpertExchange MakeExpertExchange(const network::FabricParams& fabric, const ParallelPlan& plan,
                                  double k) {
  const network::Group group = network::MakeGroup(fabric, plan.ep, plan.etp);
  const network::Path path = network::MakePath(fabric, group);
  ExpertExchange x;
  x.ranks = group.ranks;
  x.outer_rate = path.out_exchange;
  const double n = group.ranks, d = group.domains, m = group.per_domain;
  double reached = d;  // domains that a token's experts are drawn from
  if (plan.experts.domains_per_token > 0)
    reached = std::min<double>(reached, plan.experts.domains_per_token);
  const double ranks = Met(n * reached / d, k);
  x.outer = Met(reached, k) * (d - 1) / d;
  x.inner = ranks * (m - 1) / m;  // in its own domain or passed on in another's
  x.inner_rate = std::min(path.up_wire * kCopyShare, kCopyRate);
  return x;
}

double ExpertExchange::Seconds(double tokens, double width, double bytes) const {
  if (ranks <= 1) return 0;
  const double row = tokens * width * bytes;
  const double in = inner > 0 ? inner * row / inner_rate : 0;
  const double out = outer > 0 ? outer * row / outer_rate : 0;
  return kFixed + std::cbrt(in * in * in + out * out * out);
}

bool HidesExchange(const network::FabricParams& fabric, const ParallelPlan& plan) {
  return plan.overlap.ep || (plan.overlap.ep_within_domain && plan.ep * plan.etp <= fabric.scale_up.domain);
}

}  // namespace headroom::training
