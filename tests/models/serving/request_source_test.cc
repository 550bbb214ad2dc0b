#include "models/serving/request_source.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>

using namespace headroom;
using namespace headroom::serving;

TEST_CASE("Poisson arrivals have their rate, lengths their means", "[request-source]") {
  auto source = MakePoissonSource({5.0, 1.0}, {LognormalTokens{800, 0.5}, UniformTokens{10, 30}},
                                  50000, 1, "w");
  double input = 0, output = 0, last = 0;
  while (!source->exhausted()) {
    const Request r = source->Take();
    CHECK(r.arrival >= last);
    CHECK((r.output_tokens >= 10 && r.output_tokens <= 30));
    last = r.arrival;
    input += r.input_tokens;
    output += r.output_tokens;
  }
  CHECK(last == Approx(10000).epsilon(0.02));
  CHECK(input / 50000 == Approx(800).epsilon(0.01));
  CHECK(output / 50000 == Approx(20).epsilon(0.01));
  CHECK(source->next_arrival() == RequestSource::kNone);
}

// 1000 s at 5 /s, then 1000 s at 20 /s: 5000 and 20000 requests, within three deviations.
TEST_CASE("a changed rate holds from its instant on, and what is random stays so", "[request-source]") {
  auto source = MakePoissonSource({5.0, 1.0}, {}, kUnlimited, 3, "w");
  auto untouched = MakePoissonSource({5.0, 1.0}, {}, kUnlimited, 3, "w");
  double before = 0, after = 0;
  for (; source->next_arrival() < 1000.0; ++before) CHECK(source->Take().arrival == untouched->Take().arrival);
  const double due = source->next_arrival();
  REQUIRE(source->SetRate(1000.0, 20.0));
  CHECK(source->next_arrival() == Approx(1000.0 + (due - 1000.0) / 4.0));
  for (; source->next_arrival() < 2000.0; ++after) source->Take();
  CHECK(std::abs(before - 5000) < 3 * std::sqrt(5000));
  CHECK(std::abs(after - 20000) < 3 * std::sqrt(20000));
  CHECK_FALSE(MakePoissonSource({5.0, 2.0}, {}, kUnlimited, 3, "w")->SetRate(0.0, 1.0));
  CHECK_FALSE(MakeClosedLoopSource({}, {}, 1, 1, "w")->SetRate(0.0, 1.0));
}

TEST_CASE("a diurnal stream has its mean over a day and its swing", "[request-source]") {
  auto source = MakePoissonSource({2.0, 4.0}, {}, kUnlimited, 1, "w");
  double night = 0, noon = 0, all = 0;
  while (source->next_arrival() < 86400.0) {
    const double hour = source->Take().arrival / 3600.0;
    ++all;
    if (hour < 1 || hour >= 23) ++night;
    if (hour >= 11 && hour < 13) ++noon;
  }
  CHECK(all == Approx(2.0 * 86400).epsilon(0.01));
  CHECK(noon / night == Approx(4.0).epsilon(0.08));
}

TEST_CASE("equal seeds and paths give equal requests, another path does not",
          "[request-source][determinism]") {
  const Lengths lengths{LognormalTokens{100, 1.0}, LognormalTokens{100, 1.0}};
  auto a = MakePoissonSource({5.0, 1.0}, lengths, 100, 7, "w");
  auto b = MakePoissonSource({5.0, 1.0}, lengths, 100, 7, "w");
  auto c = MakePoissonSource({5.0, 1.0}, lengths, 100, 7, "v");
  int same = 0;
  for (int i = 0; i < 100; ++i) {
    const Request x = a->Take(), y = b->Take(), z = c->Take();
    CHECK((x.arrival == y.arrival && x.input_tokens == y.input_tokens &&
           x.output_tokens == y.output_tokens));
    same += x.input_tokens == z.input_tokens;
  }
  CHECK(same < 20);
}

TEST_CASE("a closed loop starts its users evenly and waits for answers", "[request-source]") {
  auto source = MakeClosedLoopSource({3, 0.9}, {}, 5, 1, "w");
  for (int u = 0; u < 3; ++u) {
    CHECK(source->next_arrival() == Approx(0.3 * u));
    const Request r = source->Take();
    CHECK(r.user == static_cast<std::uint32_t>(u));
    CHECK(r.warm_up);
  }
  CHECK(source->next_arrival() == RequestSource::kNone);
  CHECK_FALSE(source->exhausted());
  Request done;
  done.user = 2;
  source->Answered(done, 4.0);
  CHECK(source->next_arrival() == 4.0);
  CHECK_FALSE(source->Take().warm_up);
}

TEST_CASE("a trace is scaled in time and cut", "[request-source]") {
  RequestTrace trace;
  trace.arrival = {0, 10, 20};
  trace.input_tokens = {1, 2, 3};
  trace.output_tokens = {4, 5, 6};
  auto source = MakeTraceSource(trace, 4.0, 2);
  CHECK(source->Take().arrival == 0.0);
  const Request r = source->Take();
  CHECK(r.arrival == 2.5);
  CHECK(r.input_tokens == 2);
  CHECK(source->exhausted());
}

