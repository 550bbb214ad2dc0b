#pragma once

#include "scenarios/schema/scenario.pb.h"
#include "sim/config/source_map.h"

namespace headroom::scenario {

/// The rules between values of a scenario that need no model: unique names, smallest before
/// largest, one source of requests, dimensions of an inline model, an end of the run. Rules about
/// what is absent are skipped where `diagnostics` holds errors already: what is absent there may
/// have been misspelt.
void CheckRules(const schema::Scenario& scenario, const config::SourceMap& places,
                Diagnostics* diagnostics);

}  // namespace headroom::scenario
