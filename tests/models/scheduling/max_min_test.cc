#include "models/scheduling/max_min.h"

#include <catch2/catch.hpp>

namespace headroom::scheduling {
namespace {

// x + y = 4, x + 3 y = 6 and x = 3 meet in (3, 1), which gives 11; (3, 0) gives 9 and (0, 2) 4.
TEST_CASE("a linear programme ends in the best corner", "[max_min]") {
  const auto x = Maximise({{1, 1}, {1, 3}, {1, 0}}, {4, 6, 3}, {3, 2});
  CHECK(x[0] == Approx(3));
  CHECK(x[1] == Approx(1));
}

// The first job is twice as quick on the first kind, the second alike on both. With equal shares (half of each) they pass 1.5 and 1.
// The second reaches 1 at most, with all its time; the first then makes the most of the first kind.
TEST_CASE("a job gets the kind on which it is quicker than others", "[max_min]") {
  const std::vector<JobClass> jobs{{1, 1, 1.0, {2, 1}}, {1, 1, 1.0, {1, 1}}};
  for (const ShareObjective objective : {ShareObjective::kMaxMin, ShareObjective::kThroughput}) {
    const auto share = ShareTime(jobs, {1, 1}, objective);
    CHECK(share[0][0] == Approx(1));
    CHECK(share[0][1] == Approx(0).margin(1e-9));
    CHECK(share[1][0] == Approx(0).margin(1e-9));
    CHECK(share[1][1] == Approx(1));
  }
}

// Two jobs of two units on three: each runs three quarters of the time. One that may run nowhere does not count.
TEST_CASE("alike jobs share what there is, and one without a kind gets nothing", "[max_min]") {
  const auto share = ShareTime({{2, 2, 1.0, {1}}, {1, 1, 1.0, {0}}}, {3}, ShareObjective::kMaxMin);
  CHECK(share[0][0] == Approx(0.75));
  CHECK(share[1][0] == Approx(0).margin(1e-9));
}

}  // namespace
}  // namespace headroom::scheduling
