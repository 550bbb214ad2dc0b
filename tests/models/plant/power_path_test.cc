#include "models/plant/power_path.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "models/power/lost_time.h"
#include "tests/models/plant/site.h"

using namespace headroom;
using namespace headroom::plant;
using namespace headroom::plant::test;

namespace {

/// All accelerators of a port in phase: `busy` seconds at `high`, then `pause` seconds at `low`, until `end`.
class PulsedWork : public Settler {
 public:
  PulsedWork(power::LoadPort& port, double busy, double high, double pause, double low, double end)
      : port_(port), busy_(busy), high_(high), pause_(pause), low_(low), end_(end) {}
  void Settle(Instant now) override {
    const double until = std::min(now.seconds(), end_);
    const double period = busy_ + pause_;
    if (port_.wants_phases && port_.feeds.empty())
      port_.feeds.emplace_back().accelerators = port_.accelerators;
    double energy = 0.0;
    const double begin = at_;
    while (at_ < until - 1e-12) {
      const double whole = std::floor(at_ / period + 1e-12) * period;
      const bool active = at_ - whole < busy_ - 1e-12;
      const double next = std::min(until, whole + (active ? busy_ : period));
      const double watts = active ? high_ : low_;
      energy += (next - at_) * watts;
      if (port_.wants_phases) port_.feeds[0].phases.push_back({at_, next - at_, watts, active});
      at_ = next;
    }
    // As work does: the meters get the mean of the whole cycle.
    const double mean = (busy_ * high_ + pause_ * low_) / period * (at_ - begin);
    port_.energy.Add(port_.accelerators * mean);
    if (port_.wants_phases) port_.feeds[0].metered.Add(port_.accelerators * mean);
    port_.held.Add(port_.accelerators * (at_ - begin));
    port_.busy.Add(port_.accelerators * 0.5 * (at_ - begin));
  }

 private:
  power::LoadPort& port_;
  double busy_, high_, pause_, low_, end_;
  double at_ = 0.0;
};

/// One group of racks with pulsed work.
struct Pulses {
  Pulses(const PowerPathParams& path, double busy, double pause, double end = 1e9, int racks = 8)
      : row(1, racks) {
    row.params.path = path;
    plant.emplace(engine, row.params);
    work.emplace(*row.ports[0], busy, 1000.0, pause, 200.0, end);
    plant->Add(&*work);
  }
  MetricSet For(double seconds) {
    plant->Start();
    engine.Run(Instant::FromSeconds(seconds));
    plant->Finish();
    MetricSet m;
    plant->SetMetrics(m);
    return m;
  }
  Row row;
  Engine engine;
  std::optional<Plant> plant;
  std::optional<PulsedWork> work;
};

PowerPathParams Smoothed(double floor, double delay) {
  PowerPathParams p;
  p.smoothing.emplace();
  p.smoothing->floor = floor;
  p.smoothing->stop_delay = delay;
  return p;
}

power::BessParams Battery() {
  power::BessParams b;
  b.energy = 7.2e9;
  b.power = 2e6;
  return b;
}

}  // namespace

