#pragma once

#include <string>
#include <vector>

#include "analysis/hdf5/sweep_store.h"
#include "scenarios/sweep/plan.h"

namespace headroom::sweep {

/// Adds the table of what the figures depend on: /morris or /sobol where the sweep was drawn for it,
/// else /sensitivity. A case counts by the mean over its repeats.
void AddSensitivity(const Plan& plan, report::SweepTable* table);

/// The path of that table.
const char* SensitivityTable(const Plan& plan);

/// The rows of one figure in it, largest influence first, all columns but the figure's name.
/// @throws ConfigError where there is no such figure.
Table Ranking(const Plan& plan, const report::SweepTable& table, const std::string& metric);

}  // namespace headroom::sweep
