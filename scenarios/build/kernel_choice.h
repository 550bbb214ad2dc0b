#pragma once

#include <initializer_list>
#include <string>

#include "scenarios/build/context.h"

namespace headroom::scenario {

/// The kernel profile of `chip` under the stack that the scenario names at `path` (an error if there is none), or, where
/// it names none, under the first of `usual` that has a sheet, else the catalog's own choice.
const catalog::Kernels& ChooseKernels(const BuildContext& context, const catalog::Accelerator& chip,
                                      const std::string& written, const std::string& path,
                                      std::initializer_list<const char*> usual);

}  // namespace headroom::scenario
