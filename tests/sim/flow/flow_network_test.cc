#include "sim/flow/flow_network.h"

#include <catch2/catch.hpp>
#include <functional>
#include <stdexcept>
#include <string>

#include "sim/core/check.h"
#include "sim/flow/max_min_network.h"

using namespace headroom;

namespace {

constexpr DataRate MBps(double v) { return v * 1e6 * unit::B_per_s; }

struct Fixture {
  Engine engine;
  MaxMinNetwork network{&engine};
  std::vector<double> ended = std::vector<double>(8, -1.0);

  Callback Note(std::size_t i) {
    return [this, i] { ended[i] = engine.now().seconds(); };
  }
};

}  // namespace

// 100 MB at 100 MB/s after 3 ms of latency.
TEST_CASE("a lone flow takes latency plus bytes over bandwidth", "[flow]") {
  Fixture f;
  const auto a = f.network.AddLink("a", MBps(100), Duration::FromSeconds(1e-3));
  const auto b = f.network.AddLink("b", MBps(300), Duration::FromSeconds(2e-3));
  const auto route = f.network.AddRoute({a, b});
  const FlowId flow = f.network.Open(route, 100e6, 1.0, f.Note(0));
  f.engine.Run(Instant::FromSeconds(2e-3));
  CHECK(f.network.Rate(flow) == DataRate());
  CHECK(f.network.Remaining(flow) == 100e6);
  f.engine.Run(Instant::FromSeconds(0.503));
  CHECK(f.network.Rate(flow).in(MBps(1)) == Approx(100));
  CHECK(f.network.Remaining(flow) == Approx(50e6));
  CHECK(f.network.Load(b).in(MBps(1)) == Approx(100));
  f.engine.RunAll();
  CHECK(f.ended[0] == Approx(1.003).epsilon(1e-12));
  CHECK_FALSE(f.network.IsOpen(flow));
  CHECK(f.network.Remaining(flow) == 0.0);
}

// Two flows of 100 MB and 50 MB on 100 MB/s: 50 MB/s each until the second ends at 1 s; then 50 MB
// are left at 100 MB/s.
TEST_CASE("an end gives its share to those that stay", "[flow]") {
  Fixture f;
  const auto route = f.network.AddRoute({f.network.AddLink("a", MBps(100))});
  f.network.Open(route, 100e6, 1.0, f.Note(0));
  f.network.Open(route, 50e6, 1.0, f.Note(1));
  f.engine.RunAll();
  CHECK(f.ended[1] == Approx(1.0).epsilon(1e-12));
  CHECK(f.ended[0] == Approx(1.5).epsilon(1e-12));
  CHECK(f.network.Bytes().out() == Approx(150e6));
  CHECK_NOTHROW(f.network.Bytes().Assert(1e-12));
}

// Weights 3 and 1 on 100 MB/s: 75 and 25 MB/s.
TEST_CASE("weights divide a link", "[flow]") {
  Fixture f;
  const auto route = f.network.AddRoute({f.network.AddLink("a", MBps(100))});
  const FlowId heavy = f.network.Open(route, 75e6, 3.0, f.Note(0));
  const FlowId light = f.network.Open(route, 50e6, 1.0, f.Note(1));
  CHECK(f.network.Rate(heavy).in(MBps(1)) == Approx(75));
  CHECK(f.network.Rate(light).in(MBps(1)) == Approx(25));
  f.engine.RunAll();
  CHECK(f.ended[0] == Approx(1.0).epsilon(1e-12));
  CHECK(f.ended[1] == Approx(1.25).epsilon(1e-12));
}

TEST_CASE("k flows folded into one end when k single flows end", "[flow][property]") {
  Fixture folded, single;
  for (Fixture* f : {&folded, &single}) {
    const auto a = f->network.AddLink("a", MBps(100));
    const auto b = f->network.AddLink("b", MBps(40));
    const auto long_route = f->network.AddRoute({a, b});
    const auto short_route = f->network.AddRoute({a});
    if (f == &folded) {
      f->network.Open(long_route, 4 * 7e6, 4.0, f->Note(0));
    } else {
      for (int i = 0; i < 4; ++i) f->network.Open(long_route, 7e6, 1.0, f->Note(0));
    }
    f->network.Open(short_route, 90e6, 1.0, f->Note(1));
    f->engine.RunAll();
  }
  CHECK(folded.ended[0] == single.ended[0]);
  CHECK(folded.ended[1] == single.ended[1]);
}

