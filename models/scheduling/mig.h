#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/scheduling/floor.h"
#include "models/scheduling/placement_request.h"

namespace headroom::scheduling {

/// An instance that an accelerator can be cut into. Its memory is cut into kMigSlices slices, and an instance takes adjoining ones from one of the
/// allowed places on; no choice of instances that lie apart passes the accelerator's seven slices of multiprocessors.
struct MigProfile {
  std::string name;            ///< "3g.40gb"
  std::uint32_t compute = 1;   ///< slices of multiprocessors, of 7
  std::uint32_t slices = 1;    ///< slices of memory
  std::uint8_t starts = 1;     ///< bit s: it may begin at slice s
};

inline constexpr std::uint32_t kMigSlices = 8;

/// Profiles of an accelerator of the catalog; empty where it has no MIG. Source: NVIDIA, MIG User Guide, supported profiles (A100, H100, H200,
/// B200, B300; GB200 and GB300 are given those of B200 and B300, which is assumed); media extensions are left out.
std::vector<MigProfile> MigProfiles(const std::string& accelerator);
/// Nothing if the accelerator has no such profile.
std::optional<MigProfile> FindMigProfile(const std::string& accelerator, const std::string& name);

/// An instance (place.starts: request.units slices) goes to the accelerator with the fewest free slices that has a place for it, the
/// first on ties, and there to the highest place, which keeps the low ones for large instances. Without `starts` whole accelerators of the
/// node with the fewest of them free.
Allocation PlaceInstances(const Floor& floor, const PlacementRequest& request);

}  // namespace headroom::scheduling
