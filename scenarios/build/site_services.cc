#include "scenarios/build/site_services.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace headroom::scenario {
namespace {

storage::StoreParams StoreOf(const schema::Storage& s, const catalog::Storage& sheet) {
  storage::StoreParams p;
  p.name = s.name();
  if (sheet.has_capacity()) p.capacity = sheet.capacity();
  if (sheet.has_read()) p.read = sheet.read();
  if (sheet.has_write()) p.write = sheet.write();
  p.client_read = sheet.client_read();
  p.client_write = sheet.client_write();
  p.latency = sheet.latency();
  if (sheet.has_opens()) p.opens = sheet.opens();
  if (s.has_capacity()) p.capacity = s.capacity();
  if (s.has_read()) p.read = s.read();
  if (s.has_write()) p.write = s.write();
  if (s.has_both()) p.both = s.both();
  return p;
}

}  // namespace

SiteServices::SiteServices(const BuildContext& context, Engine& engine) : context_(context), engine_(engine) {
  const schema::Site& site = context.scenario.site();
  for (const schema::Storage& s : site.storage()) {
    auto service =
        std::make_unique<storage::StoreService>(engine, StoreOf(s, context.library.storage(s.type())));
    if (!stores_.emplace(s.name(), std::move(service)).second)
      context.Error(fmt::format("site.storage[{}].name", s.name()), "is given to two stores");
  }
  if (!site.has_failures()) return;
  failures_ = failure::ProfileOf(context.library.failures(site.failures().rates()));
  std::vector<std::string> spared;
  for (const schema::Workload& w : context.scenario.workloads())
    if (!w.has_train() && !w.has_jobs()) spared.push_back(w.name());
  if (!spared.empty())
    context.Warning("site.failures", fmt::format("strike training and jobs only; these workloads do not fail: {}",
                                                 fmt::join(spared, ", ")));
}

storage::StoreService* SiteServices::Store(const std::string& name, const std::string& path) {
  if (const auto found = stores_.find(name); found != stores_.end()) return found->second.get();
  std::vector<std::string> names;
  for (const auto& [known, store] : stores_) names.push_back(known);
  context_.Error(path, names.empty() ? fmt::format("no store '{}': site.storage is empty", name)
                                     : fmt::format("no store '{}' in site.storage; there is: {}", name,
                                                   fmt::join(names, ", ")));
  return nullptr;
}

std::vector<const storage::StoreService*> SiteServices::stores() const {
  std::vector<const storage::StoreService*> out;
  for (const auto& [name, store] : stores_) out.push_back(store.get());
  return out;
}

failure::FailureShape SiteServices::shape(std::uint32_t accelerators_per_node) const {
  const schema::Failures& f = context_.scenario.site().failures();
  failure::FailureShape out;
  out.accelerators_per_node = std::max(1u, accelerators_per_node);
  if (f.has_lemons()) {
    out.lemon_share = f.lemons().share();
    out.lemon_times = f.lemons().times();
  }
  if (f.has_infancy()) {
    out.infant_times = f.infancy().times();
    out.infant_fades = f.infancy().fades();
  }
  return out;
}

failure::RepairSpread SiteServices::repair_spread() const {
  const std::string& word = context_.scenario.site().failures().repair_spread();
  return word == "fixed" ? failure::RepairSpread::kFixed : word == "lognormal" ? failure::RepairSpread::kLognormal : failure::RepairSpread::kExponential;
}

std::vector<failure::DomainFaults> SiteServices::Domains(std::uint32_t nodes_per_rack, std::uint32_t nodes_per_leaf) const {
  constexpr double kYear = 365.25 * 86400.0;
  const schema::Failures& f = context_.scenario.site().failures();
  std::vector<failure::DomainFaults> out;
  for (int i = 0; i < f.domains_size(); ++i) {
    const schema::FaultDomain& d = f.domains(i);
    const std::string path = fmt::format("site.failures.domains[{}].nodes", i);
    const bool node = d.what() == "node" || d.what() == "nic" || d.what() == "link";
    const std::uint32_t each = d.has_nodes() ? d.nodes() : node ? 1 : d.what() == "rack" ? nodes_per_rack : d.what() == "leaf" ? nodes_per_leaf : 0;
    if (node && each != 1) context_.Error(path, fmt::format("is {}; a {} takes one node", each, d.what()));
    if (each == 0) context_.Error(path, fmt::format("is due for a {}: how many nodes one takes", d.what()));
    out.push_back({d.what(), d.per_year() / kYear, d.repair(), std::max(1u, each)});
  }
  return out;
}

failure::NodePool& SiteServices::Spares(const std::string& node) {
  const schema::Failures& f = context_.scenario.site().failures();
  std::unique_ptr<failure::NodePool>& pool = spares_[node];
  if (!pool)
    pool = std::make_unique<failure::NodePool>(engine_, f.spare_nodes(), f.node_repair(), context_.scenario.seed(),
                                               "site.failures.repair." + node, repair_spread());
  return *pool;
}

}  // namespace headroom::scenario
