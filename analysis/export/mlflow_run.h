#pragma once

#include <string>

#include "analysis/hdf5/report_reader.h"

namespace headroom::report {

/// Adds the report to a folder of MLflow's file store (`mlruns`) as a run of the experiment "Headroom": metrics with one
/// value, series of one column as metrics under series/ with their rows as steps, keys of the scenario as params, words as tags,
/// the scenario as an artifact. Layout as mlflow/store/tracking/file_store.py reads it. Times are those that the run simulates.
/// A run that is there already is replaced; one that is not whole has the name RUN.partial.
/// @return the folder of the run. @throws IoError
std::string WriteMlflowRun(const Report& report, const std::string& store);

}  // namespace headroom::report
