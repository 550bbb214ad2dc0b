#pragma once

#include <functional>

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

/// Runs what `any` has in common with the other points of its prefix up to the plan's branch, and
/// calls `next` there, once. `next` forks and returns, in each child, the point that goes on in it;
/// the rest is as in RunPoint(), and the report has the same bytes.
int RunFromPrefix(const Folder& folder, const Plan& plan, const config::Node& base,
                  const Point& any, const std::function<const Point&()>& next);

}  // namespace headroom::sweep
