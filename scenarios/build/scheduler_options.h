#pragma once

#include <optional>

#include "models/scheduling/scheduler.h"
#include "scenarios/build/context.h"

namespace headroom::scenario {

/// The scenario's scheduler section as parameters; nothing, with an error in the context, for what is not there yet.
std::optional<scheduling::SchedulerParams> SchedulerOptions(const BuildContext& context);

/// Queues and cohorts of policy quota. Errors go to the context.
scheduling::QuotaOptions QuotaOf(const BuildContext& context);

}  // namespace headroom::scenario