// 100 MB: 0.4 s at 100 MB/s, 0.5 s stalled, 60 MB at 200 MB/s.
TEST_CASE("bandwidth changes take hold at once, and zero stalls", "[flow]") {
  Fixture f;
  const auto link = f.network.AddLink("a", MBps(100));
  const auto route = f.network.AddRoute({link});
  const FlowId flow = f.network.Open(route, 100e6, 1.0, f.Note(0));
  f.engine.At(Instant::FromSeconds(0.4), Phase::kDecision,
              [&] { f.network.SetBandwidth(link, MBps(0)); });
  f.engine.At(Instant::FromSeconds(0.9), Phase::kDecision, [&] {
    CHECK(f.network.Rate(flow) == DataRate());
    f.network.SetBandwidth(link, MBps(200));
  });
  f.engine.RunAll();
  CHECK(f.ended[0] == Approx(1.2).epsilon(1e-12));
  CHECK_NOTHROW(f.network.Bytes().Assert(1e-12));
}

TEST_CASE("a stalled flow keeps no event pending", "[flow]") {
  Fixture f;
  const auto route = f.network.AddRoute({f.network.AddLink("a", MBps(0))});
  f.network.Open(route, 1.0, 1.0, f.Note(0));
  f.engine.RunAll();
  CHECK(f.ended[0] == -1.0);
  CHECK(f.network.open_flows() == 1);
  CHECK(f.network.Bytes().stored() == 1.0);
}

// The second is withdrawn at 1 s with 50 MB moved each; the first has 50 MB left at 100 MB/s.
TEST_CASE("a withdrawn flow frees its share, does not report, and its bytes balance", "[flow]") {
  Fixture f;
  const auto route = f.network.AddRoute({f.network.AddLink("a", MBps(100))});
  f.network.Open(route, 100e6, 1.0, f.Note(0));
  const FlowId gone = f.network.Open(route, 100e6, 1.0, f.Note(1));
  f.engine.At(Instant::FromSeconds(1.0), Phase::kDecision, [&] {
    CHECK(f.network.Cancel(gone));
    CHECK_FALSE(f.network.Cancel(gone));
  });
  f.engine.RunAll();
  CHECK(f.ended[0] == Approx(1.5).epsilon(1e-12));
  CHECK(f.ended[1] == -1.0);
  CHECK(f.network.Bytes().in() == 200e6);
  CHECK(f.network.Bytes().out() == Approx(150e6));
  CHECK(f.network.Bytes().stored() == Approx(50e6));
}

TEST_CASE("a flow may be withdrawn in its latency, and between its end and its report", "[flow]") {
  Fixture f;
  const auto route =
      f.network.AddRoute({f.network.AddLink("a", MBps(100), Duration::FromSeconds(0.1))});
  const FlowId early = f.network.Open(route, 10e6, 1.0, f.Note(0));
  const FlowId first = f.network.Open(route, 10e6, 1.0, [&] { f.ended[1] = 0.0; });
  FlowId second;
  f.network.Cancel(early);
  f.engine.Run(Instant::FromSeconds(0.05));
  second = f.network.Open(route, 0.0, 1.0, f.Note(2));
  f.engine.At(Instant::FromSeconds(0.15), Phase::kCompletion, [] {});
  f.network.Open(route, 0.0, 1.0, [&] { f.network.Cancel(first); });
  f.engine.RunAll();
  CHECK(f.ended[0] == -1.0);
  CHECK(f.ended[1] == -1.0);
  CHECK(f.ended[2] == Approx(0.15));
  CHECK_FALSE(f.network.IsOpen(second));
  CHECK_NOTHROW(f.network.Bytes().Assert(1e-12));
}

