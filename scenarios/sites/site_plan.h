#pragma once

#include <string>

namespace headroom::sites {

/// Reads a file of tasks and offers and tells, as text or JSON, where they cost (or, for `by_time`, take) least, and what
/// each offer alone would do. @throws ConfigError with everything wrong in the file.
std::string PlanText(const std::string& file, bool by_time, bool json);

}  // namespace headroom::sites
