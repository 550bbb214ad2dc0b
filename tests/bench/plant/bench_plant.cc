#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "models/plant/plant.h"

/// CPU seconds of the plant on sites of CDU groups with three racks of 128 nodes and 4 accelerators:
///
///   day    24 h of Frontier's size (25 groups, 74 racks), plant and thermal step 1 s
///   year   365 d of 33 groups, plant step 60 s, thermal step 20 s, weather by the hour
///   window 60 s of 1 ms samples of 84 groups of 12 racks (1,008 racks), with smoothing, shelf
///          storage, a battery and the spectrum; the run of 100 s around it included
///
/// --smoke runs a minute of each (the window: 2 s).
namespace {

using namespace headroom;

class Load : public Settler {
 public:
  explicit Load(std::vector<std::unique_ptr<power::LoadPort>>& ports) : ports_(ports) {}
  void Settle(Instant now) override {
    const double dt = (now - last_).seconds();
    double share = 0.3 + 0.6 * ((now.ns() / 900000000000) % 2);
    for (auto& p : ports_) {
      const double s = dt * p->accelerators * share;
      p->held.Add(s);
      p->busy.Add(s);
      p->energy.Add(s * 500.0);
      if (p->wants_phases) AddPhases(*p, s, last_.seconds(), dt);
    }
    last_ = now;
  }

 private:
  /// Ten phases of work and ten of rest in every step.
  static void AddPhases(power::LoadPort& port, double held, double start, double seconds) {
    if (port.feeds.empty())
      port.feeds.emplace_back().accelerators = static_cast<std::uint32_t>(held / seconds);
    port.feeds[0].metered.Add(500.0 * port.feeds[0].accelerators * seconds);
    for (int i = 0; i < 20; ++i)
      port.feeds[0].phases.push_back(
          {start + i * seconds / 20, seconds / 20, i % 2 == 0 ? 560.0 : 100.0, i % 2 == 0});
  }

  std::vector<std::unique_ptr<power::LoadPort>>& ports_;
  Instant last_;
};

/// A year's swing and a day's swing of both bulbs, by the hour.
class Seasons : public cooling::Weather {
 public:
  cooling::Outdoors At(Instant now) const override {
    const double hour = std::floor(now.seconds() / 3600.0);
    const double wet =
        283.15 - 10.0 * std::cos(hour / 8760.0 * 6.2832) - 4.0 * std::cos(hour / 24.0 * 6.2832);
    return {wet + 6.0, wet};
  }
};

plant::PowerPathParams Window(double length) {
  plant::PowerPathParams path;
  path.smoothing = plant::SiteSmoothing{0.65, 2000.0, 2000.0, 1.0};
  path.shelf = power::ShelfStorageParams{65.0};
  path.bess.emplace();
  path.bess->energy = 7.2e9;
  path.bess->power = 2e7;
  path.windows = {{30.0, length, 1e-3}};
  return path;
}

void Measure(const char* name, int groups, int per_group, double step, double thermal_step, double seconds,
             const plant::PowerPathParams& path = {}) {
  Engine engine;
  std::vector<std::unique_ptr<power::LoadPort>> ports;
  plant::PlantParams params;
  for (int i = 0; i < groups; ++i) {
    const int racks = i == 13 && groups == 25 ? 2 : per_group;
    auto port = std::make_unique<power::LoadPort>();
    port->accelerators = static_cast<std::uint32_t>(racks * 128 * 4);
    plant::LoadGroupParams g;
    g.name = "cdu-" + std::to_string(i + 1);
    g.port = port.get();
    g.racks = racks;
    g.nodes = racks * 128.0;
    g.node.accelerators = 4;
    g.node.accelerator_idle = 88;
    g.node.accelerator_tdp = 560;
    g.node.host_idle = 274.26;
    g.node.host_active = 464.26;
    g.switch_power = 8000;
    g.nameplate = 380e3;
    g.liquid_share = 0.945;
    g.coolant_flow = 8.0;
    g.cdu = i;
    params.groups.push_back(g);
    cooling::CduParams cdu;
    cdu.name = g.name;
    cdu.pump_power = 8473.47;
    params.cdus.push_back(cdu);
    ports.push_back(std::move(port));
  }
  for (const char* name : {"transformer", "ups", "pdu"}) {
    power::StageParams s;
    s.name = name;
    s.fixed = 0.004;
    s.square = 0.008;
    s.rating = per_group > 3 ? 4e8 : 35e6;
    params.stages.push_back(s);
  }
  params.rectifier.fixed = 0.005;
  params.rectifier.linear = 0.02;
  params.towers = groups * per_group / 3;
  params.air.chillers = 4;
  const Seasons seasons;
  params.weather = &seasons;
  params.path = path;
  params.step = step;
  params.thermal_step = thermal_step;
  const std::clock_t start = std::clock();
  plant::Plant plant(engine, params);
  Load load(ports);
  plant.Add(&load);
  plant.Start();
  engine.Run(Instant::FromSeconds(seconds));
  plant.Finish();
  const double cpu = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  MetricSet m;
  plant.SetMetrics(m);
  fmt::print("{} {:.3f} s   (mean {:.4g} MW, PUE {:.4f}, balance {:.1g})\n", name, cpu,
             m.Find("site.power.mean")->value / 1e6, m.Find("site.pue")->value,
             m.Find("energy_balance_error")->value);
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  Measure("day", 25, 3, 1.0, 1.0, smoke ? 60.0 : 86400.0);
  Measure("year", 33, 3, 60.0, 20.0, smoke ? 60.0 : 365.0 * 86400.0);
  Measure("window", 84, 12, 1.0, 1.0, smoke ? 40.0 : 100.0, Window(smoke ? 2.0 : 60.0));
}
