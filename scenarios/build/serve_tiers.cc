#include "scenarios/build/serve_tiers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "scenarios/build/site_services.h"

namespace headroom::scenario {
namespace {

using serving::TransferLink;
using serving::TransferPath;

constexpr double kDriveBytes = 3.84e12;  ///< of one NVMe drive, as sold for servers of this kind
constexpr double kCxl = 55e9;            ///< B/s of a node's expander behind PCIe 5 x16; assumed

/// Node of each accelerator of the workload, by system and node.
std::vector<std::pair<std::uint32_t, std::uint32_t>> NodesOf(const WorkSite& site) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> nodes;
  for (const Slice& s : site.slices)
    for (std::uint32_t i = 0; i < s.count; ++i) nodes.emplace_back(s.system, NodeOf(site.systems[s.system], s.first + i));
  return nodes;
}

class TierPlanner {
 public:
  TierPlanner(const WorkSite& site, std::uint32_t replicas, std::uint32_t accelerators, double unit_bytes)
      : site_(site), accelerators_(accelerators), nodes_(NodesOf(site)) {
    plan_.unit_bytes = unit_bytes;
    plan_.replicas.resize(replicas);
    for (std::uint32_t r = 0; r < replicas; ++r) {
      const double rate = site.system.accelerator->host_link() * accelerators;
      to_device_.push_back(Link(rate));
      from_device_.push_back(Link(rate));
    }
  }

  void Add(const schema::KvTier& t, const std::string& path) {
    const bool remote = t.memory() == "remote";
    const bool shares_host = t.memory() != "remote";
    double read = 0.0, write = 0.0, latency = 10e-6;
    const catalog::Node& node = *site_.system.node;
    if (t.memory() == "cxl") read = write = kCxl;
    if (t.memory() == "nvme") {
      const storage::StoreParams drive = DriveRates();
      const double drives = std::max(1.0, node.nvme() / kDriveBytes);
      read = drives * drive.client_read;
      write = drives * drive.client_write;
      latency = drive.latency;
    }
    if (remote && !Remote(t, path, &read, &write, &latency)) return;
    if (t.has_read()) read = t.read();
    if (t.has_write()) write = t.write();
    if (t.has_latency()) latency = t.latency();
    CheckRoom(t, path);

    serving::KvTier* common = remote ? Tier(t) : nullptr;
    TransferLink* store[2] = {remote ? Link(read) : nullptr, remote ? Link(write) : nullptr};
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<TransferLink*, TransferLink*>> by_node;
    const double nic = node.nic() > 0 ? node.nic() : site_.system.accelerator->nic() * site_.system.accelerators_per_node;
    for (std::uint32_t r = 0; r < plan_.replicas.size(); ++r) {
      serving::KvTierAccess access;
      access.tier = remote ? common : Tier(t);
      access.shared = remote;
      access.read.latency = access.write.latency = access.ahead.latency = latency;
      if (shares_host) {
        access.read.parts.push_back({to_device_[r], 1.0});
        if (plan_.replicas[r].empty()) access.write.parts.push_back({from_device_[r], 1.0});
      } else {
        access.read.parts.push_back({store[0], 1.0});
        access.ahead.parts.push_back({store[0], 1.0});
        access.write.parts.push_back({store[1], 1.0});
      }
      // Each accelerator's part lies on its own node.
      if (remote || read > 0.0)
        for (const auto& [where, share] : Shares(r)) {
          auto& links = by_node[where];
          if (links.first == nullptr) links = {Link(remote ? nic : read), Link(remote ? nic : write)};
          access.read.parts.push_back({links.first, share});
          access.ahead.parts.push_back({links.first, share});
          access.write.parts.push_back({links.second, share});
        }
      plan_.replicas[r].push_back(std::move(access));
    }
  }

  serving::KvTierPlan Take() { return std::move(plan_); }

