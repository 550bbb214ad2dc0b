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
///
/// --smoke runs a minute of each.
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
    }
    last_ = now;
  }

 private:
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

void Measure(const char* name, int groups, double step, double thermal_step, double seconds) {
  Engine engine;
  std::vector<std::unique_ptr<power::LoadPort>> ports;
  plant::PlantParams params;
  for (int i = 0; i < groups; ++i) {
    const int racks = i == 13 && groups == 25 ? 2 : 3;
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
    s.rating = 35e6;
    params.stages.push_back(s);
  }
  params.rectifier.fixed = 0.005;
  params.rectifier.linear = 0.02;
  params.towers = groups;
  params.air.chillers = 4;
  const Seasons seasons;
  params.weather = &seasons;
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
  Measure("day", 25, 1.0, 1.0, smoke ? 60.0 : 86400.0);
  Measure("year", 33, 60.0, 20.0, smoke ? 60.0 : 365.0 * 86400.0);
}
