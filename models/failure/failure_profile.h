#pragma once

#include <string>
#include <vector>

#include "models/catalog/catalog.pb.h"

namespace headroom::failure {

struct Cause {
  std::string name;
  double rate = 0;  ///< interruptions per accelerator-second
  bool takes_node = true;
};

/// Interruptions of one synchronous job by cause, and the times that a machine needs to go on.
struct FailureProfile {
  std::string name;
  std::vector<Cause> causes;
  double detection = 0;  ///< s from the fault until the job is stopped
  double restart = 0;    ///< s from all nodes ready until the checkpoint is read
  double rate() const;   ///< per accelerator-second, all causes
};

/// rate = count / (accelerators * window).
FailureProfile ProfileOf(const catalog::Failures& sheet);

}  // namespace headroom::failure
