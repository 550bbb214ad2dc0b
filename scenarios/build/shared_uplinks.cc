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

double PodSize(const topology::System& system) {
  return std::max<double>(1, system.fabric.nodes_per_pod * system.spec.accelerators_per_node);
}

std::uint32_t PodOf(const topology::System& system, std::uint32_t leaf) {
  return leaf / std::max(1u, system.fabric.nodes_per_pod / std::max(1u, system.fabric.nodes_per_leaf));
}

/// Accelerators by pod (a dragonfly's group) of a system with several; none of work that stays in one.
LeafShares PodsOf(const LeafShares& leaves, const topology::Facility& site) {
  LeafShares pods, out;
  std::map<std::uint32_t, std::uint32_t> of_system;
  for (const auto& [leaf, accelerators] : leaves) {
    const topology::System& system = site.systems()[leaf.first];
    if (system.fabric.tiers >= 3) pods[{leaf.first, PodOf(system, leaf.second)}] += accelerators;
  }
  for (const auto& [pod, accelerators] : pods) ++of_system[pod.first];
  for (const auto& [pod, accelerators] : pods)
    if (of_system[pod.first] > 1) out[pod] = accelerators;
  return out;
}

/// How many times the cables of its fullest pod to others are short of the NICs that work holds there.
double PodShortage(const LeafShares& pods, const topology::Facility& site) {
  double worst = 1;
  for (const auto& [pod, accelerators] : pods) {
    const topology::System& system = site.systems()[pod.first];
    worst = std::max(worst, system.fabric.pod_shortage * accelerators / PodSize(system));
  }
  return worst;
}

/// Between the pods that the leaves lie in: the second stage of a folded Clos network, or the cables that minimal routes take
/// from a dragonfly's group to the next.
std::optional<network::LeafTraffic> SpineTraffic(const LeafShares& leaves, const topology::System& system, std::uint32_t where,
                                                 const network::LeafTraffic& leaf) {
  const topology::FabricSummary& f = system.fabric;
  if (f.tiers < 3 || f.spine_core_cables == 0) return std::nullopt;
  std::map<std::uint32_t, std::uint32_t> pods;
  std::uint32_t most = 0;
  for (const auto& [at, accelerators] : leaves)
    if (at.first == where) most = std::max(most, pods[PodOf(system, at.second)] += accelerators);
  if (pods.size() < 2) return std::nullopt;
  if (f.spines == 0) {
    network::LeafTraffic t = leaf;
    t.nics = std::max(1.0, f.nics * double(most) / system.accelerators);
    t.uplinks = std::max(1u, f.neighbour_group_cables);
    t.leaves = pods.size();
    return t;
  }
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
  const auto fullest = [](const LeafShares& shares) {
    std::uint32_t most = 0;
    for (const auto& [place, accelerators] : shares) most = std::max(most, accelerators);
    return most;
  };
  const double share = fullest(leaves) / LeafSize(site.systems()[leaves.begin()->first.first]);
  fabric->oversubscription = UplinkShortage(leaves, site, fabric->oversubscription);
  if (fabric->exchange_shortage > 0) fabric->exchange_shortage = std::max(1.0, fabric->exchange_shortage * std::min(1.0, share));
  if (leaves.size() < 2) return;
  fabric->leaf_accelerators = std::min(fabric->leaf_accelerators, fullest(leaves));
  const LeafShares pods = PodsOf(leaves, site);
  if (pods.empty()) return;
  fabric->pod_shortage = PodShortage(pods, site);
  fabric->pod_accelerators = std::min(fabric->pod_accelerators, fullest(pods));
}

network::FabricParams FabricOn(const BuildContext& context, const BuiltFacility& facility, const std::vector<SystemStock>& systems,
                               const std::vector<Slice>& slices) {
  const std::uint32_t system = slices.front().system;
  network::FabricParams fabric = FabricFor(context, facility, system, systems[system]);
  const LeafShares leaves = LeavesOf(slices, systems, *facility.site);
  FitToLeaves(leaves, *facility.site, &fabric.scale_out);
  const catalog::Switch& sheet = SwitchFor(context, systems);
  fabric.scale_out.balance = BalanceOn(leaves, *facility.site, BalancingOf(context, sheet),
                                       context.scenario.site().fabric().flows(), sheet.rate());
  return fabric;
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
  const double cables = (f.spines > 0 ? 1.0 : 2.0) * f.leaf_spine_cables / f.leaves;
  t.uplinks = f.neighbour_cables > 0 ? f.neighbour_cables : std::max(1.0, std::floor(cables));
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
  for (const auto& [pod, accelerators] : PodsOf(leaves, site_)) {
    const topology::System& system = site_.systems()[pod.first];
    if (system.fabric.pod_shortage <= 1.0) continue;
    Leaf& l = pods_[pod];
    l.nic = system.fabric.nic_rate;
    l.uplinks = PodSize(system) * l.nic / system.fabric.pod_shortage;
    l.short_of = true;
    l.members.push_back({member, accelerators});
  }
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
  pods_.clear();
  for (std::size_t w = 0; w < works_.size(); ++w) {
    const LeafShares mine = LeavesOf(slices_[w], systems_, site_);
    nic_share_[w] = 1.0 / ShortageOf(mine);
    AddMember(w, mine);
  }
  leaves_.clear();
  for (const auto& [id, party] : joined_) AddMember(id, party.leaves);
  for (const auto* tier : {&all_, &pods_}) {
    for (const auto& [place, leaf] : *tier) {
      const bool known = std::any_of(leaves_.begin(), leaves_.end(), [&](const Leaf& l) {
        return l.members == leaf.members && l.uplinks == leaf.uplinks;
      });
      if (leaf.members.size() > 1 && leaf.short_of && !known) leaves_.push_back(leaf);
    }
  }
}

double SharedUplinks::ShortageOf(const LeafShares& leaves) const {
  return std::max(UplinkShortage(leaves, site_, oversubscription_), PodShortage(PodsOf(leaves, site_), site_));
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
  return leaves.size() < 2 ? 0.0 : ShortageOf(leaves);
}

std::size_t SharedUplinks::Join(const std::vector<Slice>& slices, UplinkUse use, std::function<void(double)> stretch) {
  const LeafShares leaves = LeavesOf(slices, systems_, site_);
  const std::size_t id = works_.size() + next_++;
  joined_.emplace(id, Joined{leaves, ShortageOf(leaves), use, std::move(stretch)});
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
