#pragma once

#include <vector>

#include "scenarios/sweep/plan.h"
#include "sim/probe/recorder.h"

namespace headroom::sweep {

/// What differs between the points, one column per path; maps are taken apart, so that each of
/// their keys is a column. Values that are all numbers in one unit are numbers in that unit, others
/// are texts.
std::vector<Column> Coordinates(const Plan& plan);

}  // namespace headroom::sweep
