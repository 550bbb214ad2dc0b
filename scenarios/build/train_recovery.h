#pragma once

#include "models/training/training_job.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Fills what a training job needs of the site's services: checkpoints, data and failures. Errors go to the context. `model`
/// outlives the job; `full` is its step at full clock.
void FillRecovery(const WorkSite& site, const training::StepModel& model, const training::StepResult& full, training::TrainingJobParams* job);

}  // namespace headroom::scenario
