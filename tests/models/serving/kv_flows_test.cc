#include "models/serving/kv_flows.h"

#include <catch2/catch.hpp>

using namespace headroom;
using namespace headroom::serving;

// Both send 1 s of bytes from leaf 0 to leaf 1 at once, over uplinks of one NIC's rate; the third stays below leaf 1.
TEST_CASE("transfers share uplinks, and what others leave of them", "[kv-transfer][flows]") {
  for (const double stretch : {1.0, 2.0}) {
    Engine engine;
    KvFlows flows(engine, {1e9, 1e9, 1e-3, 1e6}, {1e9, {0, 0, 1}, {1, 1, 1}});
    flows.SetStretch(stretch);
    std::vector<double> there(4);
    const auto send = [&](std::uint32_t i, std::size_t to) {
      flows.Begin(i, i, to, 1000, 0.0, 0.0, [&there, &engine, i] { there[i] = engine.now().seconds(); });
    };
    send(0, 0);
    send(1, 1);
    send(2, 2);
    engine.RunAll();
    CHECK(there[0] == Approx(2.0 * stretch + 1e-3));
    CHECK(there[1] == Approx(2.0 * stretch + 1e-3));
    CHECK(there[2] == Approx(1.001));
    CHECK(flows.count() == 3);
    CHECK(flows.bytes() == Approx(3e9));
  }
}

TEST_CASE("flows wait for their ends, can be given up and send layers ahead", "[kv-transfer][flows]") {
  Engine engine;
  KvFlows flows(engine, {1e9, 1e9, 0.0, 1e6, 4}, {1e9, {0, 0}, {1}});
  std::vector<double> there(3, -1.0);
  engine.At(Instant::FromSeconds(2.0), Phase::kArrival, [&] {
    for (const std::uint32_t i : {0u, 1u, 2u})  // read from 0 to 2 s: all but a layer is gone
      flows.Begin(i, i % 2, 0, 1000, 2.0, 0.0, [&there, &engine, i] { there[i] = engine.now().seconds(); });
  });
  engine.At(Instant::FromSeconds(2.1), Phase::kArrival, [&] { flows.Cancel(1); });
  engine.RunAll();
  CHECK(there[0] == Approx(2.25));
  CHECK(there[1] == -1.0);
  CHECK(there[2] == Approx(3.25));  // its ends are free when it has long been read
  CHECK(flows.count() == 2);
}
