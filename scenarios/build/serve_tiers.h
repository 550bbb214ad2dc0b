#pragma once

#include <vector>

#include "models/serving/kv_tier_plan.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Memories below HBM of `replicas` replicas of `accelerators` each, the first of the workload's. `unit_tokens` and
/// `bytes_per_token` (whole replica) size a prefix unit. Empty where none are asked for or after an error.
serving::KvTierPlan PlanTiers(const WorkSite& site, std::uint32_t replicas, std::uint32_t accelerators, std::uint32_t unit_tokens,
                              double bytes_per_token);

}  // namespace headroom::scenario
