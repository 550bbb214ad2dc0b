#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/network/traffic.h"
#include "models/training/held_accelerators.h"
#include "sim/engine/engine.h"
#include "sim/engine/port.h"

namespace headroom::training {

struct CollectiveJobParams {
  std::string name;
  network::FabricParams fabric;
  network::Group group;
  network::Operation operation = network::Operation::kAllReduce;
  network::Algorithm algorithm = network::Algorithm::kAuto;
  std::vector<double> sizes;  ///< B, of the full buffer
  std::uint32_t repeat = 1;
  double watts = 0;  ///< of an accelerator that only communicates
  std::vector<HeldPart> parts;
};

struct CollectiveRun {
  double bytes = 0;
  double start = 0;  ///< s from the run's start, of the first repetition
  network::CollectiveCost cost;
  double leaving = 0;  ///< s of it on NICs, and on the uplinks of leaves where the group leaves its leaf
  network::Traffic traffic;  ///< of all ranks
};

/// A benchmark of one collective as NCCL-tests run it: every size `repeat` times, back to back, one
/// event at the end.
class CollectiveJob : public Settler {
 public:
  /// @throws ConfigError if the algorithm does not serve the operation on the group.
  CollectiveJob(Engine& engine, CollectiveJobParams params, std::function<void()> on_end = {});
  void Start();
  void Settle(Instant now) override;
  /// From now on what goes over the uplinks of leaves takes `stretch` times as long.
  void SetUplinkStretch(double stretch);
  /// Likewise what goes over NICs.
  void SetNicStretch(double stretch);
  /// s of all runs, and of it on the uplinks, nobody else there.
  double length() const { return length_; }
  double leaving() const { return params_.group.beyond_leaf ? leaving_ : 0.0; }
  const std::vector<CollectiveRun>& runs() const { return runs_; }
  bool running() const { return running_; }
  const std::string& name() const { return params_.name; }
  double energy() const { return energy_; }
  /// What its accelerators sent so far.
  const network::Traffic& sent() const { return sent_; }

 private:
  Engine& engine_;
  CollectiveJobParams params_;
  HeldAccelerators held_;
  std::function<void()> on_end_;
  std::vector<CollectiveRun> runs_;
  void Schedule();
  void Finish();
  void SetStretch();
  /// s of all runs at the present stretch.
  double Length() const { return length_ + (stretch_ - 1) * leaving_; }

  double length_ = 0, leaving_ = 0;
  double uplink_ = 1, nic_ = 1;
  double stretch_ = 1;        ///< of what leaves: the larger of both, or nic_ within a leaf
  double done_ = 0;           ///< share of all runs
  double mean_stretch_ = 0;   ///< integral of the stretch over what is done
  EventId end_event_;
  double energy_ = 0;
  network::Traffic all_;   ///< of all runs
  network::Traffic sent_;
  bool running_ = false;
  Instant settled_;
};

}  // namespace headroom::training
