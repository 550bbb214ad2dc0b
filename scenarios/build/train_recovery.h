#pragma once

#include "models/training/training_job.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// Fills what a training job needs of the site's services: checkpoints, data and failures. Errors go to the context.
void FillRecovery(const WorkSite& site, const training::StepParams& step, training::TrainingJobParams* job);

}  // namespace headroom::scenario
