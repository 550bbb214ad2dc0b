#include "sim/core/diagnostics.h"

#include <catch2/catch.hpp>

#include "sim/core/check.h"

using namespace headroom;

TEST_CASE("all errors are thrown at once, in order of place", "[diagnostics]") {
  Diagnostics d;
  d.Error({"a.yaml", 9, 3}, "run.duration", "second");
  d.Error({"a.yaml", 2, 1}, "site", "first");
  d.Warning({"a.yaml", 1, 1}, "", "not an error");
  CHECK_THROWS_WITH(d.ThrowIfErrors(), "a.yaml:2:1: site: first\na.yaml:9:3: run.duration: second");
}

TEST_CASE("no error throws nothing", "[diagnostics]") {
  Diagnostics d;
  d.Warning({}, "", "only a warning");
  CHECK_NOTHROW(d.ThrowIfErrors());
  CHECK(d.warnings().size() == 1);
}

TEST_CASE("the nearest word is suggested, a far one is not", "[diagnostics]") {
  const std::vector<std::string> known = {"micro_batch", "global_batch", "sequence"};
  CHECK(Nearest("micro_bach", known) == "micro_batch");
  CHECK(Nearest("xyz", known).empty());
}

TEST_CASE("a failed check names condition and values", "[check]") {
  const int n = 3;
  CHECK_NOTHROW([&] { HR_CHECK(n == 3); }());
  CHECK_THROWS_WITH([&] { HR_CHECK(n == 4, n, "four"); }(),
                    Catch::Contains("check failed: n == 4; values: 3, four"));
}
