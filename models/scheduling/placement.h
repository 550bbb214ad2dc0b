#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/scheduling/accelerator_sharing.h"
#include "models/scheduling/floor.h"
#include "models/scheduling/placement_request.h"

namespace headroom::scheduling {

/// Which free units a job gets: as many as it asks for, ascending, or none where its request cannot be met on the floor as
/// it is. request.units <= floor.free().count().
using Placement = std::function<Allocation(const Floor& floor, const PlacementRequest& request)>;

struct PlacementOptions {
  std::vector<TypicalRequest> typical;  ///< of fgd: what jobs ask for
  std::uint64_t seed = 1;               ///< of random
};

/// What of a request a placement heeds; the rest must not be asked for.
enum class Heeds : std::uint8_t {
  kNothing,  ///< any free units do
  kPods,     ///< JobPlacement::pod
  kDomains,  ///< all of it
  kParts,    ///< parts of one accelerator, or whole accelerators of one node
};

struct PlacementRow {
  const char* name;
  Placement (*make)(const PlacementOptions& options);
  Heeds heeds;
  const char* text;
};

/// The lowest free ids, whatever node they are in.
Allocation FirstFit(const Floor& floor, const PlacementRequest& request);
/// The node with the fewest free units that still holds the job; a job larger than any node's free units takes the
/// emptiest nodes whole and ends in the tightest that holds the rest (Kueue's BestFit at the level of nodes).
Allocation Binpack(const Floor& floor, const PlacementRequest& request);
/// Always from the node with the most free units next, unit by unit; lower id on ties.
Allocation Spread(const Floor& floor, const PlacementRequest& request);
/// A job that asks for pods: PlaceInDomains(). Else the smallest domain that holds it: a node, else a rack, else all of the
/// floor; inside it by best fit down to the nodes (Kueue's topology-aware scheduling, `preferred` at the node level).
Allocation TopologyAware(const Floor& floor, const PlacementRequest& request);
/// The zone of cooling with the smallest share of its units held that has room for the job, packed inside it by best fit; a
/// job larger than any zone's room takes the coolest zones whole.
Allocation Coolest(const Floor& floor, const PlacementRequest& request);

/// Pods in the domains of the floor as the request's mode says (FitTopology). Segments: as many as there is room for in each
/// domain of `level`, in as few domains above it as may be (Slurm's topology/block with --segment, Kueue's slices).
Allocation PlaceInDomains(const Floor& floor, const PlacementRequest& request);

/// Kubernetes' NodeResourcesFit, pod by pod (of one unit unless the request says otherwise): the node with the highest score
///
///     most allocated: 100 (held + pod) / units of the node        least allocated: 100 (free - pod) / units
///
/// cut to whole points; the first on ties (Kubernetes draws one).
Allocation MostAllocated(const Floor& floor, const PlacementRequest& request);
Allocation LeastAllocated(const Floor& floor, const PlacementRequest& request);

/// Parts of accelerators by a policy of accelerator_sharing.h, on a floor whose nodes have nothing scarce but accelerators.
Placement MakeShares(SharePolicy policy, const PlacementOptions& options);

/// Fills nodes first .. last - 1, which have room, by best fit.
Allocation PackNodes(const Floor& floor, std::uint32_t first, std::uint32_t last, std::uint32_t units);

const std::vector<PlacementRow>& PlacementTable();
/// Null if no row has that name.
const PlacementRow* FindPlacement(const std::string& name);

}  // namespace headroom::scheduling
