#include "models/storage/data_feed.h"

#include <catch2/catch.hpp>

#include "models/storage/store.h"
#include "models/storage/table_planning.h"

using namespace headroom::storage;

// 7 samples of 146.6 MB in 0.323 s: 3.177 GB/s an accelerator. Twenty at 90 % want 57.2 GB/s.
TEST_CASE("a feed is held by what is wanted, by the clients and by the store", "[storage][feed]") {
  const DataFeed unet{146.6e6, 7, 0.323};
  CHECK(unet.demand() == Approx(3.177e9).epsilon(1e-3));
  CHECK(FeedRate(unet, 20, 0.9, 4, 25e9, 1e12) == Approx(57.19e9).epsilon(1e-3));
  CHECK(FeedRate(unet, 20, 0.9, 2, 25e9, 1e12) == Approx(50e9));
  CHECK(FeedRate(unet, 20, 0.9, 4, 25e9, 30e9) == Approx(30e9));
  CHECK(FeedUtilisation(unet, 20, 30e9) == Approx(30.0 / 63.54).epsilon(1e-3));
  CHECK(FeedUtilisation(unet, 1, 30e9) == 1.0);
}

TEST_CASE("planning of 20 million files takes the published times", "[storage][planning]") {
  CHECK(PlanningSeconds({20e6, 4}) == Approx(90.0));
  CHECK(PlanningSeconds({20e6, 24}) == Approx(30.0));
  CHECK(PlanningSeconds({2e6, 4}) == Approx(9.0));
  CHECK(PlanningSeconds({20e6, 4, false, true}) == Approx(3.0));
  CHECK(PlanningSeconds({20e6, 4, true}) == Approx(1.0));
  CHECK(PlanningSeconds({20e6, 4, false, false, 10}) == Approx(9.0));
}
