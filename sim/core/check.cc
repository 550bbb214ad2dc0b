#include "sim/core/check.h"

#include <cstring>

namespace headroom::internal {

void CheckFailed(const char* condition, const char* file, int line, const std::string& values) {
  const char* slash = std::strrchr(file, '/');
  throw InternalError(fmt::format("{}:{}: check failed: {}{}{}", slash ? slash + 1 : file, line,
                                  condition, values.empty() ? "" : "; values: ", values));
}

}  // namespace headroom::internal
