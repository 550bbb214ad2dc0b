#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/jobs/batch_job.h"
#include "models/scheduling/scheduler.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Nodes of a workload's units in their order, their kinds of accelerators, processors and memory where those count, and the domains that
/// they make: levels (the scheduler's, else leaf switches where they hold whole racks, and racks) and zones that give their heat to
/// the same unit of cooling.
scheduling::FloorShape ShapeOf(const WorkSite& site);

/// Units that stand for one accelerator: 1, parts, or slices of MIG.
std::uint32_t PartsOf(const WorkSite& site);
/// Of the workload's kinds of accelerators [W]; 0 where there are none.
double HighestTdp(const WorkSite& site);

/// Accelerators of the kind that there are most of: the largest job that can run.
std::uint32_t LargestKind(const WorkSite& site);

/// Jobs of one accelerator become instances by their profiles, others take whole accelerators. An error for a profile that the
/// accelerators do not have.
void CutInstances(const WorkSite& site, const std::string& path, const jobs::JobStream& stream, std::vector<scheduling::Job>* jobs);
/// What jobs ask of processors and memory. A job of a trace that asks for more than the nodes that its accelerators need have gets all of
/// theirs, counted in a warning.
void FillHosts(const WorkSite& site, const std::string& path, const jobs::JobStream& stream, std::vector<scheduling::Job>* jobs);
/// How fast jobs run on which kinds of accelerators.
void FillSpeeds(const WorkSite& site, const std::string& path, const jobs::JobStream& stream, scheduling::StartLimits* limits,
                std::vector<scheduling::Job>* jobs);
/// Which nodes the jobs of which queue may use. Errors go to the context.
void FillPartitions(const WorkSite& site, std::uint32_t nodes, scheduling::StartLimits* limits);

}  // namespace headroom::scenario
