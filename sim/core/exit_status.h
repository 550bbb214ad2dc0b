#pragma once

#include <functional>

namespace headroom {

/// Runs `action` and gives what it gives; where it throws, the reason goes to standard error and the status is 2 for a ConfigError (bad input), 5 for an
/// IoError, 1 for anything else, which is a defect of the program.
int RunToExitStatus(const std::function<int()>& action);

}  // namespace headroom
