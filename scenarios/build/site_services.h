#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/failure/domain_interruptions.h"
#include "models/failure/failure_profile.h"
#include "models/failure/interruptions.h"
#include "models/failure/node_pool.h"
#include "models/storage/store_service.h"
#include "scenarios/build/context.h"
#include "scenarios/build/inventory.h"
#include "sim/engine/engine.h"

namespace headroom::scenario {

/// What workloads of a site share beside machines: stores, failures and spare nodes.
class SiteServices {
 public:
  /// Errors go to the context. `context` and `engine` outlive it.
  SiteServices(const BuildContext& context, Engine& engine);
  /// The store of that name; null after an error at `path` that lists the site's stores.
  storage::StoreService* Store(const std::string& name, const std::string& path);
  /// All of them, by name.
  std::vector<const storage::StoreService*> stores() const;
  /// Nothing where `site.failures` is not given.
  const std::optional<failure::FailureProfile>& failures() const { return failures_; }
  /// How its failures depart from one constant rate for all, on nodes of so many accelerators.
  failure::FailureShape shape(std::uint32_t accelerators_per_node) const;
  failure::RepairSpread repair_spread() const;
  /// `site.failures.domains` for nodes so many of which are in a rack and below a leaf; an error for one of unknown size.
  std::vector<failure::DomainFaults> Domains(std::uint32_t nodes_per_rack, std::uint32_t nodes_per_leaf) const;
  /// Spares for nodes of that catalog name: `site.failures.spare_nodes` of each kind, beside those of `site.systems`.
  failure::NodePool& Spares(const std::string& node);

 private:
  const BuildContext& context_;
  Engine& engine_;
  std::map<std::string, std::unique_ptr<storage::StoreService>> stores_;
  std::optional<failure::FailureProfile> failures_;
  std::map<std::string, std::unique_ptr<failure::NodePool>> spares_;
};

}  // namespace headroom::scenario
