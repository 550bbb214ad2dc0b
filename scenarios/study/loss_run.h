#pragma once

#include <string>

#include "scenarios/study/contingency.h"

namespace headroom::study {

/// What one run under a loss showed.
struct LossRun {
  LossResult result;
  double work = 0.0;    ///< tokens after the loss, of all workloads
  double busy = 0.0;    ///< s that an accelerator of the site was busy on average, from the start
};

/// Runs `prepared` with `loss` (none where `what` is empty) in this process.
LossRun RunLoss(const scenario::Prepared& prepared, const Loss& loss, const ContingencyOptions& options);

/// The same in a child process.
LossRun RunLossApart(const scenario::Prepared& prepared, const Loss& loss, const ContingencyOptions& options);

}  // namespace headroom::study
