#include "models/serving/request_source.h"

#include <catch2/catch.hpp>
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
