#pragma once

#include "scenarios/sweep/folder.h"
#include "sim/config/yaml_tree.h"

namespace headroom::sweep {

/// Runs one point in this process and gives its report its name. Returns the exit status that
/// `headroom run` would have; messages go to stderr. Once per process, as the engine allows one
/// run.
///
/// The report is written under a name of this process's own in work/ and renamed when whole, so
/// that two processes that run the same point (a requeued job whose first copy lives on) do not
/// meet.
int RunPoint(const Folder& folder, const Plan& plan, const config::Node& base, const Point& point);

}  // namespace headroom::sweep
