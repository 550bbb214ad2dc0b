#include "models/storage/store.h"

#include <catch2/catch.hpp>

using namespace headroom::storage;

// MLPerf Storage v2: Llama-3 405B writes 5.29 TB from 512 processes.
TEST_CASE("a checkpoint of 405B takes its bytes over the aggregate, plus overhead", "[storage]") {
  const struct { double gigabytes, seconds; } rows[] = {{100, 52.9}, {500, 10.58}, {2000, 2.645}};
  for (const auto& row : rows) {
    StoreParams store;
    store.write = row.gigabytes * 1e9;
    store.client_write = 50e9;
    const Request save{Direction::kWrite, 5.29e12, 64, 50e9, 512};
    CHECK(AloneSeconds(store, save) == Approx(row.seconds));
    store.latency = 1e-3;
    store.opens = 1024;
    CHECK(Overhead(store, save) == Approx(0.501));
    CHECK(AloneSeconds(store, save) == Approx(row.seconds + 0.501));
  }
}

TEST_CASE("few clients are held by their own rate, and by their network", "[storage]") {
  StoreParams store;
  store.read = 100e9;
  store.client_read = 10e9;
  Request load{Direction::kRead, 1e12, 4};
  CHECK(LargestRate(store, load) == Approx(40e9));
  load.client_rate = 5e9;
  CHECK(LargestRate(store, load) == Approx(20e9));
  load.clients = 400;
  CHECK(LargestRate(store, load) == Approx(100e9));
  CHECK(AloneSeconds(store, load) == Approx(10));
}
