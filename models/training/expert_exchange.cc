#include "models/training/expert_exchange.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/network/collective.h"
#include "models/network/group.h"
#include "models/network/path.h"

namespace headroom::training {
namespace {

constexpr double kCopyShare = 0.71;  ///< of the link's line rate
constexpr double kCopyRate = 440e9;
constexpr double kFixed = 100e-6;

constexpr double kCollectiveUp = 0.62;   ///< of the link
constexpr double kNicPayload = 0.97;     ///< of the NIC's line rate, in Path::out_exchange
/// Share of the NIC's line rate over 2, 4, 8 and 16 domains; between them by the logarithm, the last beyond.
constexpr std::array<double, 4> kCollectiveOut{0.79, 0.92, 0.90, 0.83};
constexpr double kCollectiveUpFixed = 40e-6, kCollectiveOutFixed = 140e-6;

double CollectiveOut(double domains) {
  const double at = std::clamp(std::log2(domains) - 1, 0.0, kCollectiveOut.size() - 1.0);
  const std::size_t i = std::min<std::size_t>(at, kCollectiveOut.size() - 2);
  return (kCollectiveOut[i] + (at - i) * (kCollectiveOut[i + 1] - kCollectiveOut[i])) / kNicPayload;
}

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

double CollectiveExchangeSeconds(const network::FabricParams& fabric, const ParallelPlan& plan, double bytes) {
  const network::Group group = network::MakeGroup(fabric, plan.ep, plan.etp);
  const network::Path path = network::MakePath(fabric, group);
  const double n = group.ranks, m = group.per_domain;
  const double in = m > 1 ? bytes * (m - 1) / n / (path.up_wire * kCollectiveUp) : 0;
  const double out = group.domains > 1 ? bytes * (n - m) / n / (path.out_exchange * CollectiveOut(group.domains)) : 0;
  const double fitted = (out > 0 ? kCollectiveOutFixed : kCollectiveUpFixed) + std::max(in, out);
  const double cost = network::Cost(fabric, group, network::Operation::kAllToAll, network::Algorithm::kAuto, bytes).seconds;
  return std::max(fitted, cost);
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
