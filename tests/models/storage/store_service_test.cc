#include "models/storage/store_service.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace headroom;
using namespace headroom::storage;

namespace {

StoreParams Store() {
  StoreParams p;
  p.read = p.write = 100;
  p.client_read = p.client_write = 40;
  return p;
}

}  // namespace

TEST_CASE("a transfer alone takes what the closed form says", "[storage]") {
  Engine engine;
  StoreParams p = Store();
  p.latency = 0.5;
  p.opens = 10;
  StoreService store(engine, p);
  const Request r{Direction::kWrite, 200, 1, 1e9, 5};
  double ended = 0;
  store.Begin(r, [&] { ended = engine.now().seconds(); });
  engine.RunAll();
  CHECK(ended == Approx(0.5 + 0.5 + 5.0));
  CHECK(ended == Approx(AloneSeconds(p, r)));
  CHECK(store.bytes_written() == 200);
  CHECK(store.bytes_read() == 0);
}

// One client (40) and three clients (120 wanted) share 100: 40 and 60. The first moves 80 in 2 s; the other has moved
// 120 of 320 by then and gets all 100 for the last 200: 2 s more.
TEST_CASE("transfers share the aggregate max-min, and reading does not slow writing", "[storage]") {
  Engine engine;
  StoreService store(engine, Store());
  std::vector<double> ends(3);
  const auto note = [&](int i) { return [&ends, &engine, i] { ends[i] = engine.now().seconds(); }; };
  store.Begin({Direction::kWrite, 80, 1, 1e9, 0}, note(0));
  store.Begin({Direction::kWrite, 320, 3, 1e9, 0}, note(1));
  store.Begin({Direction::kRead, 80, 1, 1e9, 0}, note(2));
  engine.RunAll();
  CHECK(ends[0] == Approx(2.0));
  CHECK(ends[1] == Approx(4.0));
  CHECK(ends[2] == Approx(2.0));
}

TEST_CASE("a transfer given up frees its share and never ends", "[storage]") {
  Engine engine;
  StoreService store(engine, Store());
  double ended = 0;
  bool first = false;
  const auto id = store.Begin({Direction::kWrite, 1e6, 3, 1e9, 0}, [&] { first = true; });
  store.Begin({Direction::kWrite, 250, 3, 1e9, 0}, [&] { ended = engine.now().seconds(); });
  engine.At(Instant::FromSeconds(1), Phase::kDecision, [&] { store.Cancel(id); });
  engine.RunAll();
  CHECK_FALSE(first);
  CHECK(ended == Approx(3.0));  // 50 in the first second, then 100 a second
  CHECK(store.bytes_written() == 250);
}

// 64 jobs of 16 nodes save 1 TB in 128 files each at once: files open one job after the other, bytes share the
// aggregate.
TEST_CASE("a storm of checkpoints shows the metadata limit and the aggregate", "[storage]") {
  const auto last = [](double opens) {
    Engine engine;
    StoreParams p;
    p.write = 492e9;
    p.client_write = 17e9;
    p.opens = opens;
    StoreService store(engine, p);
    double end = 0;
    for (int i = 0; i < 64; ++i)
      store.Begin({Direction::kWrite, 1e12, 16, 1e9 * 50, 128}, [&] { end = engine.now().seconds(); });
    engine.RunAll();
    return end;
  };
  CHECK(last(391831) == Approx(64e12 / 492e9).epsilon(1e-3));
  // 20 s for the files of one job at 6.4 files/s; alone it writes 1 TB in 1e12 / 272e9 = 3.68 s.
  CHECK(last(6.4) == Approx(64 * 20 + 1e12 / 272e9).epsilon(1e-6));
}

