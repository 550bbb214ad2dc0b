#include "sim/engine/continuous.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/core/check.h"
#include "sim/engine/engine.h"

using namespace headroom;

namespace {

/// dx/dt = (input - x) / tau, exactly; reports each crossing of `level` from below.
class Lag final : public ContinuousSystem {
 public:
  Lag(double tau, double level) : tau_(tau), level_(level) {}
  void Advance(Duration step) override {
    x_ = input + (x_ - input) * std::exp(-step.seconds() / tau_);
    ++advances;
  }
  Duration TimeToThreshold() const override {
    if (x_ >= level_ || input <= level_) return Duration::Max();
    const double s = tau_ * std::log((input - x_) / (input - level_));
    return Duration::Ns(static_cast<std::int64_t>(std::ceil(s * 1e9)));
  }
  void OnThreshold(Instant now) override { crossings.push_back(now); }
  double x() const { return x_; }

  double input = 1.0;
  int advances = 0;
  std::vector<Instant> crossings;

 private:
  double tau_;
  double level_;
  double x_ = 0.0;
};

/// A defect: it reports a threshold at once, for ever.
class Stuck final : public ContinuousSystem {
 public:
  void Advance(Duration) override {}
  Duration TimeToThreshold() const override { return Duration(); }
  void OnThreshold(Instant) override {}
};

}  // namespace

// x(t) = 1 - exp(-t/tau); at t = 3 s with tau = 2 s: 1 - exp(-1.5) = 0.776869839851570.
TEST_CASE("a lag follows its closed form however often it is looked at", "[continuous]") {
  const int looks = GENERATE(0, 1, 7, 1000);
  Engine engine;
  Lag lag(2.0, 9.0);
  engine.Add(&lag);
  for (int i = 1; i <= looks; ++i)
    engine.At(Instant::FromSeconds(3.0 * i / (looks + 1)), Phase::kObserve,
              [&] { engine.Settle(&lag); });
  engine.Run(Instant::FromSeconds(3.0));
  engine.Settle(&lag);
  CHECK(lag.x() == Approx(0.776869839851570).epsilon(1e-13));
  CHECK(lag.advances == looks + 1);
}

// Level 0.5 of a unit step: t = tau ln 2 = 1.386294361119891 s.
TEST_CASE("a threshold is met at its instant, with the state advanced to it", "[continuous]") {
  Engine engine;
  Lag lag(2.0, 0.5);
  engine.Add(&lag);
  engine.RunAll();
  REQUIRE(lag.crossings.size() == 1);
  CHECK(lag.crossings[0] == Instant::Ns(1386294362));
  CHECK(lag.x() == Approx(0.5).epsilon(1e-9));
  CHECK(engine.now() == Instant::Ns(1386294362));
}

// Input 0.4 until 1 s leaves x = 0.4 (1 - exp(-0.5)) = 0.157387736; then input 2: 2 ln((2 - x)
// / 1.5) = 0.411455 s more.
TEST_CASE("a touch moves the threshold with the input", "[continuous]") {
  Engine engine;
  Lag lag(2.0, 0.5);
  lag.input = 0.4;
  engine.Add(&lag);
  engine.At(Instant::FromSeconds(1.0), Phase::kDecision, [&] {
    engine.Touch(&lag);
    CHECK(lag.x() == Approx(0.4 * (1 - std::exp(-0.5))));
    lag.input = 2.0;
  });
  engine.RunAll();
  REQUIRE(lag.crossings.size() == 1);
  const double expected = 1.0 + 2.0 * std::log((2.0 - 0.4 * (1 - std::exp(-0.5))) / 1.5);
  CHECK(lag.crossings[0].seconds() == Approx(expected).epsilon(1e-9));
}

TEST_CASE("a touch can take a threshold away", "[continuous]") {
  Engine engine;
  Lag lag(2.0, 0.5);
  engine.Add(&lag);
  engine.At(Instant::FromSeconds(1.0), Phase::kDecision, [&] {
    engine.Touch(&lag);
    engine.Touch(&lag);
    lag.input = 0.1;
  });
  engine.Run(Instant::FromSeconds(100.0));
  CHECK(lag.crossings.empty());
  CHECK(engine.pending() == 0);
}

TEST_CASE("thresholds of an instant come before its decisions and probes", "[continuous]") {
  Engine engine;
  Lag lag(2.0, 0.5);
  engine.Add(&lag);
  std::size_t seen = 0;
  engine.At(Instant::Ns(1386294362), Phase::kArrival, [&] { seen = lag.crossings.size(); });
  engine.RunAll();
  CHECK(seen == 1);
}

TEST_CASE("a system that never moves on from its threshold is a defect", "[continuous]") {
  Engine engine;
  Stuck stuck;
  engine.Add(&stuck);
  CHECK_THROWS_AS(engine.RunAll(), InternalError);
}
