#include <catch2/catch.hpp>

#include <cmath>

#include "tests/models/training/replay/small_traces.h"

namespace headroom::training {
namespace {

using network::Algorithm;
using network::Operation;

constexpr double kMiB = 1048576;

double Makespan(std::vector<SmallTrace> ranks, const ReplayGraphParams& params = SmallFabric()) {
  return Play(ReplayGraph(Traces(std::move(ranks)), params)).results.makespan;
}

// 10 + 20 on the stream, 5 on the host beside the first: 10 + 20 = 30 us; the third waits for both.
TEST_CASE("a chain takes the sum, the host runs beside it", "[replay]") {
  SmallTrace t(0);
  const auto a = t.Compute(10);
  const auto h = t.Host(25);
  const auto b = t.Compute(20, {a});
  t.Compute(7, {h, b});
  CHECK(Makespan({t}) == Approx(37e-6).epsilon(1e-12));
}

TEST_CASE("a stream runs one node at a time, two streams run side by side", "[replay]") {
  SmallTrace one(0), two(0);
  one.Compute(10);
  one.Compute(10);
  two.Compute(10);
  two.Compute(10);
  two.last().stream = 1;
  two.trace().streams = 2;
  CHECK(Makespan({one}) == Approx(20e-6).epsilon(1e-12));
  CHECK(Makespan({two}) == Approx(10e-6).epsilon(1e-12));
}

TEST_CASE("control dependencies are enforced as data dependencies are", "[replay]") {
  SmallTrace t(0);
  const auto h = t.Host(30);
  t.Compute(10);
  t.trace().deps.push_back(h | RankTrace::kControl);
  t.trace().dep_begin.back() = 1;
  CHECK(Makespan({t}) == Approx(40e-6).epsilon(1e-12));
}

TEST_CASE("a collective starts with its last rank and takes its closed form", "[replay]") {
  const ReplayGraphParams params = SmallFabric();
  struct Case {
    TraceOperation trace;
    Operation network;
    double full;  ///< buffer over comm_size
  };
  for (const std::uint32_t n : {4u, 8u, 16u}) {
    for (const Case& c : {Case{TraceOperation::kAllReduce, Operation::kAllReduce, 1},
                          Case{TraceOperation::kAllGather, Operation::kAllGather, double(n)},
                          Case{TraceOperation::kReduceScatter, Operation::kReduceScatter, 1},
                          Case{TraceOperation::kAllToAll, Operation::kAllToAll, 1},
                          Case{TraceOperation::kBroadcast, Operation::kBroadcast, 1}}) {
      std::vector<SmallTrace> ranks;
      for (std::uint32_t r = 0; r < n; ++r) {
        ranks.emplace_back(r);
        const auto a = ranks.back().Compute(10 + r);
        ranks.back().Collective(c.trace, kMiB, {a});
      }
      const double closed = network::Cost(params.fabric, network::MakeGroup(params.fabric, n, 1),
                                          c.network, Algorithm::kAuto, kMiB * c.full)
                                .seconds;
      CHECK(Makespan(ranks) == Approx(closed + (9 + n) * 1e-6).margin(1.1e-9));
    }
  }
}

// The engine counts whole nanoseconds, so buffers are large enough for one of them to be nothing.
TEST_CASE("an unfolded collective takes what the folded one takes, to 1e-12", "[replay][property]") {
  const ReplayGraphParams params = SmallFabric();
  const double bytes = 1e16;
  for (const std::uint32_t n : {2u, 3u, 4u, 5u, 6u, 7u, 8u, 12u, 16u, 24u, 32u}) {
    for (const auto& [trace, op] :
         {std::pair{TraceOperation::kAllReduce, Operation::kAllReduce}, {TraceOperation::kReduceScatter, Operation::kReduceScatter},
          {TraceOperation::kAllToAll, Operation::kAllToAll}, {TraceOperation::kBroadcast, Operation::kBroadcast},
          {TraceOperation::kAllGather, Operation::kAllGather}}) {
      std::vector<SmallTrace> ranks;
      for (std::uint32_t r = 0; r < n; ++r) {
        ranks.emplace_back(r);
        ranks.back().Collective(trace, op == Operation::kAllGather ? bytes / n : bytes, {});
      }
      const double folded =
          network::Cost(params.fabric, network::MakeGroup(params.fabric, n, 1), op, Algorithm::kAuto, bytes).seconds;
      CAPTURE(n, network::Name(op));
      CHECK(Makespan(ranks) == Approx(folded).epsilon(1e-12));
    }
  }
}

// 8 ranks pass 128 KiB on 14 times, each pass after the one before; 7 us of compute after the
// first 7.
TEST_CASE("a ring of sends takes its hand-worked time", "[replay]") {
  const ReplayGraphParams params = SmallFabric();
  std::vector<SmallTrace> ranks;
  for (std::uint32_t r = 0; r < 8; ++r) {
    SmallTrace& t = ranks.emplace_back(r);
    SmallTrace::Deps last;
    for (int step = 0; step < 14; ++step) {
      last = {t.Send((r + 1) % 8, kMiB / 8, last)};
      last = {t.Receive((r + 7) % 8, kMiB / 8, last)};
      if (step < 7) last = {t.Compute(7, last)};
    }
  }
  const double send = network::SendSeconds(params.fabric, false, false, kMiB / 8);
  CHECK(Makespan(ranks) == Approx(14 * send + 7 * 7e-6).margin(14 * 1e-9));
}

TEST_CASE("a message arrives before its receive is ready, or after", "[replay]") {
  const double send = network::SendSeconds(SmallFabric().fabric, false, false, 1000);
  SmallTrace a(0), b(1), slow(1);
  a.Send(1, 1000);
  const auto r = b.Receive(0, 1000);
  b.Compute(10, {r});
  CHECK(Makespan({a, b}) == Approx(send + 10e-6).margin(1e-9));
  const auto h = slow.Host(1000);
  slow.Receive(0, 1000, {h});
  CHECK(Makespan({a, slow}) == Approx(1e-3).epsilon(1e-12));
}

TEST_CASE("messages of one rank leave one after another and longer ways cost more", "[replay]") {
  const ReplayGraphParams params = SmallFabric();
  std::vector<SmallTrace> ranks;
  for (std::uint32_t r = 0; r < 9; ++r) ranks.emplace_back(r);
  ranks[0].Send(1, kMiB);
  ranks[0].Send(8, kMiB);
  ranks[1].Receive(0, kMiB);
  ranks[8].Receive(0, kMiB);
  const double near = network::SendSeconds(params.fabric, false, false, kMiB);
  const double far = network::SendSeconds(params.fabric, true, false, kMiB);
  CHECK(far > near);
  CHECK(Makespan(ranks) == Approx(near + far).margin(2e-9));
}

TEST_CASE("collectives of one group follow one another, those of two groups run side by side",
          "[replay]") {
  ReplayGraphParams params = SmallFabric();
  params.groups = {{"1", {0, 1}}, {"2", {2, 3}}};
  const double one = network::Cost(params.fabric, network::MakeGroup(params.fabric, 2, 1),
                                   Operation::kAllReduce, Algorithm::kAuto, kMiB)
                         .seconds;
  std::vector<SmallTrace> ranks;
  for (std::uint32_t r = 0; r < 4; ++r)
    ranks.emplace_back(r).Collective(TraceOperation::kAllReduce, kMiB, {}, r < 2 ? "1" : "2");
  CHECK(Makespan(ranks, params) == Approx(one).margin(1e-9));
  for (std::uint32_t r = 0; r < 2; ++r)
    ranks[r].Collective(TraceOperation::kAllReduce, kMiB, {}, "1");
  CHECK(Makespan(ranks, params) == Approx(2 * one).margin(2e-9));
}

TEST_CASE("groups that the traces define are taken", "[replay]") {
  std::vector<SmallTrace> ranks;
  for (std::uint32_t r = 0; r < 4; ++r) {
    ranks.emplace_back(r).trace().defined = {
        {"7", r < 2 ? std::vector<std::uint32_t>{0, 1} : std::vector<std::uint32_t>{2, 3}}};
    ranks.back().Collective(TraceOperation::kAllReduce, kMiB, {}, "7");
  }
  const ReplayGraph graph(Traces(ranks), SmallFabric());
  CHECK(graph.groups.size() == 2);
  CHECK(graph.instances.size() == 2);
}

TEST_CASE("a lone rank's communication lasts as recorded", "[replay]") {
  SmallTrace t(0);
  t.Send(5, 1000);
  t.last().recorded = 3000;
  t.Collective(TraceOperation::kAllReduce, kMiB, {0}, "tensor");
  t.last().recorded = 40000;
  CHECK(Makespan({t}) == Approx(43e-6).epsilon(1e-12));
}

// 1e9 FLOP at 1e14/s are 10 us, 1e7 B at 1e12/s are 10 us; 2 us of launch.
TEST_CASE("modelled compute is a roofline", "[replay]") {
  ReplayGraphParams params = SmallFabric();
  params.modelled = true;
  params.roofline = {1e14, 1e12, 5e10, 2e-6};
  const auto makespan = [&](double flops, double bytes, bool remote) {
    SmallTrace t(0);
    t.Compute(500);
    t.last().flops = flops;
    t.last().bytes = bytes;
    t.last().sized = true;
    t.last().remote = remote;
    return Makespan({t}, params);
  };
  CHECK(makespan(1e9, 1e6, false) == Approx(12e-6).margin(1e-9));
  CHECK(makespan(1e8, 1e7, false) == Approx(12e-6).margin(1e-9));
  CHECK(makespan(0, 1e6, true) == Approx(22e-6).margin(1e-9));
  SmallTrace bare(0);
  bare.Compute(500);
  CHECK(Makespan({bare}, params) == Approx(500e-6).epsilon(1e-12));
}

TEST_CASE("a lower clock lengthens compute, not the host or the network", "[replay]") {
  SmallTrace t(0), other(1);
  const auto h = t.Host(10);
  const auto c = t.Compute(10, {h});
  t.Send(1, 1000, {c});
  other.Receive(0, 1000);
  const ReplayGraph graph(Traces({t, other}), SmallFabric());
  const double send = network::SendSeconds(SmallFabric().fabric, false, false, 1000);
  CHECK(Play(graph).results.makespan == Approx(20e-6 + send).margin(1e-9));
  CHECK(Play(graph, 0.5).results.makespan == Approx(30e-6 + send).margin(1e-9));
}

// Two ranks for 30 us: rank 0 computes 10 us, both idle for 20 us.
TEST_CASE("energy is GEMM share while a stream runs and idle share else",
          "[replay][conservation]") {
  SmallTrace t(0), other(1);
  const auto c = t.Compute(10);
  t.Host(20, {c});
  other.Host(30);
  const Played p = Play(ReplayGraph(Traces({t, other}), SmallFabric()));
  const PowerShares shares;
  CHECK(p.held == Approx(60e-6));
  CHECK(p.busy == Approx(10e-6));
  CHECK(p.energy == Approx(700 * (shares.gemm * 10e-6 + shares.idle * 50e-6)));
  CHECK(p.results.energy == Approx(p.energy));
  CHECK(p.ended == Approx(30e-6));
}

TEST_CASE("a replay takes at least what its graph says, and the order of ranks' events is settled",
          "[replay][property]") {
  std::vector<SmallTrace> ranks;
  for (std::uint32_t r = 0; r < 16; ++r) {
    SmallTrace& t = ranks.emplace_back(r);
    SmallTrace::Deps last;
    for (std::uint32_t i = 0; i < 50; ++i) {
      last = {t.Compute((r * 7 + i * 13) % 29, last)};
      if (i % 5 == 0) last = {t.Collective(TraceOperation::kAllReduce, 1000 * i, last)};
      t.Send((r + 1) % 16, 5000, last, i);
      t.Receive((r + 15) % 16, 5000, {}, i);
    }
  }
  const ReplayGraph graph(Traces(ranks), SmallFabric());
  const Played a = Play(graph), b = Play(graph);
  CHECK(a.results.makespan >= graph.least * 1e-9);
  CHECK(a.results.makespan < 1.5 * graph.least * 1e-9);
  CHECK(a.results.makespan == b.results.makespan);
  CHECK(a.energy == b.energy);
  CHECK(a.held == Approx(16 * a.results.makespan));
}

TEST_CASE("nodes that take no time end at once", "[replay]") {
  SmallTrace t(0);
  SmallTrace::Deps last;
  for (int i = 0; i < 100000; ++i) last = {t.Compute(0, last)};
  CHECK(Makespan({t}) == 0);
}

}  // namespace
}  // namespace headroom::training