// Reads want 100 and writes 100 of a store that moves 120 both ways: 60 each. A stream of 30 leaves 45 for each other reader of two.
TEST_CASE("a limit of both directions makes reading and writing share", "[storage]") {
  Engine engine;
  StoreParams p = Store();
  p.both = 120;
  StoreService store(engine, p);
  double written = 0;
  std::vector<double> rates;
  const auto stream = store.OpenStream({Direction::kRead, 0, 3, 1e9, 0}, 1e9, [&](double rate) { rates.push_back(rate); });
  store.Begin({Direction::kWrite, 120, 3, 1e9, 0}, [&] { written = engine.now().seconds(); });
  engine.At(Instant::FromSeconds(5), Phase::kDecision, [&] { store.Cancel(stream); });
  engine.RunAll();
  CHECK(written == Approx(2.0));
  CHECK(rates == std::vector<double>{100, 60, 100});
  CHECK(store.bytes_read() == Approx(60 * 2 + 100 * 3));
  CHECK(store.bytes_written() == 120);
}

TEST_CASE("a stream takes no more than its demand", "[storage]") {
  Engine engine;
  StoreService store(engine, Store());
  double rate = 0, done = 0;
  const auto stream = store.OpenStream({Direction::kRead, 0, 3, 1e9, 0}, 30, [&](double now) { rate = now; });
  store.Begin({Direction::kRead, 140, 3, 1e9, 0}, [&] { done = engine.now().seconds(), store.Cancel(stream); });
  engine.RunAll();
  CHECK(rate == 30);
  CHECK(done == Approx(2.0));
}

// Metadata: 64 jobs open 1,024 files each at 1,000 a second, one after the other: the last begins to move after 65.5 s. Data: 64 x 8 clients of 1 GB/s
// are more than the 100 GB/s that all get: 64 x 100 GB take 64 s of that. Files open faster than data moves, so both limits show.
TEST_CASE("a checkpoint storm of 64 jobs shows the aggregate and the metadata limit", "[storage][storm]") {
  const auto storm = [](double opens, double aggregate) {
    Engine engine;
    StoreParams p;
    p.write = aggregate;
    p.client_write = 1e9;
    p.opens = opens;
    StoreService store(engine, p);
    double last = 0;
    for (int job = 0; job < 64; ++job)
      store.Begin({Direction::kWrite, 100e9, 8, 25e9, 1024}, [&] { last = engine.now().seconds(); });
    engine.RunAll();
    return last;
  };
  const double alone = 1.024 + 12.5;
  CHECK(storm(1e30, 1e30) == Approx(12.5));
  CHECK(storm(1e30, 100e9) == Approx(64.0));
  CHECK(storm(1000, 1e30) == Approx(65.536 + 12.5));
  const double both = storm(1000, 100e9);
  CHECK(both > 65.5);
  CHECK(both < 65.536 + 64.0);
  CHECK(both > 4 * alone);
}

// Requests of 1 B and 4 B share 50 a second at equal bytes: 40 B/s each take 40 and 10 of them. Without the small ones 4 B
// requests get 200 B/s.
TEST_CASE("requests to an object store are shared as bytes are", "[storage][objects]") {
  Engine engine;
  StoreParams p;
  p.gets = 50;
  p.part = 4;
  StoreService store(engine, p);
  std::vector<double> ends(2);
  store.Begin({Direction::kRead, 400, 1, 1e9, 400}, [&] { ends[0] = engine.now().seconds(); });
  store.Begin({Direction::kRead, 1000, 1, 1e9, 1}, [&] { ends[1] = engine.now().seconds(); });
  engine.RunAll();
  CHECK(ends[0] == Approx(10.0));
  CHECK(ends[1] == Approx(10.0 + 600.0 / 200.0));
}

TEST_CASE("a stream that asks for more gets its share anew", "[storage]") {
  Engine engine;
  StoreService store(engine, Store());
  double rate = 0;
  const auto id = store.OpenStream({Direction::kRead, 1, 1, 1e9, 1}, 10, [&](double r) { rate = r; });
  CHECK(rate == 10);
  store.SetDemand(id, 70);
  CHECK(rate == 40);  // one client
}
