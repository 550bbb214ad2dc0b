#pragma once

#include <string>
#include <vector>

#include "models/compute/kernel_model.h"
#include "scenarios/study/calibrate.h"

namespace headroom::study {

/// Its time at full clock [s]; attention with one new token per sequence is decoding. @throws ConfigError for a precision that the accelerator lacks.
double SecondsOf(const compute::KernelModel& model, const KernelCall& call);

/// The profile that the fitted parameters belong to. @throws ConfigError where they name none, or several.
std::string ProfileOf(const std::vector<Parameter>& parameters);

/// Predictions of single kernels by the profile `name` (a sheet of kind `kernels`) and its accelerator, in this process.
Predict PredictKernels(const scenario::Prepared& prepared, const std::string& name, const std::vector<Parameter>& parameters,
                       const Measurements& measurements);

}  // namespace headroom::study