TEST_CASE("flows of one instant report in the order of opening, whatever their routes", "[flow]") {
  Fixture f;
  const auto a = f.network.AddRoute({f.network.AddLink("a", MBps(100))});
  const auto b = f.network.AddRoute({f.network.AddLink("b", MBps(100))});
  std::string order;
  // On each link two flows end together at 1 s.
  for (const auto& [name, route] : {std::pair{'1', b}, {'2', a}, {'3', b}, {'4', a}})
    f.network.Open(route, 50e6, 1.0, [&order, name = name] { order += name; });
  f.engine.RunAll();
  CHECK(f.engine.now() == Instant::FromSeconds(1.0));
  CHECK(order == "1234");
}

TEST_CASE("a flow may be opened from a report, and an exception there leaves the rest", "[flow]") {
  Fixture f;
  const auto route = f.network.AddRoute({f.network.AddLink("a", MBps(100))});
  f.network.Open(route, 50e6, 1.0, [&] {
    f.network.Open(route, 100e6, 1.0, f.Note(0));
    throw std::runtime_error("out of disk");
  });
  f.network.Open(route, 50e6, 1.0, f.Note(1));
  CHECK_THROWS_WITH(f.engine.RunAll(), "out of disk");
  f.engine.RunAll();
  CHECK(f.ended[1] == Approx(1.0).epsilon(1e-12));
  CHECK(f.ended[0] == Approx(2.0).epsilon(1e-12));
  CHECK_NOTHROW(f.network.Bytes().Assert(1e-12));
}

TEST_CASE("components that a flow joined part again when it ends", "[flow]") {
  Fixture f;
  const auto a = f.network.AddLink("a", MBps(100));
  const auto b = f.network.AddLink("b", MBps(100));
  const auto only_a = f.network.AddRoute({a});
  const auto only_b = f.network.AddRoute({b});
  const auto both = f.network.AddRoute({a, b});
  f.network.Open(only_a, 75e6, 1.0, f.Note(0));
  f.network.Open(only_b, 100e6, 1.0, f.Note(1));
  f.network.Open(both, 25e6, 1.0, f.Note(2));
  f.engine.RunAll();
  CHECK(f.ended[2] == Approx(0.5).epsilon(1e-12));
  CHECK(f.ended[0] == Approx(1.0).epsilon(1e-12));
  CHECK(f.ended[1] == Approx(1.25).epsilon(1e-12));
}

TEST_CASE("equal lists of links are one route", "[flow]") {
  Fixture f;
  const auto a = f.network.AddLink("a", MBps(1));
  const auto b = f.network.AddLink("b", MBps(1));
  CHECK(f.network.AddRoute({a, b}) == f.network.AddRoute({a, b}));
  CHECK(f.network.AddRoute({a, b}) != f.network.AddRoute({b, a}));
  CHECK_THROWS_AS(f.network.AddRoute({}), InternalError);
  CHECK_THROWS_AS(f.network.AddRoute({a, b, a}), InternalError);
}

// Beyond 1e12 bytes per weight a class starts to count anew; here it does so ten times.
TEST_CASE("a class that never empties keeps its precision", "[flow]") {
  Fixture f;
  const auto route = f.network.AddRoute({f.network.AddLink("a", MBps(1e5))});
  int left = 30;
  std::function<void()> next = [&] {
    if (--left > 0) f.network.Open(route, 4e11, 1.0, [&] { next(); });
  };
  f.network.Open(route, 1.0, 1.0, [&] { next(); });
  f.network.Open(route, 1e13, 1.0, f.Note(0));
  f.engine.RunAll();
  // All is work on one link: 29 flows of 4e11, one of 1 B and one of 1e13 at 1e11 B/s.
  CHECK(f.engine.now().seconds() == Approx((29 * 4e11 + 1.0 + 1e13) / 1e11).epsilon(1e-10));
  CHECK_NOTHROW(f.network.Bytes().Assert(1e-12));
}
