#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "models/network/load_balance.h"
#include "scenarios/build/facility_builder.h"
#include "scenarios/build/fabric_loss.h"
#include "scenarios/build/work.h"
#include "topology/facility.h"

namespace headroom::scenario {

/// Accelerators of a workload by leaf: (system, leaf within it).
using LeafShares = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>;
LeafShares LeavesOf(const std::vector<Slice>& slices, const std::vector<SystemStock>& systems,
                    const topology::Facility& site);

/// How many times the uplinks of its fullest leaf (in a dragonfly or torus its cables to other switches) are short of the NICs
/// that the workload holds there, with nobody else on it: the shortage of the fabric times its share of the leaf; 1 where
/// they suffice.
double UplinkShortage(const LeafShares& leaves, const topology::Facility& site, double oversubscription);
/// The fabric as a workload finds it that lies so: its shortage of uplinks, and how many of its accelerators one leaf takes.
void FitToLeaves(const LeafShares& leaves, const topology::Facility& site, network::ScaleOutParams* fabric);
/// The network as work on these slices finds it, with its shortages and how its flows collide.
network::FabricParams FabricOn(const BuildContext& context, const BuiltFacility& facility, const std::vector<SystemStock>& systems,
                               const std::vector<Slice>& slices);
/// Rate of the slowest of its flows over an even spread (models/network/load_balance.h), on its fullest leaf and, where it
/// lies in several pods, between their spines and the cores (or groups of a dragonfly).
double BalanceOn(const LeafShares& leaves, const topology::Facility& site, network::LoadBalancing balancing, double flows,
                 double uplink_rate);

/// The uplinks of leaves that several workloads share, and the cables between groups of a dragonfly. Those above the spines of
/// a folded Clos network are as many as below, so that they carry all that leaves let through.
///
/// While the workloads on a leaf run, their transfers between leaves are weighted max-min fair over its uplinks
/// (models/network/contention.h); each is told how many times longer its transfers take than alone. Looked at anew where a
/// workload begins or ends. Uplinks that no two workloads share, or that are not short, cost nothing.
class SharedUplinks {
 public:
  /// `works` as the scenario lists them; all of them outlive it.
  SharedUplinks(const std::vector<std::unique_ptr<Work>>& works, const std::vector<std::vector<Slice>>& slices,
                const std::vector<SystemStock>& systems, const topology::Facility& site, double oversubscription);
  /// All workloads begin now.
  void BeginAll();
  /// A workload that began before it was placed (it queued) lies on these slices from now on.
  void Place(std::size_t work, const std::vector<Slice>& slices, Instant now);
  void End(std::size_t work);
  /// These switches pass no traffic from now on.
  void Lose(LostSwitches lost, Instant now);
  /// A job within a workload comes to lie on these slices, and goes; `stretch` is called by Share(). The shares of all are
  /// looked at by the next call of it.
  std::size_t Join(const std::vector<Slice>& slices, UplinkUse use, std::function<void(double)> stretch);
  void Leave(std::size_t id) { joined_.erase(id); }
  /// How many times longer than at its NICs' full rate work on these slices transfers with nobody else there; 0 where it does not leave its leaf.
  double Shortage(const std::vector<Slice>& slices) const;
  void Share();

 private:
  struct Joined {
    LeafShares leaves;
    double shortage = 1;
    UplinkUse use;
    std::function<void(double)> stretch;
  };
  struct Leaf {
    double uplinks = 0;  ///< B/s, all of them, one direction
    std::vector<std::pair<std::size_t, std::uint32_t>> members;  ///< workload, its accelerators
    double nic = 0;      ///< B/s of an accelerator
    bool short_of = false;  ///< its NICs can send more
  };
  void FindLeaves();
  double ShortageOf(const LeafShares& leaves) const;
  void Tell(std::size_t work, Instant now);
  void AddMember(std::size_t member, const LeafShares& leaves);

  const std::vector<std::unique_ptr<Work>>& works_;
  std::vector<std::vector<Slice>> slices_;
  const std::vector<SystemStock>& systems_;
  const topology::Facility& site_;
  double oversubscription_;
  std::vector<Leaf> leaves_;  ///< shared ones, one of those that are alike
  std::map<std::pair<std::uint32_t, std::uint32_t>, Leaf> all_, pods_;
  std::map<std::size_t, Joined> joined_;  ///< by member number, from works_.size() on
  std::size_t next_ = 0;
  std::vector<double> nic_share_;  ///< of the NIC rate that a workload gets through its fullest leaf alone
  std::vector<bool> running_;
  std::vector<double> stretch_;  ///< of uplinks by sharing
  LostSwitches lost_;
};

}  // namespace headroom::scenario
