#pragma once

#include <memory>
#include <vector>

#include "models/serving/kv_tier_stack.h"

namespace headroom::serving {

/// All memories below HBM of a deployment, with the links that lead to them.
struct KvTierPlan {
  std::vector<std::unique_ptr<TransferLink>> links;
  std::vector<std::unique_ptr<KvTier>> tiers;
  std::vector<std::vector<KvTierAccess>> replicas;  ///< into the above
  double unit_bytes = 0.0;                          ///< of a prefix unit, whole replica
};

}  // namespace headroom::serving
