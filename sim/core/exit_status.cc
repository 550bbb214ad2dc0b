#include "sim/core/exit_status.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>

#include "sim/core/diagnostics.h"

namespace headroom {
namespace {

constexpr int kInternalError = 1, kBadInput = 2, kIoError = 5;

}  // namespace

int RunToExitStatus(const std::function<int()>& action) {
  try {
    return action();
  } catch (const ConfigError& e) {
    fmt::print(stderr, "{}\n", e.what());
    return kBadInput;
  } catch (const IoError& e) {
    fmt::print(stderr, "headroom: {}\n", e.what());
    return kIoError;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "headroom: out of memory\n");
    return kInternalError;
  } catch (const std::exception& e) {
    fmt::print(stderr,
               "headroom: internal error: {}\nThis is a defect of the program, not of the scenario; please report it "
               "with the scenario.\n",
               e.what());
    return kInternalError;
  }
}

}  // namespace headroom