// Cycles of 3.5 s at 1000 W and 1.5 s at 200 W; a floor of 0.6 x 1200 = 720 W burns 1.5 x 520 of 3800 J.
TEST_CASE("the overhead of a floor is its closed form through the plant", "[path]") {
  Pulses run(Smoothed(0.6, 10.0), 3.5, 1.5);
  const MetricSet m = run.For(500);
  CHECK(Value(m, "site.power.smoothing_overhead") == Approx(780.0 / 3800.0).epsilon(1e-9));
  CHECK(run.plant->totals().board_energy() ==
        Approx(576.0 * (3800.0 + 780.0) * 100.0).epsilon(1e-9));
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

// Work ends at 100 s in a pause that began 1.5 s before: the floor of 720 W holds 3.5 s longer, against
// the idle 180 W; then all is idle.
TEST_CASE("the stop delay outlives the work", "[path]") {
  Pulses run(Smoothed(0.6, 5.0), 3.5, 1.5, 100.0);
  run.For(200);
  CHECK(run.plant->totals().board_energy() ==
        Approx(576.0 * (4580.0 * 20.0 + 3.5 * 720.0 + 96.5 * 180.0)).epsilon(1e-9));
}

TEST_CASE("phases without smoothing change no energy over whole cycles", "[path]") {
  PowerPathParams grid;
  grid.grid.emplace();
  Pulses plain({}, 3.5, 1.5), phased(grid, 3.5, 1.5);
  plain.For(500);
  phased.For(500);
  CHECK(phased.plant->totals().board_energy() ==
        Approx(plain.plant->totals().board_energy()).epsilon(1e-9));
}

TEST_CASE("windows change nothing but what they add", "[path]") {
  PowerPathParams path = Smoothed(0.6, 0.0);
  path.bess = Battery();
  Pulses plain(path, 3.5, 1.5);
  path.windows = {{30.0, 60.0, 1e-3}};
  Pulses observed(path, 3.5, 1.5);
  const MetricSet a = plain.For(200), b = observed.For(200);
  for (const char* name : {"site.energy.total", "site.power.peak", "site.battery.charge_min",
                           "site.power.smoothing_overhead"})
    CHECK(Value(a, name) == Value(b, name));
  Pulses bare({}, 3.5, 1.5);
  PowerPathParams only;
  only.windows = {{30.0, 60.0, 1e-3}};
  Pulses seen(only, 3.5, 1.5);
  CHECK(Value(bare.For(200), "site.energy.total") == Value(seen.For(200), "site.energy.total"));
}

// Boards swing between 1000 and 200 W (720 W with the floor); the rest of the site is flat, and the
// mean of each sample is exact, so the window's mean is that of whole cycles.
TEST_CASE("a window holds the boards' power sample by sample", "[path]") {
  PowerPathParams path;
  path.windows = {{50.0, 20.0, 1e-3}};
  Pulses run(path, 3.5, 1.5);
  run.For(100);
  REQUIRE(run.plant->path().windows().size() == 1);
  const WindowResult& w = run.plant->path().windows()[0];
  REQUIRE(w.accelerators.size() == 20000);
  CHECK(w.accelerators[100] == Approx(576e3));
  CHECK(w.accelerators[3600] == Approx(576.0 * 200.0));
  double mean = 0.0;
  for (double x : w.accelerators) mean += x / 20000.0;
  CHECK(mean == Approx(576.0 * 760.0).epsilon(1e-9));
  CHECK(w.utility == w.load);
}

TEST_CASE("a window that the run does not reach is not made up", "[path]") {
  PowerPathParams path;
  path.windows = {{150.0, 20.0, 1e-3}, {90.0, 20.0, 1e-3}};
  Pulses run(path, 3.5, 1.5);
  run.For(100);
  REQUIRE(run.plant->path().windows().size() == 1);
  CHECK(run.plant->path().windows()[0].utility.size() == 10000);
}

TEST_CASE("with a grid and no window the last minute counts", "[path]") {
  PowerPathParams path;
  path.grid.emplace();
  path.grid->range = 100e3;
  Pulses run(path, 3.5, 1.5);
  const MetricSet m = run.For(300);
  CHECK(run.plant->path().windows()[0].from == Approx(240.0));
  // 576 x 800 W through the stages, and no band figure is asked.
  CHECK(Value(m, "site.power.range") > 576 * 800.0);
  CHECK(Value(m, "site.power.range") < 1.15 * 576 * 800.0);
  CHECK(Value(m, "site.power.compliant") == 0.0);
}

TEST_CASE("every balance closes with smoothing and a battery", "[path][conservation]") {
  PowerPathParams path = Smoothed(0.7, 2.0);
  path.smoothing->ramp_up = path.smoothing->ramp_down = 200.0;
  path.bess = Battery();
  Pulses run(path, 2.3, 1.9, 300.0);
  const MetricSet m = run.For(900);
  CHECK(Value(m, "energy_balance_error") < 1e-9);
  CHECK(Value(m, "site.battery.charge_min") < 0.5);
  CHECK(Value(m, "site.power.smoothing_undelivered") > 0.0);
}

// Work without phases at 300 W, all held: the floor lifts it to 720 W.
TEST_CASE("work without phases is smoothed at its mean", "[path]") {
  Row row(1, 1);
  row.params.path = Smoothed(0.6, 0.0);
  Run run(row, 300.0);
  const MetricSet m = run.For(100);
  CHECK(Value(m, "site.power.smoothing_overhead") == Approx(420.0 / 300.0).epsilon(1e-9));
  CHECK(run.plant.totals().board_energy() == Approx(72.0 * 720.0 * 100.0).epsilon(1e-9));
}

TEST_CASE("a battery that ends emptier than it began does not flatter PUE", "[plant][pue]") {
  double pue[2];
  for (const bool battery : {false, true}) {
    Row row(2);
    if (battery) {
      power::BessParams b;
      b.energy = 3.6e9;
      b.power = 1e6;
      b.round_trip = 1.0;
      b.initial_charge = 1.0;
      b.control = power::BessControl::kPeakShave;
      b.target = 0.5e6;
      row.params.path.bess = b;
    }
    Run run(row, 900.0);
    const MetricSet m = run.For(1800.0);
    pue[battery] = Value(m, "site.pue");
    if (battery) CHECK(Value(m, "site.battery.charge_final") < 0.9);
  }
  CHECK(pue[1] == Approx(pue[0]).epsilon(1e-9));
}

namespace {

/// Work without an end at 1000 W that counts its progress by the pace.
class PacedWork : public Settler {
 public:
  explicit PacedWork(power::LoadPort& port) : port_(port) {
    port.pace.Subscribe([this](Instant now, double) { Progress(now); });
  }
  void Settle(Instant now) override {
    Progress(now);
    if (port_.feeds.empty()) port_.feeds.emplace_back().accelerators = port_.accelerators;
    const double dt = now.seconds() - at_, all = port_.accelerators * dt;
    port_.feeds[0].phases.push_back({at_, dt, 1000.0, true});
    port_.feeds[0].metered.Add(1000.0 * all);
    port_.energy.Add(1000.0 * all);
    port_.held.Add(all);
    port_.busy.Add(all);
    at_ = now.seconds();
  }
  double progress = 0.0;

 private:
  void Progress(Instant now) {
    progress += pace_ * (now.seconds() - counted_);
    counted_ = now.seconds();
    pace_ = port_.pace.value();
  }
  power::LoadPort& port_;
  double at_ = 0.0, counted_ = 0.0, pace_ = 1.0;
};

}  // namespace

// From idle (180 W) at 100 W/s to 1000 W takes 8.2 s; what is lost on that ramp is a closed integral, whatever the
// coupling step.
TEST_CASE("a ramp slows the work by the time that it loses, and by no more", "[path]") {
  const double lost = power::LostTime({{8.2, 180.0, 1000.0}}, 0, 1000.0, 180.0);
  CHECK(lost > 2.0);
  for (double step : {1.0, 0.5}) {
    Row row(1, 8);
    row.params.step = step;
    row.params.path.smoothing.emplace();
    row.params.path.smoothing->ramp_up = 100.0;
    row.params.path.smoothing->ramp_down = 100.0;
    Engine engine;
    Plant plant(engine, row.params);
    PacedWork work(*row.ports[0]);
    plant.Add(&work);
    plant.Start();
    engine.Run(Instant::FromSeconds(60));
    plant.Finish();
    MetricSet m;
    plant.SetMetrics(m);
    CHECK(row.ports[0]->pace.value() == 1.0);
    CHECK(60.0 - work.progress == Approx(lost).epsilon(5e-3));
    CHECK(Value(m, "site.power.smoothing_slowed") == Approx(60.0 - work.progress).epsilon(1e-9));
    // Power is the ramp whatever the pace: 820 W on average less over 8.2 s.
    CHECK(plant.totals().board_energy() ==
          Approx(576.0 * (60.0 * 1000.0 - 0.5 * 820.0 * 8.2)).epsilon(1e-9));
    CHECK(Value(m, "energy_balance_error") < 1e-9);
  }
}

TEST_CASE("without ramps and ballast the pace never moves", "[path]") {
  Row row(1, 8);
  row.params.path = Smoothed(0.6, 1.0);
  Engine engine;
  Plant plant(engine, row.params);
  int changes = 0;
  row.ports[0]->pace.Subscribe([&](Instant, double) { ++changes; });
  PacedWork work(*row.ports[0]);
  plant.Add(&work);
  plant.Start();
  engine.Run(Instant::FromSeconds(20));
  plant.Finish();
  CHECK(changes == 0);
}

// Cycles of 3.5 s at 1000 W and 1.5 s at 200 W, filled to 0.6 x 1200 = 720 W 0.1 s after each edge: 1.4 s of 520 W, and 0.1 s of
// 520 W on top of 1000 W, of which the limit of 1200 W leaves 200 W.
TEST_CASE("ballast fills the pauses, overshoots by its delay and costs pace", "[path]") {
  PowerPathParams path;
  path.ballast = SiteBallast{0.6, 0.1, 0.04};
  Pulses run(path, 3.5, 1.5);
  const MetricSet m = run.For(500);
  // The very first edge is from nothing to work, so there is no overshoot there.
  CHECK(Value(m, "site.power.smoothing_overhead") ==
        Approx((1.4 * 520.0 * 100.0 + 0.1 * 200.0 * 99.0) / 380000.0).epsilon(1e-9));
  CHECK(run.row.ports[0]->pace.value() == Approx(0.96));
  CHECK(Value(m, "site.power.smoothing_slowed") == Approx(0.04 * 500.0).epsilon(1e-9));
  CHECK(Value(m, "energy_balance_error") < 1e-9);
}

TEST_CASE("a settled battery starts at the load of the first step", "[path]") {
  const auto charged = [](bool settled) {
    PowerPathParams path;
    path.bess = Battery();
    path.bess_settled = settled;
    Pulses run(path, 1e6, 1.0);
    return Value(run.For(60), "site.battery.charge_final");
  };
  CHECK(charged(true) == Approx(0.5).margin(1e-3));
  CHECK(charged(false) < 0.499);
}

// Half the sample and half the plant step: figures move by less than 0.1 %. The range is that of single samples and hangs on
// their length.
TEST_CASE("figures of a window do not hang on the plant's step or the sample", "[path]") {
  const auto figures = [](double step, double sample) {
    PowerPathParams path = Smoothed(0.6, 1.0);
    path.smoothing->ramp_up = path.smoothing->ramp_down = 400.0;
    path.shelf = power::ShelfStorageParams{65.0};
    path.bess = Battery();
    path.grid.emplace();
    path.windows = {{40.0, 20.0, sample}};
    Row row(1, 8);
    row.params.path = path;
    row.params.step = step;
    Engine engine;
    Plant plant(engine, row.params);
    PulsedWork work(*row.ports[0], 3.5, 1000.0, 1.5, 200.0, 1e9);
    plant.Add(&work);
    plant.Start();
    engine.Run(Instant::FromSeconds(70));
    plant.Finish();
    MetricSet m;
    plant.SetMetrics(m);
    CHECK(Value(m, "energy_balance_error") < 1e-9);
    return std::vector<double>{Value(m, "site.power.mean"), Value(m, "site.power.band_amplitude"),
                               Value(m, "site.power.smoothing_overhead")};
  };
  const auto base = figures(1.0, 2e-3), fine = figures(1.0, 1e-3), half = figures(0.5, 1e-3);
  for (std::size_t i = 0; i < base.size(); ++i) {
    CAPTURE(i);
    CHECK(fine[i] == Approx(base[i]).epsilon(1e-3));
    CHECK(half[i] == Approx(fine[i]).epsilon(1e-3));
  }
}

namespace {

/// Work that tells no phases: `watts` for all accelerators from `from` on, half done at half the pace.
class PlainWork : public Settler {
 public:
  PlainWork(power::LoadPort& port, double watts, double from) : port_(port), watts_(watts), from_(from) {}
  void Settle(Instant now) override {
    const double dt = std::max(0.0, now.seconds() - std::max(from_, at_));
    at_ = now.seconds();
    port_.energy.Add(port_.accelerators * watts_ * dt);
    port_.held.Add(port_.accelerators * dt);
    port_.busy.Add(port_.accelerators * dt);
    done += pace_ * dt;
    pace_ = port_.pace.value();
  }
  double done = 0.0;  // s of work at full speed

 private:
  power::LoadPort& port_;
  double watts_, from_;
  double at_ = 0.0, pace_ = 1.0;
};

}  // namespace

// From 180 to 1000 W at 20 W/s: 41 s of ramp, of which the work loses the integral of 1 - SpeedAt(share).
TEST_CASE("work without phases loses the time of a ramp too", "[plant][path][pace]") {
  double slowed[2];
  for (const double step : {1.0, 0.5}) {
    PowerPathParams path;
    path.smoothing.emplace();
    path.smoothing->ramp_up = 20.0;
    Row row(1, 8);
    row.params.path = path;
    row.params.step = step;
    Engine engine;
    Plant plant(engine, row.params);
    PlainWork work(*row.ports[0], 1000.0, 100.0);
    plant.Add(&work);
    plant.Start();
    engine.Run(Instant::FromSeconds(300.0));
    plant.Finish();
    MetricSet m;
    plant.SetMetrics(m);
    const double idle = row.params.groups[0].node.accelerator_idle;
    const double seconds = (1000.0 - idle) / 20.0;
    const double lost = power::LostTime({{seconds, idle, 1000.0}}, 0, 1000.0, idle);
    CHECK(lost > 5.0);
    CHECK(Value(m, "site.power.smoothing_slowed") == Approx(lost).epsilon(0.05));
    CHECK(work.done == Approx(200.0 - lost).epsilon(0.01));
    slowed[step < 1.0] = Value(m, "site.power.smoothing_slowed");
  }
  CHECK(slowed[1] == Approx(slowed[0]).epsilon(0.02));
}
