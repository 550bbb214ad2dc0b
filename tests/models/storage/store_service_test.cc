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