 private:
  TransferLink* Link(double rate) {
    plan_.links.push_back(std::make_unique<TransferLink>(rate));
    return plan_.links.back().get();
  }
  serving::KvTier* Tier(const schema::KvTier& t) {
    const auto units = static_cast<std::uint64_t>(t.capacity() / plan_.unit_bytes);
    plan_.tiers.push_back(std::make_unique<serving::KvTier>(t.memory(), units, serving::EvictionFromName(t.eviction())));
    return plan_.tiers.back().get();
  }
  storage::StoreParams DriveRates() const {
    const catalog::Storage& sheet = site_.context.library.storage("local-nvme");
    storage::StoreParams drive;
    drive.client_read = sheet.client_read();
    drive.client_write = sheet.client_write();
    drive.latency = sheet.latency();
    return drive;
  }
  bool Remote(const schema::KvTier& t, const std::string& path, double* read, double* write, double* latency) const {
    if (t.store().empty()) {
      if (t.has_read() && t.has_write()) return true;
      site_.context.Error(path, "remote needs a store of the site, or read and write");
      return false;
    }
    const storage::StoreService* store = site_.services.Store(t.store(), path + ".store");
    if (store == nullptr) return false;
    *read = store->params().read;
    *write = store->params().write;
    *latency = store->params().latency;
    return true;
  }
  /// What the replicas of one node ask for against what it has.
  void CheckRoom(const schema::KvTier& t, const std::string& path) const {
    const catalog::Node& node = *site_.system.node;
    const double there = t.memory() == "host" ? node.host_memory() : t.memory() == "nvme" ? node.nvme() : 0.0;
    const double on_node = std::max(1.0, static_cast<double>(site_.system.accelerators_per_node) / accelerators_);
    const double asked = t.capacity() * std::min<double>(on_node, static_cast<double>(plan_.replicas.size()));
    const double nodes = std::max(1.0, static_cast<double>(accelerators_) / site_.system.accelerators_per_node);
    if (there > 0.0 && asked > there * nodes)
      site_.context.Warning(path + ".capacity", fmt::format("{:.3g} TB for the replicas of a node are more than the {:.3g} TB that {} has",
                                                            asked / nodes * 1e-12, there * 1e-12, node.name()));
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> Shares(std::uint32_t replica) const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> shares;
    for (std::uint32_t i = 0; i < accelerators_; ++i)
      shares[nodes_[std::size_t{replica} * accelerators_ + i]] += 1.0 / accelerators_;
    return shares;
  }

  const WorkSite& site_;
  std::uint32_t accelerators_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> nodes_;
  std::vector<TransferLink*> to_device_, from_device_;
  serving::KvTierPlan plan_;
};

}  // namespace

serving::KvTierPlan PlanTiers(const WorkSite& site, std::uint32_t replicas, std::uint32_t accelerators, std::uint32_t unit_tokens,
                              double bytes_per_token) {
  const schema::KvCacheConfig& cache = site.workload.serve().kv_cache();
  const std::string path = site.path + ".serve.kv_cache.tiers";
  if (cache.tiers().empty()) return {};
  if (!cache.prefix_caching()) {
    site.context.Error(path, "keep prefixes for later requests, and prefix_caching is off");
    return {};
  }
  for (int i = 1; i < cache.tiers_size(); ++i) {
    const std::string &above = cache.tiers(i - 1).memory(), &below = cache.tiers(i).memory();
    const bool beside = below == "host" || below == "cxl";  // in reach of the processors' loads
    if (beside && (above == "nvme" || above == "remote"))
      site.context.Error(fmt::format("{}[{}].memory", path, i), fmt::format("{} comes after {}; tiers stand fastest first", below, above));
  }
  TierPlanner planner(site, replicas, accelerators, unit_tokens * bytes_per_token);
  for (int i = 0; i < cache.tiers_size(); ++i) planner.Add(cache.tiers(i), fmt::format("{}[{}]", path, i));
  return planner.Take();
}

}  // namespace headroom::scenario
