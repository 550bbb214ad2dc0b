#include "scenarios/build/serve_groups.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "models/llm/layer.h"

namespace headroom::scenario {
namespace {

/// Leaf of each of the workload's accelerators, numbered over all systems in the order of the file.
std::vector<std::uint32_t> LeavesOfAccelerators(const WorkSite& site) {
  std::vector<std::uint32_t> leaves;
  const std::uint32_t nodes = std::max(1u, site.nodes_per_leaf);
  for (const Slice& s : site.slices)
    for (std::uint32_t i = 0; i < s.count; ++i)
      leaves.push_back(s.system << 16 | NodeOf(site.systems[s.system], s.first + i) / nodes);
  std::vector<std::uint32_t> seen = leaves;
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  for (std::uint32_t& leaf : leaves)
    leaf = static_cast<std::uint32_t>(std::lower_bound(seen.begin(), seen.end(), leaf) - seen.begin());
  return leaves;
}

/// B/s of the uplinks of a leaf; 0 where they carry all that its NICs send.
double UplinksOf(const WorkSite& site) {
  const double oversubscription = site.context.scenario.site().fabric().oversubscription();
  if (oversubscription <= 1.0 || site.nodes_per_leaf == 0) return 0.0;
  const network::ScaleOutParams& out = site.fabric.scale_out;
  return site.nodes_per_leaf * site.system.accelerators_per_node * out.nic * out.efficiency / oversubscription;
}

std::uint32_t PoolAccelerators(const schema::Pools& pools) {
  std::uint32_t n = 0;
  for (const schema::Pool* pool : {&pools.prefill(), &pools.decode()})
    n += std::max(pool->replicas().count(), pool->replicas().max()) * ParallelismOf(pool->parallelism()).accelerators();
  return n;
}

/// Where the replica stands that begins with accelerator `first` of a workload.
serving::KvTransferParams::Place KvPlaceOf(const WorkSite& site, std::uint32_t first) {
  const double pod = site.fabric.scale_out.pod_accelerators;
  for (const Slice& slice : site.slices) {
    if (first >= slice.count) {
      first -= slice.count;
      continue;
    }
    const SystemStock& system = site.systems[slice.system];
    const std::uint32_t node = NodeOf(system, slice.first + first);
    const std::uint32_t leaf = node / std::max(1u, site.nodes_per_leaf);
    return {leaf, pod > 0 ? static_cast<std::uint32_t>(node * system.accelerators_per_node / pod) : 0};
  }
  return {};
}

}  // namespace

serving::AutoscaleParams ScaleOf(const schema::Replicas& r) { return {r.min(), r.max(), r.scale_on().outstanding(), r.start_up()}; }

namespace {

bool Scaled(const schema::Replicas& r) { return r.has_min() || r.has_max() || r.has_scale_on() || r.has_start_up(); }

/// A fixed number, or everything that autoscaling takes.
void CheckScaling(const WorkSite& site, const schema::Replicas& r, const std::string& path) {
  if (!Scaled(r)) return;
  if (r.has_count()) site.context.Error(path + ".count", "is a fixed number, and min, max, scale_on or start_up ask for a changing one");
  for (const auto& [has, key] : {std::pair(r.has_min(), "min"), std::pair(r.has_max(), "max"),
                                 std::pair(r.scale_on().has_outstanding(), "scale_on.outstanding"),
                                 std::pair(r.has_start_up(), "start_up")})
    if (!has) site.context.Error(fmt::format("{}.{}", path, key), "is needed; autoscaling takes min, max, scale_on.outstanding and start_up");
  if (r.has_min() && r.has_max() && r.min() > r.max())
    site.context.Error(path + ".min", fmt::format("is {}; it must be at most max, which is {}", r.min(), r.max()));
}

}  // namespace

bool CheckReplicas(const WorkSite& site) {
  const schema::Serve& s = site.workload.serve();
  const schema::Replicas& r = s.replicas();
  const std::string path = site.path + ".serve.";
  const auto wrong = [&](const std::string& key, const std::string& text) { site.context.Error(path + key, text); };
  const bool scaled = Scaled(r);
  if (s.has_pools()) {
    if (scaled || r.has_count()) wrong("replicas", "is given, and so are pools; the pools have their own replicas");
    if (ParallelismOf(s.parallelism()).accelerators() != 1)
      wrong("parallelism", "is given, and so are pools; each pool has its own");
  } else {
    CheckScaling(site, r, path + "replicas");
  }
  if (s.has_sharing()) {
    if (s.models_size() == 0) wrong("sharing", "is given, and there are no further models");
    for (const auto& [has, key] : {std::pair(s.has_pools(), "pools"), std::pair(scaled, "replicas.max"),
                                   std::pair(s.kv_cache().tiers_size() > 0, "kv_cache.tiers")})
      if (has) wrong("sharing", fmt::format("is given, and so is {}; models that share accelerators are not simulated with it", key));
  }
  return site.context.diagnostics.ok();
}

std::uint32_t AcceleratorsOf(const schema::Serve& s) {
  const std::uint32_t now = std::max(s.replicas().count(), s.replicas().max());
  const std::uint32_t size = ParallelismOf(s.parallelism()).accelerators();
  std::uint32_t n = s.has_pools() ? PoolAccelerators(s.pools()) : now * size;
  if (n == 0) return 0;
  const std::uint32_t first = n;
  if (!s.has_sharing())
    for (const schema::ServedModel& m : s.models())
      n += m.has_pools() ? PoolAccelerators(m.pools()) : m.replicas() * ParallelismOf(m.parallelism()).accelerators();
  if (!s.has_rollout()) return n;
  if (s.rollout().has_pools()) return n + PoolAccelerators(s.rollout().pools());
  return n + (s.has_pools() ? first : (s.rollout().has_replicas() ? s.rollout().replicas() : now) * size);
}

compute::Precision PrecisionOf(const WorkSite& site, const compute::KernelModel& kernels, const std::string& name,
                               const std::string& path) {
  const compute::Precision precision = compute::PrecisionFromName(name);
  if (kernels.Supports(precision)) return precision;
  std::vector<std::string> rates;
  for (const char* rate : {"fp16", "bf16", "fp8", "mxfp8", "nvfp4", "mxfp4"})
    if (kernels.Supports(compute::PrecisionFromName(rate))) rates.push_back(rate);
  site.context.Error(path, fmt::format("{} has no {} rate; it has {}", site.system.accelerator->name(), name, fmt::join(rates, ", ")));
  return precision;
}

void AddPools(const WorkSite& site, const schema::Pools& pools, const std::string& path, GroupPlan& group, bool scales) {
  if (site.fabric.scale_out.nic <= 0.0)
    site.context.Error(path, fmt::format("need a network between nodes, and {} has none", site.system.name));
  group.parallelism = ParallelismOf(pools.prefill().parallelism());
  group.decode = PoolPlan{ParallelismOf(pools.decode().parallelism()), 0, pools.transfer() == "layer-wise",
                          pools.decode_router() == "round-robin"};
  for (const auto& [name, pool, number, scale] : {std::tuple("prefill", &pools.prefill(), &group.replicas, &group.scale),
                                                  std::tuple("decode", &pools.decode(), &group.decode->replicas, &group.decode->scale)}) {
    const std::string at = fmt::format("{}.{}.replicas", path, name);
    const schema::Replicas& r = pool->replicas();
    if (!r.has_count() && !Scaled(r)) site.context.Error(at, "is needed");
    if (!r.load_from().empty()) site.context.Error(at + ".load_from", "is of all replicas; give replicas.load_from of the deployment");
    if (Scaled(r) && !scales) site.context.Error(at, "change, which only those of the first model's pools do");
    CheckScaling(site, r, at);
    *number = r.has_max() ? r.max() : r.count();
    *scale = std::nullopt;
    if (r.has_max()) *scale = ScaleOf(r);
  }
  CheckParallelism(site, path + ".prefill", group.parallelism, group.kind.model);
  CheckParallelism(site, path + ".decode", group.decode->parallelism, group.kind.model);
}

void AddGroups(const WorkSite& site, std::vector<GroupPlan>& groups) {
  const schema::Serve& s = site.workload.serve();
  const std::string path = site.path + ".serve.";
  const GroupPlan first = groups[0];
  if (s.models_size() > 0 && s.has_rollout()) site.context.Error(path + "rollout", "is given, and so are models; give one of them");
  if (s.models_size() > 200) site.context.Error(path + "models", "are over 200");
  const bool resident = s.has_sharing() && s.sharing().how() == "resident";
  double left = 1.0;
  for (int i = 0; i < s.models_size(); ++i) {
    const schema::ServedModel& m = s.models(i);
    const std::string at = fmt::format("{}models[{}]", path, i);
    GroupPlan group = first;
    group.decode = {};
    group.scale = {};
    group.kind.blocks = 0;
    group.kind.model = ModelOf(site, m.model(), at + ".model");
    group.kind.speculation = {};
    group.kind.draft = nullptr;
    group.kind.adapters = {};
    const auto taken = [&](const GroupPlan& g) { return g.name == group.kind.model.name; };
    const bool again = std::any_of(groups.begin(), groups.end(), taken);
    group.name = again ? fmt::format("{}-{}", group.kind.model.name, i + 2) : group.kind.model.name;
    group.share = m.share();
    if (!m.precision().empty()) group.kind.precision = PrecisionOf(site, *first.kind.kernels, m.precision(), at + ".precision");
    if (m.has_memory() && !resident) site.context.Error(at + ".memory", "is given, and models do not share device memory");
    if (!site.context.diagnostics.ok()) return;
    if (m.has_pools()) {
      if (m.has_replicas() || ParallelismOf(m.parallelism()).accelerators() != 1 || s.has_sharing())
        site.context.Error(at + ".pools", "are given, and so are replicas, a parallelism or sharing; give one of them");
      AddPools(site, m.pools(), at + ".pools", group);
    } else {
      group.parallelism = ParallelismOf(m.parallelism());
      group.replicas = s.has_sharing() ? first.replicas : m.replicas();
      if (!m.has_replicas() && !s.has_sharing()) site.context.Error(at + ".replicas", "is needed, or pools");
      if (s.has_sharing() && m.has_replicas() && m.replicas() != first.replicas)
        site.context.Error(at + ".replicas", fmt::format("is {}; models that share accelerators have one on each of the {} of the first",
                                                         m.replicas(), first.replicas));
      if (s.has_sharing() && group.size() != first.size())
        site.context.Error(at + ".parallelism", fmt::format("takes {} accelerators; it shares the {} of the first model's replica",
                                                            group.size(), first.size()));
      CheckParallelism(site, at, group.parallelism, group.kind.model);
    }
    if (resident) left -= group.kind.memory = m.has_memory() ? m.memory() : 1.0 / (s.models_size() + 1);
    groups.push_back(std::move(group));
  }
  if (resident) groups[0].kind.memory = left;
  if (left <= 0.0)
    site.context.Error(path + "models", fmt::format("take {:.0f} % of device memory together; nothing is left for the first", 100.0 * (1.0 - left)));
  if (s.has_sharing() && s.sharing().how() == "swapped" && site.system.accelerator->host_link() <= 0.0)
    site.context.Error(path + "sharing", fmt::format("brings weights from host memory, and {} has no host_link", site.system.accelerator->name()));
  if (!s.has_rollout()) return;
  GroupPlan next = first;
  next.scale = {};
  if (next.decode) next.decode->scale = {};
  next.name = "new";
  const schema::Rollout& r = s.rollout();
  if (r.has_model()) next.kind.model = ModelOf(site, r.model(), path + "rollout.model");
  if (r.has_replicas()) next.replicas = r.replicas();
  if (r.has_replicas() && s.has_pools()) site.context.Error(path + "rollout.replicas", "is given, and so are pools; give rollout.pools");
  if (!r.precision().empty())
    next.kind.precision = PrecisionOf(site, *first.kind.kernels, r.precision(), path + "rollout.precision");
  if (!site.context.diagnostics.ok()) return;
  if (r.has_pools()) {
    if (!s.has_pools()) site.context.Error(path + "rollout.pools", "are given, and the old version has none");
    AddPools(site, r.pools(), path + "rollout.pools", next);
  } else {
    CheckParallelism(site, path + "rollout.model", next.parallelism, next.kind.model);
    if (next.decode) CheckParallelism(site, path + "rollout.model", next.decode->parallelism, next.kind.model);
  }
  groups.push_back(std::move(next));
}

serving::DecodePool DecodersOf(const GroupPlan& group, std::vector<serving::ReplicaPlace> places, std::uint32_t first,
                               std::uint32_t decoders) {
  const WorkSite& site = group.kind.site;
  const PoolPlan& pool = *group.decode;
  serving::DecodePool out;
  out.cost = group.kind.Cost(pool.parallelism);
  out.replica = group.kind.Replica(pool.parallelism, group.kind.Budget(pool.parallelism));
  out.places = std::move(places);
  out.in_turn = pool.in_turn;
  out.autoscale = pool.scale;
  out.transfer = group.kind.Transfer(group.size(), pool.size(), pool.layer_wise);
  for (std::uint32_t i = 0; i < group.replicas; ++i) out.transfer.senders.push_back(KvPlaceOf(site, first + i * group.size()));
  for (std::uint32_t i = 0; i < pool.replicas; ++i) out.transfer.receivers.push_back(KvPlaceOf(site, decoders + i * pool.size()));
  const std::vector<std::uint32_t> leaves = LeavesOfAccelerators(site);
  if (leaves.empty() || std::all_of(leaves.begin(), leaves.end(), [&](std::uint32_t l) { return l == leaves[0]; })) return out;
  out.leaves.uplinks = UplinksOf(site);
  for (std::uint32_t i = 0; i < group.replicas; ++i) out.leaves.senders.push_back(leaves[first + i * group.size()]);
  for (std::uint32_t i = 0; i < pool.replicas; ++i) out.leaves.receivers.push_back(leaves[decoders + i * pool.size()]);
  return out;
}

double LeafTraffic(const WorkSite& site, const std::vector<GroupPlan>& groups, double prompt_rate) {
  const std::vector<std::uint32_t> leaves = LeavesOfAccelerators(site);
  double shares = 0.0, seconds = 0.0;
  for (const GroupPlan& g : groups) shares += g.share;
  std::uint32_t at = 0, behind = 0;
  for (const GroupPlan& g : groups) behind += g.replicas * g.size();
  for (const GroupPlan& g : groups) {
    const std::uint32_t first = at;
    at += g.replicas * g.size();
    if (!g.decode) continue;
    const std::uint32_t readers = g.replicas * g.size(), writers = g.decode->replicas * g.decode->size();
    double apart = 0.0;
    for (std::uint32_t i = 0; i < readers; ++i)
      for (std::uint32_t k = 0; k < writers; ++k) apart += leaves[first + i] != leaves[behind + k];
    behind += writers;
    const double bytes = g.share / shares * prompt_rate * llm::KvBytesPerToken(g.kind.model, g.kind.kv_bytes);
    // With the uplinks to themselves NICs send at what these leave them.
    const double nic = site.fabric.scale_out.nic / std::max(1.0, site.fabric.scale_out.oversubscription);
    seconds += bytes * apart / (double(readers) * writers) / (0.5 * (readers + writers) * nic);
  }
  return std::min(seconds, 0.99);
}

}  // namespace headroom::scenario
