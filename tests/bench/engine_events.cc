#include <vector>

#include "sim/core/random.h"
#include "sim/engine/engine.h"
#include "tests/bench/engine_bench.h"

namespace headroom::bench {

namespace {

std::vector<Instant> RandomInstants(std::size_t n, const char* name) {
  RandomStream random(1, name);
  std::vector<Instant> out(n);
  for (Instant& t : out) t = Instant::FromSeconds(random.Uniform() * 1e3);
  return out;
}

}  // namespace

double ScheduleAndRun(std::size_t pending, std::size_t rounds) {
  const std::vector<Instant> when = RandomInstants(pending, "bench.schedule");
  Engine engine;
  const Stopwatch watch;
  for (std::size_t r = 0; r < rounds; ++r) {
    const Duration offset = engine.now() - Instant();
    for (const Instant t : when) engine.At(t + offset, Phase::kArrival, [] {});
    engine.RunAll();
  }
  return static_cast<double>(pending * rounds) / watch.seconds();
}

double Hold(std::size_t pending, std::size_t events) {
  RandomStream random(1, "bench.hold");
  std::vector<Duration> gaps(4096);
  for (Duration& g : gaps) g = Duration::FromSeconds(random.Exponential(1e-3));
  Engine engine;
  std::size_t left = events;
  std::size_t next = 0;
  struct Again {
    Engine* engine;
    const std::vector<Duration>* gaps;
    std::size_t* left;
    std::size_t* next;
    void operator()() const {
      if (--*left == 0) return engine->Stop();
      engine->After((*gaps)[++*next % gaps->size()], Phase::kArrival, *this);
    }
  };
  for (std::size_t i = 0; i < pending; ++i)
    engine.After(gaps[i % gaps.size()], Phase::kArrival, Again{&engine, &gaps, &left, &next});
  const Stopwatch watch;
  engine.RunAll();
  return static_cast<double>(events) / watch.seconds();
}

double ScheduleAndCancel(std::size_t pending, std::size_t rounds) {
  const std::vector<Instant> when = RandomInstants(pending, "bench.cancel");
  std::vector<EventId> ids(pending);
  Engine engine;
  const Stopwatch watch;
  for (std::size_t r = 0; r < rounds; ++r) {
    for (std::size_t i = 0; i < pending; ++i) ids[i] = engine.At(when[i], Phase::kArrival, [] {});
    for (const EventId id : ids) engine.Cancel(id);
  }
  return static_cast<double>(pending * rounds) / watch.seconds();
}

}  // namespace headroom::bench
