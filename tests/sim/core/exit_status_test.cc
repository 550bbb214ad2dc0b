#include "sim/core/exit_status.h"

#include <catch2/catch.hpp>
#include <new>
#include <stdexcept>

#include "sim/core/diagnostics.h"

namespace headroom {

TEST_CASE("what ends a run decides its exit status", "[core]") {
  CHECK(RunToExitStatus([] { return 3; }) == 3);
  CHECK(RunToExitStatus([]() -> int { throw ConfigError("x.yaml:1:1: wrong"); }) == 2);
  CHECK(RunToExitStatus([]() -> int { throw IoError("disk full"); }) == 5);
  CHECK(RunToExitStatus([]() -> int { throw std::bad_alloc(); }) == 1);
  CHECK(RunToExitStatus([]() -> int { throw std::logic_error("bug"); }) == 1);
}

}  // namespace headroom
