#pragma once

#include <optional>
#include <string>

#include "models/training/step_model.h"
#include "scenarios/build/context.h"

namespace headroom::scenario {

/// What a training step of a workload depends on, with its plan resolved but not checked.
struct TrainSetup {
  compute::KernelModel kernels;
  training::StepParams params;
};

/// Nothing after an error, which then is in the context: a model that cannot be, a precision that the chip lacks.
std::optional<TrainSetup> MakeTrainSetup(const BuildContext& context, const schema::Train& train,
                                         const std::string& path, const catalog::Accelerator& chip,
                                         const network::FabricParams& fabric, std::uint32_t accelerators);

}  // namespace headroom::scenario
