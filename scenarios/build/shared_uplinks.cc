#include "scenarios/build/shared_uplinks.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "models/network/contention.h"

namespace headroom::scenario {
namespace {

/// Accelerators below one leaf (all rails of it) of a system.
double LeafSize(const topology::System& system) {
  return std::max<double>(1, system.fabric.nodes_per_leaf * system.spec.accelerators_per_node);
}

/// Bandwidth of a leaf's NICs over that of its cables to other switches: as asked for in a folded Clos network, as its shape
/// has it in a dragonfly and a torus.
double Shortage(const topology::System& system, double oversubscription) {
  return std::max({1.0, oversubscription, system.fabric.leaf_shortage});
}

/// Of the second stage of a folded Clos network of three tiers, for the pods that the leaves lie in.
std::optional<network::LeafTraffic> SpineTraffic(const LeafShares& leaves, const topology::System& system, std::uint32_t where,
                                                 const network::LeafTraffic& leaf) {
  const topology::FabricSummary& f = system.fabric;
  if (f.tiers < 3 || f.spines == 0 || f.spine_core_cables == 0) return std::nullopt;
  const std::uint32_t per_pod = std::max(1u, f.nodes_per_pod / std::max(1u, f.nodes_per_leaf));
  std::map<std::uint32_t, std::uint32_t> pods;
  std::uint32_t most = 0;
  for (const auto& [at, accelerators] : leaves)
    if (at.first == where) most = std::max(most, pods[at.second / per_pod] += accelerators);
  if (pods.size() < 2) return std::nullopt;
  const double share = std::min(1.0, double(f.nodes_per_pod) / system.nodes);  // of the system in a pod
  const double spines = std::max(1.0, f.spines * share);
  network::LeafTraffic t = leaf;
  t.nics = std::max(1.0, f.nics * double(most) / system.accelerators / spines);
  t.uplinks = std::max(1.0, std::floor(double(f.spine_core_cables) / f.spines));
  t.leaves = spines * pods.size();
  return t;
}

}  // namespace

LeafShares LeavesOf(const std::vector<Slice>& slices, const std::vector<SystemStock>& systems,
                    const topology::Facility& site) {
  LeafShares out;
  for (const Slice& s : slices) {
    const SystemStock& system = systems[s.system];
    if (!system.accelerator) continue;
    const std::uint32_t nodes = std::max(1u, site.systems()[s.system].fabric.nodes_per_leaf);
    for (std::uint32_t i = s.first; i < s.first + s.count; ++i) ++out[{s.system, NodeOf(system, i) / nodes}];
  }
  return out;
}

double UplinkShortage(const LeafShares& leaves, const topology::Facility& site, double oversubscription) {
  double worst = 1;
  for (const auto& [leaf, accelerators] : leaves)
    worst = std::max(worst, Shortage(site.systems()[leaf.first], oversubscription) * accelerators /
                                LeafSize(site.systems()[leaf.first]));
  return worst;
}

void FitToLeaves(const LeafShares& leaves, const topology::Facility& site, network::ScaleOutParams* fabric) {
  if (leaves.empty()) return;
  fabric->oversubscription = UplinkShortage(leaves, site, fabric->oversubscription);
  if (leaves.size() < 2) return;
  std::uint32_t most = 0;
  for (const auto& [leaf, accelerators] : leaves) most = std::max(most, accelerators);
  fabric->leaf_accelerators = std::min(fabric->leaf_accelerators, most);
}

double BalanceOn(const LeafShares& leaves, const topology::Facility& site, network::LoadBalancing balancing, double flows,
                 double uplink_rate) {
  if (leaves.size() < 2) return 1.0;
  std::uint32_t most = 0, where = leaves.begin()->first.first;
  for (const auto& [leaf, accelerators] : leaves)
    if (accelerators > most) std::tie(most, where) = std::pair(accelerators, leaf.first);
  const topology::System& system = site.systems()[where];
  const topology::FabricSummary& f = system.fabric;
  if (f.leaves < 2 || f.leaf_spine_cables == 0) return 1.0;
  network::LeafTraffic t;
  t.nics = f.accelerators_per_leaf * std::min(1.0, most / LeafSize(system));
  t.nic_rate = f.nic_rate;
  t.uplinks = std::max(1.0, std::floor(f.spines > 0 ? double(f.leaf_spine_cables) / f.leaves : 2.0 * f.leaf_spine_cables / f.leaves));
  t.uplink_rate = uplink_rate;
  t.flows = flows;
  t.leaves = double(leaves.size()) * (f.rails ? std::max(1u, system.spec.accelerators_per_node) : 1);
  double slowest = network::SlowestShare(balancing, t);
  if (const auto above = SpineTraffic(leaves, system, where, t)) slowest = std::min(slowest, network::SlowestShare(balancing, *above));
  return slowest;
}

SharedUplinks::SharedUplinks(const std::vector<std::unique_ptr<Work>>& works,
                             const std::vector<std::vector<Slice>>& slices, const std::vector<SystemStock>& systems,
                             const topology::Facility& site, double oversubscription)
    : works_(works),
      slices_(slices),
      systems_(systems),
      site_(site),
      oversubscription_(oversubscription),
      nic_share_(works.size(), 1.0),
      running_(works.size(), false),
      stretch_(works.size(), 1.0) {
  FindLeaves();
}

void SharedUplinks::AddMember(std::size_t member, const LeafShares& leaves) {
  for (const auto& [leaf, accelerators] : leaves) {
    const topology::System& system = site_.systems()[leaf.first];
    Leaf& l = all_[leaf];
    l.nic = system.fabric.nic_rate;
    l.uplinks = LeafSize(system) * l.nic / scenario::Shortage(system, oversubscription_);
    l.short_of = scenario::Shortage(system, oversubscription_) > 1.0;
    l.members.push_back({member, accelerators});
  }
}

void SharedUplinks::FindLeaves() {
  all_.clear();
  for (std::size_t w = 0; w < works_.size(); ++w) {
    const LeafShares mine = LeavesOf(slices_[w], systems_, site_);
    nic_share_[w] = 1.0 / UplinkShortage(mine, site_, oversubscription_);
    AddMember(w, mine);
  }
  leaves_.clear();
  for (const auto& [id, party] : joined_) AddMember(id, party.leaves);
  for (const auto& [place, leaf] : all_) {
    const bool known = std::any_of(leaves_.begin(), leaves_.end(), [&](const Leaf& l) {
      return l.members == leaf.members && l.uplinks == leaf.uplinks;
    });
    if (leaf.members.size() > 1 && leaf.short_of && !known) leaves_.push_back(leaf);
  }
}

void SharedUplinks::Place(std::size_t work, const std::vector<Slice>& slices, Instant now) {
  slices_[work] = slices;
  FindLeaves();
  running_[work] = true;
  Share();
  if (lost_.any()) Tell(work, now);
}

void SharedUplinks::Lose(LostSwitches lost, Instant now) {
  if (!lost.any() && !lost_.any()) return;
  lost_ = std::move(lost);
  for (std::size_t w = 0; w < works_.size(); ++w) Tell(w, now);
}

void SharedUplinks::Tell(std::size_t w, Instant now) {
  const FabricLoss loss = LossOf(lost_, slices_[w], systems_, site_);
  works_[w]->SetUplinkStretch(stretch_[w] * loss.uplink);
  works_[w]->SetFabricLoss(loss, now);
}

void SharedUplinks::BeginAll() {
  running_.assign(works_.size(), true);
  Share();
}

void SharedUplinks::End(std::size_t work) {
  running_[work] = false;
  Share();
}

double SharedUplinks::Shortage(const std::vector<Slice>& slices) const {
  const LeafShares leaves = LeavesOf(slices, systems_, site_);
  return leaves.size() < 2 ? 0.0 : UplinkShortage(leaves, site_, oversubscription_);
}

std::size_t SharedUplinks::Join(const std::vector<Slice>& slices, UplinkUse use, std::function<void(double)> stretch) {
  const LeafShares leaves = LeavesOf(slices, systems_, site_);
  const std::size_t id = works_.size() + next_++;
  joined_.emplace(id, Joined{leaves, UplinkShortage(leaves, site_, oversubscription_), use, std::move(stretch)});
  return id;
}

void SharedUplinks::Share() {
  if (next_ > 0) FindLeaves();
  if (leaves_.empty()) {
    for (const auto& [id, party] : joined_) party.stretch(1.0);
    return;
  }
  std::vector<double> links;
  std::vector<network::CyclicJob> jobs;
  std::vector<std::size_t> of_job;
  std::vector<UplinkUse> uses;
  std::map<std::size_t, std::size_t> job_of;
  const auto enter = [&](std::size_t member, const UplinkUse& use) {
    if (use.transfer <= 0) return;
    job_of[member] = jobs.size();
    jobs.push_back({use.cycle - use.transfer, {}});
    of_job.push_back(member);
    uses.push_back(use);
  };
  for (std::size_t w = 0; w < works_.size(); ++w)
    if (running_[w]) enter(w, works_[w]->uplink_use());
  for (const auto& [id, party] : joined_) enter(id, party.use);
  for (const Leaf& leaf : leaves_) {
    for (const auto& [w, accelerators] : leaf.members) {
      const auto job = job_of.find(w);
      if (job == job_of.end()) continue;
      const double rate = accelerators * leaf.nic * (w < works_.size() ? nic_share_[w] : 1.0 / joined_.at(w).shortage);
      jobs[job->second].loads.push_back({static_cast<std::uint32_t>(links.size()), rate * uses[job->second].transfer, rate,
                                         static_cast<double>(accelerators)});
    }
    links.push_back(leaf.uplinks);
  }
  if (jobs.empty()) return;
  // A workload on no shared leaf still transfers for as long as alone.
  for (std::size_t j = 0; j < jobs.size(); ++j)
    if (jobs[j].loads.empty()) jobs[j].free = uses[j].cycle;
  const std::vector<double> cycles = network::SharedCycles(links, jobs);
  for (std::size_t j = 0; j < jobs.size(); ++j) {
    const double stretch = std::max(1.0, 1.0 + (cycles[j] - uses[j].cycle) / uses[j].transfer);
    const std::size_t w = of_job[j];
    if (w >= works_.size()) {
      joined_.at(w).stretch(stretch);
      continue;
    }
    stretch_[w] = stretch;
    works_[w]->SetUplinkStretch(stretch * (lost_.any() ? LossOf(lost_, slices_[w], systems_, site_).uplink : 1.0));
  }
}

}  // namespace headroom::scenario
