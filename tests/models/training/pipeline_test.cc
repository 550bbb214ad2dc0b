#include "models/training/pipeline.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace headroom::training {
namespace {

struct Line {
  PipelineResult run;
  std::vector<double> peaks;  ///< chunk activations in flight by stage
};

Line RunSchedule(Schedule schedule, std::uint32_t p, std::uint32_t v, std::uint32_t m,
                 PieceTimes piece, double send = 0, bool asynchronous = true) {
  const ScheduleRow& row = RowOf(schedule);
  const Orders orders = row.order({p, v, m, piece.forward, piece.backward, piece.weight, send});
  PipelineInput in;
  in.schedule = &row;
  in.stages = p;
  in.chunks = v;
  in.micro_batches = m;
  in.orders = &orders;
  in.pieces.assign(p * v, piece);
  in.send.assign(p, send);
  in.asynchronous = asynchronous;
  Line out{RunPipeline(in), {}};
  for (std::uint32_t s = 0; s < p; ++s) {
    out.peaks.push_back(PeakInFlight(row, orders[s], p, s, std::vector<double>(p * v, 1.0 / v)));
  }
  return out;
}

// With equal pieces: (m + p - 1)(f + b).
TEST_CASE("gpipe and 1f1b take m + p - 1 rounds", "[pipeline]") {
  for (const Schedule s : {Schedule::kGpipe, Schedule::k1f1b}) {
    CHECK(RunSchedule(s, 4, 1, 16, {1, 1, 1}).run.end == Approx(19 * 3));
    CHECK(RunSchedule(s, 8, 1, 8, {1, 2, 0}).run.end == Approx(15 * 3));
    CHECK(RunSchedule(s, 1, 1, 5, {1, 1, 1}).run.end == Approx(15));
  }
}

// Bubble (p - 1)(f + b)/v over m(f + b).
TEST_CASE("interleaving divides the bubble by the chunks", "[pipeline]") {
  for (const std::uint32_t v : {2u, 3u, 8u}) {
    const double whole = 3.0;
    const Line line =
        RunSchedule(Schedule::kInterleaved1f1b, 4, v, 16, {1.0 / v, 1.0 / v, 1.0 / v});
    CHECK(line.run.end == Approx(16 * whole + 3 * whole / v));
    CHECK(line.run.busy[0] == Approx(16 * whole));
  }
}

// Half of DualPipe on 8 ranks: its 4 ranks wait (p - 1) forward passes, and hold 8 + 1 chunks.
TEST_CASE("dualpipe waits a forward pass per rank and holds a chunk more than its ranks",
          "[pipeline]") {
  const Line line = RunSchedule(Schedule::kDualPipe, 4, 2, 16, {0.5, 0.5, 0.5});
  CHECK(line.run.end == Approx(16 * 3 + 3 * 0.5));
  CHECK(line.peaks == std::vector<double>(4, 4.5));
}

TEST_CASE("micro-batches in flight are those of the papers", "[pipeline][memory]") {
  const Line one = RunSchedule(Schedule::k1f1b, 4, 1, 16, {1, 1, 1});
  CHECK(one.peaks == std::vector<double>{4, 3, 2, 1});
  CHECK(RunSchedule(Schedule::kGpipe, 4, 1, 16, {1, 1, 1}).peaks[0] == 16);
  // Interleaved: 2(p-1) + (v-1)p + 1 chunks on the first stage.
  CHECK(RunSchedule(Schedule::kInterleaved1f1b, 4, 2, 16, {0.5, 0.5, 0.5}).peaks[0] ==
        Approx((6 + 4 + 1) / 2.0));
}

TEST_CASE("schedules that split the weight gradient shrink the bubble within their memory",
          "[pipeline][zero-bubble]") {
  const std::uint32_t p = 8, m = 32;
  const double one = RunSchedule(Schedule::k1f1b, p, 1, m, {1, 1, 1}).run.end;
  const Line zero = RunSchedule(Schedule::kZeroBubble, p, 1, m, {1, 1, 1});
  const Line zbv = RunSchedule(Schedule::kZbv, p, 2, m, {0.5, 0.5, 0.5});
  const Line half = RunSchedule(Schedule::kVHalf, p, 2, m, {0.5, 0.5, 0.5});
  const Line min = RunSchedule(Schedule::kVMin, p, 2, m, {0.5, 0.5, 0.5});
  CHECK(zero.run.end < one);
  CHECK(zero.run.end >= 3.0 * m);
  CHECK(zbv.run.end < one);
  CHECK(zbv.run.end >= 3.0 * m);
  CHECK(zbv.run.end <= half.run.end);
  CHECK(half.run.end <= min.run.end);
  CHECK(*std::max_element(zero.peaks.begin(), zero.peaks.end()) <= p);
  CHECK(*std::max_element(zbv.peaks.begin(), zbv.peaks.end()) <= p);
  CHECK(*std::max_element(half.peaks.begin(), half.peaks.end()) <= p / 2.0 + 1);
  CHECK(*std::max_element(min.peaks.begin(), min.peaks.end()) <= p / 3.0 + 1 + 1e-9);
}

// Two stages, m = 1: f + send + f + b + send + b.
TEST_CASE("transfers lie on the critical path", "[pipeline]") {
  CHECK(RunSchedule(Schedule::k1f1b, 2, 1, 1, {1, 1, 1}, 0.25).run.end == Approx(6.5));
  const double beside = RunSchedule(Schedule::k1f1b, 4, 1, 64, {1, 1, 1}, 0.05, true).run.end;
  const double blocking = RunSchedule(Schedule::k1f1b, 4, 1, 64, {1, 1, 1}, 0.05, false).run.end;
  CHECK(blocking > beside);
}

TEST_CASE("an uneven last stage sets the pace", "[pipeline]") {
  const ScheduleRow& row = RowOf(Schedule::k1f1b);
  const Orders orders = row.order({4, 1, 32, 1, 1, 1, 0});
  PipelineInput in{&row,         4,    1, 32, &orders, {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {2, 2, 2}},
                   {0, 0, 0, 0}, true, {}};
  const PipelineResult r = RunPipeline(in);
  CHECK(r.end >= 32 * 6.0);
  CHECK(r.end <= 32 * 6.0 + 3 * 3.0 + 1e-9);
}

TEST_CASE("a gate holds the first forward only", "[pipeline]") {
  const ScheduleRow& row = RowOf(Schedule::k1f1b);
  const Orders orders = row.order({1, 1, 4, 1, 1, 1, 0});
  PipelineInput in{&row, 1, 1, 4, &orders, {{1, 1, 1}}, {0}, true, {{0.5, 3.0}}};
  // First forward starts at 0.5 and ends when the parameters are whole, at 3.
  CHECK(RunPipeline(in).end == Approx(3.0 + 11.0));
}

}  // namespace
}  // namespace headroom::training
