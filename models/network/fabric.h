#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace headroom::network {

enum class ScaleUpShape { kSwitch, kMesh, kTorus2d, kTorus3d };
/// @throws std::invalid_argument for a word other than switch, mesh, torus-2d, torus-3d.
ScaleUpShape ScaleUpShapeFromName(const std::string& name);

/// The link among the accelerators of one domain (NVLink, xGMI, ICI).
struct ScaleUpParams {
  ScaleUpShape shape = ScaleUpShape::kSwitch;
  std::uint32_t domain = 1;  ///< accelerators in one domain that work may use
  double bandwidth = 0;      ///< B/s per accelerator and direction, all links together
  double latency = 1e-6;     ///< s, one hop; 1 us stands for the step times of protocol.h
  double efficiency = 0.82;  ///< share of the bandwidth that a long ring reaches
  bool in_network_reduction = false;
  double in_network_efficiency =
      0.6;  ///< bytes reduced per second over bandwidth, whole domain, large sizes
};

/// The network between domains.
struct ScaleOutParams {
  double nic = 0;                         ///< B/s per accelerator and direction
  std::uint32_t leaf_accelerators = 256;  ///< accelerators that reach one another through one leaf
  std::uint32_t pod_accelerators = 0;     ///< ... through leaf and spine; 0: all of them
  double oversubscription = 1;            ///< leaf ports down over up; shortage of what leaves a leaf for neighbours
  double pod_shortage = 1;                ///< of what leaves a pod, at least that of the leaf
  double exchange_shortage = 0;           ///< of an exchange of all with all beyond the leaf; 0: as of any traffic
  double balance = 1;  ///< rate of the slowest flow beyond the leaf over an even spread of flows (load_balance.h)
  double leaf_delay = 0.6e-6;   ///< s, one way between two accelerators of a leaf: switches and cables, without load
  double spine_delay = 1.8e-6;  ///< ... of two leaves
  double core_delay = 3.0e-6;   ///< ... of two pods
  double efficiency = 0.97;  ///< share of the line rate that payload reaches
  bool in_network_reduction = false;
};

struct FabricParams {
  ScaleUpParams scale_up;
  ScaleOutParams scale_out;
};

/// Messages about values that cannot be, as (field, message); empty if none.
struct FabricProblem {
  std::string field;
  std::string message;
};
std::vector<FabricProblem> Check(const FabricParams& fabric);

}  // namespace headroom::network
