#pragma once

#include <vector>

#include "models/plant/plant_params.h"
#include "scenarios/build/facility_builder.h"
#include "scenarios/build/load_groups.h"
#include "sim/probe/recorder.h"

namespace headroom::scenario {

/// Writes what the site is made of and how it hangs together, for whoever draws a report: the tables below `/site` of
/// docs/formats/report.md. `plant` gives the groups of racks in the order of the report's series.
void WriteSiteTables(const BuiltFacility& facility, const std::vector<SystemStock>& systems, const LoadGroups& groups,
                     const plant::PlantParams& plant, Recorder& recorder);

/// `/site/placement`: which units of which system each workload holds, in the order of its accelerators.
void WritePlacement(const std::vector<std::vector<Slice>>& slices, const std::vector<SystemStock>& systems,
                    const schema::Scenario& scenario, Recorder& recorder);

}  // namespace headroom::scenario