TEST_CASE("gaps of gamma arrivals have their mean and variation", "[request-source]") {
  for (const double shape : {0.25, 1.0, 4.0}) {
    auto source = MakeGammaSource({5.0, shape}, {}, 100000, 1, "w");
    double last = 0, squares = 0;
    while (!source->exhausted()) {
      const double at = source->Take().arrival, gap = at - last;
      squares += gap * gap;
      last = at;
    }
    const double mean = last / 100000;
    CHECK(mean == Approx(0.2).epsilon(0.02));
    CHECK(std::sqrt(squares / 100000 - mean * mean) / mean == Approx(1 / std::sqrt(shape)).epsilon(0.02));
  }
}

// A tenth of the time at 50/s, the rest at 5/s: 9.5/s.
TEST_CASE("bursts come at their rate for their share of the time", "[request-source]") {
  auto source = MakeBurstSource({5.0, 50.0, 10.0, 90.0}, {}, 200000, 1, "w");
  double last = 0;
  while (!source->exhausted()) last = source->Take().arrival;
  CHECK(200000 / last == Approx(9.5).epsilon(0.05));
}

TEST_CASE("lengths alone go round and prefixes are shared by whole blocks", "[request-source]") {
  Lengths lengths;
  auto rows = std::make_shared<RequestTrace>();
  rows->input_tokens = {10, 20};
  rows->output_tokens = {1, 2};
  lengths.rows = rows;
  auto source = MakePoissonSource({1.0, 1.0}, lengths, 100, 1, "w", {3, 40, 16});
  std::vector<std::uint64_t> heads;
  for (int i = 0; i < 100; ++i) {
    const Request r = source->Take();
    CHECK(r.input_tokens == (i % 2 ? 60u : 50u));
    CHECK(r.output_tokens == (i % 2 ? 2u : 1u));
    REQUIRE(r.prefix.size() == 2);
    heads.push_back(r.prefix[0]);
  }
  std::sort(heads.begin(), heads.end());
  CHECK(std::unique(heads.begin(), heads.end()) - heads.begin() == 3);
}

TEST_CASE("a part of a trace keeps its prefixes and turns", "[request-source]") {
  RequestTrace t;
  t.arrival = {0, 10, 20, 30};
  t.input_tokens = {1, 2, 3, 4};
  t.output_tokens = {4, 5, 6, 7};
  t.hashes = {7, 8, 9, 10};
  t.hash_begin = {0, 1, 2, 3, 4};
  Cut(t, 10, 30);
  REQUIRE(t.size() == 2);
  auto source = MakeTraceSource(t, 1.0, kUnlimited);
  const Request first = source->Take();
  CHECK(first.arrival == 0.0);
  CHECK(first.prefix[0] == 8);
  CHECK(source->Take().prefix[0] == 9);
  Cut(t, 100, 200);
  CHECK(t.size() == 0);
}

TEST_CASE("a turn comes after the answer before it and holds what was said", "[request-source][session]") {
  RequestTrace t;
  t.arrival = {0.0, 1.0};
  t.input_tokens = {32, 16};
  t.output_tokens = {16, 16};
  t.turns = {{64, 8, 2.5}, {16, 8, 0.0}};
  t.turn_begin = {0, 2, 2};
  auto source = MakeSessionTraceSource(t, 1.0, kUnlimited, 16);
  Request a = source->Take();
  Request b = source->Take();
  CHECK(source->next_arrival() == RequestSource::kNone);
  CHECK_FALSE(source->exhausted());
  CHECK(a.prefix.size() == 3);
  const std::vector<std::uint64_t> said(a.prefix.begin(), a.prefix.end());
  a.generated = a.output_tokens;
  source->Answered(a, 4.0);
  CHECK(source->next_arrival() == 6.5);
  Request next = source->Take();
  CHECK(next.session == a.session);
  CHECK(next.input_tokens == 64);
  REQUIRE(next.prefix.size() == 4);
  CHECK(std::equal(said.begin(), said.end(), next.prefix.begin()));
  next.generated = next.output_tokens;
  source->Answered(next, 7.0);
  const Request last = source->Take();
  CHECK(last.arrival == 7.0);
  CHECK(last.prefix[0] != said[0]);  // 16 tokens do not hold the 72 before
  source->Answered(last, 8.0);       // without an answer
  CHECK_FALSE(source->exhausted());
  b.generated = b.output_tokens;
  source->Answered(b, 9.0);
  CHECK(source->exhausted());
}

TEST_CASE("drawn conversations grow by what is said", "[request-source][session]") {
  auto source = MakeSessionSource(MakePoissonSource({1.0, 1.0}, {FixedTokens{10}, FixedTokens{5}}, 1, 1, "w"),
                                  {FixedTokens{3}, 0.0, 0}, {FixedTokens{10}, FixedTokens{5}}, 1, "w");
  for (const std::uint32_t input : {10u, 25u, 40u}) {
    Request r = source->Take();
    CHECK(r.input_tokens == input);
    r.generated = 5;
    source->Answered(r, 100.0);
  }
  CHECK(source->exhausted());
}
