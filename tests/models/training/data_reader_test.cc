#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "models/training/data_reader.h"

namespace headroom::training {
namespace {

/// A store of 100 B/s from which a job reads 60 B a step, at one step a second.
struct Reading {
  explicit Reading(DataPlan plan) : store(engine, Store()), reader(engine, With(std::move(plan)), [this](double s) { told.emplace_back(engine.now().seconds(), s); }) {
    reader.Start(1.0);
    reader.SetPace(1.0);
  }
  static storage::StoreParams Store() {
    storage::StoreParams p;
    p.read = 100;
    return p;
  }
  DataPlan With(DataPlan plan) {
    plan.store = &store;
    plan.step = {storage::Direction::kRead, 60, 1, 1e9, 1};
    return plan;
  }
  Engine engine;
  storage::StoreService store;
  std::vector<std::pair<double, double>> told;
  DataReader reader;
};

// The other reader takes half of the store from 10 s on: 50 B/s fill 5/6 of a step, so ten ready steps last a minute.
TEST_CASE("prefetched steps carry over a slow stretch until they are used up", "[data]") {
  DataPlan plan;
  plan.prefetch = 10;
  Reading r(plan);
  r.engine.At(Instant::FromSeconds(10), Phase::kArrival, [&] { r.store.Begin({storage::Direction::kRead, 5000, 1, 1e9, 0}, [] {}); });
  r.engine.Run(Instant::FromSeconds(80));
  REQUIRE(r.told.size() == 2);
  CHECK(r.told[0].second == 0);
  CHECK(r.told[1].first == Approx(70));
  CHECK(r.told[1].second == Approx(60.0 / 50));
}

TEST_CASE("without prefetching a slow store is felt at once", "[data]") {
  Reading r(DataPlan{});
  r.engine.At(Instant::FromSeconds(10), Phase::kArrival, [&] { r.store.Begin({storage::Direction::kRead, 5000, 1, 1e9, 0}, [] {}); });
  r.engine.Run(Instant::FromSeconds(80));
  CHECK(r.told.back().first == Approx(10));
  CHECK(r.told.back().second == Approx(60.0 / 50));
}

// 600 B are read once by 10 s; then 80 % come from the drives, in half a second a step.
TEST_CASE("what was read once comes from the cache", "[data]") {
  DataPlan plan;
  plan.set = 600;
  plan.cached = 0.8;
  plan.cache_seconds = 0.5;
  Reading r(plan);
  r.engine.Run(Instant::FromSeconds(30));
  r.reader.Stop();
  CHECK(r.store.bytes_read() == Approx(600 + 20 * 12));
  CHECK(r.told.back().second == Approx(1.0));  // 12 B a step at 12 B/s
  r.engine.Run(Instant::FromSeconds(40));
  CHECK(r.store.bytes_read() == Approx(840));
}

TEST_CASE("a set that is cached whole leaves the store alone", "[data]") {
  DataPlan plan;
  plan.set = 600;
  plan.cached = 1;
  plan.cache_seconds = 0.5;
  Reading r(plan);
  r.engine.Run(Instant::FromSeconds(30));
  CHECK(r.store.bytes_read() == Approx(600));
  CHECK(r.told.back().second == Approx(0.5));
}

}  // namespace
}  // namespace headroom::training
