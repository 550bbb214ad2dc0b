#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace headroom {

/// A defect of the program: a condition that no input can excuse. The command ends with status 1.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace internal {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line,
                              const std::string& values);
template <class... T>
std::string Values(const T&... v) {
  std::string out;
  ((out += (out.empty() ? "" : ", ") + fmt::format("{}", v)), ...);
  return out;
}
}  // namespace internal

/// HR_CHECK(cond, values...) throws InternalError with the place, the condition and the values. Never on user input.
#define HR_CHECK(cond, ...)                                                         \
  do {                                                                              \
    if (!(cond)) [[unlikely]]                                                       \
      ::headroom::internal::CheckFailed(#cond, __FILE__, __LINE__,                  \
                                        ::headroom::internal::Values(__VA_ARGS__)); \
  } while (false)

}  // namespace headroom
