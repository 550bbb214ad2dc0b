#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/training/replay/replay_graph.h"

namespace headroom::training {

/// Nanoseconds of a modelled time, rounded up so that nothing is faster than its bound.
std::int64_t CeilNs(double seconds);

/// Mistakes that are told at once.
inline constexpr std::size_t kMaxFindings = 10;
/// @throws ConfigError with the first kMaxFindings of `messages`; returns if there is none.
void ThrowIfAny(std::vector<std::string>& messages);

/// Steps of building a ReplayGraph; each fills the part that its name says.
void MatchCollectives(const ReplayGraphParams& params, ReplayGraph* graph);
void MatchMessages(const ReplayGraphParams& params, ReplayGraph* graph);
/// Runs the graph without lanes: fills `least`. @throws ConfigError naming a blocked node and what
/// it waits for, hop by hop to the cycle that holds it up.
void CheckProgress(ReplayGraph* graph);

}  // namespace headroom::training
