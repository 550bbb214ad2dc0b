#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/scheduling/site_choice.h"

namespace headroom::scheduling {

/// Where a task goes on whose spot nodes were taken away: there, once all its nodes are to be had again; on the cheapest that are to
/// be had at once, in its own region first; or in another region first (SkyPilot's FAILOVER and EAGER_NEXT_REGION). Where there
/// is none it waits for the first to come.
enum class Recovery : std::uint8_t { kWait, kFailover, kNextRegion };

/// What a task takes that begins on offer `first`, which is there then, and may go on on all other spot offers of that accelerator: the
/// mean of `trials` runs. Each offer's n nodes are there, together, for exponential times of mean up / n, and then away for
/// exponential times of mean `back`; the others start where such a process is in the long run. A move takes the last checkpoint
/// along: its price and, before the task goes on, its time, in which the new nodes are paid. Nodes may be taken away again during
/// a restart and a move. Nothing where the task has no run time there or a run takes over 100 times as long as alone.
/// Left out: the 5 s until a preemption is noticed and the 60 s between two tries.
std::optional<SiteRun> RunAcross(const SiteTask& task, const std::vector<SiteOffer>& offers, std::size_t first, Recovery recovery,
                                 const SiteTransfer& transfer, std::uint32_t trials, std::uint64_t seed);

}  // namespace headroom::scheduling
