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

// 16 MB parts after 150 ms at 93 MB/s: 49.7 MB/s a connection, and 128 of them; small objects are bound by their first bytes.
TEST_CASE("an object store is as fast as its connections and its requests", "[storage][objects]") {
  StoreParams s3;
  s3.latency = 0.15;
  s3.gets = 5500;
  s3.puts = 3500;
  s3.part = 16e6;
  s3.connection = 93e6;
  s3.connections = 128;
  s3.client_read = 8.003e9;
  const Request large{Direction::kRead, 1e12, 1, 1e11, 10};
  CHECK(LargestRate(s3, large) == Approx(128 * 16e6 / (0.15 + 16e6 / 93e6)));
  Request many = large;
  many.clients = 1000;
  CHECK(LargestRate(s3, many) == Approx(5500 * 16e6));
  many.files = 1e7;  // of 100 kB
  CHECK(LargestRate(s3, many) == Approx(5500 * 100e3));
  Request few = many;
  few.clients = 1;
  CHECK(LargestRate(s3, few) == Approx(128 * 100e3 / (0.15 + 100e3 / 93e6)));
  many.direction = Direction::kWrite;
  CHECK(LargestRate(s3, many) == Approx(3500 * 100e3));
}
