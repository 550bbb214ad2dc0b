#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/plant/plant.h"

/// Small sites for the tests of the plant.
namespace headroom::plant::test {

/// Work that draws `watts` per accelerator on a share of a port, and slows with the clock: power
/// follows it.
class SteadyWork : public Settler {
 public:
  SteadyWork(power::LoadPort& port, double watts, double share = 1.0)
      : port_(port), watts_(watts), share_(share) {}
  void Settle(Instant now) override {
    const double dt = (now - last_).seconds();
    const double held = share_ * port_.accelerators * dt;
    port_.held.Add(held);
    port_.busy.Add(0.9 * held);
    port_.energy.Add(held * watts_ * port_.clock.value());
    last_ = now;
  }
  void Set(double watts) { watts_ = watts; }

 private:
  power::LoadPort& port_;
  double watts_, share_;
  Instant last_;
};

inline power::StageParams Stage(const std::string& name, double a, double b, double c,
                                double rating) {
  power::StageParams s;
  s.name = name;
  s.fixed = a;
  s.linear = b;
  s.square = c;
  s.rating = rating;
  return s;
}

/// `groups` groups of `racks` liquid-cooled racks of 72 accelerators, one CDU per group.
struct Row {
  explicit Row(int groups = 2, int racks = 8) {
    for (int i = 0; i < groups; ++i) {
      auto port = std::make_unique<power::LoadPort>();
      port->name = "row/cdu-" + std::to_string(i + 1);
      port->accelerators = static_cast<std::uint32_t>(72 * racks);
      LoadGroupParams g;
      g.name = port->name;
      g.port = port.get();
      g.racks = racks;
      g.nodes = 18.0 * racks;
      g.node.accelerators = 4;
      g.node.accelerator_idle = 180;
      g.node.accelerator_tdp = 1200;
      g.node.host_idle = 500;
      g.node.host_active = 1100;
      g.node.fan_power = 200;
      g.switch_power = 9000;
      g.nameplate = 132e3;
      g.liquid_share = 0.87;
      g.coolant_flow = 2.1;
      g.cdu = i;
      params.groups.push_back(g);
      cooling::CduParams cdu;
      cdu.name = "cdu-" + std::to_string(i + 1);
      params.cdus.push_back(cdu);
      ports.push_back(std::move(port));
    }
    const double watts = groups * racks * 132e3;
    auto transformer = Stage("transformer", 0.001, 0.001, 0.004, 1.5 * watts);
    transformer.indoors = false;
    params.stages = {transformer, Stage("ups", 0.008, 0.008, 0.012, 1.2 * watts),
                     Stage("pdu", 0.0, 0.0, 0.01, 1.2 * watts)};
    params.rectifier = Stage("rectifier", 0.006, 0.008, 0.012, 0.0);
    params.towers = static_cast<int>(watts / 2e6) + 1;
    params.inlet_limit = 1000.0;  // tests of the hall's limit set one
    params.air.chillers = static_cast<int>(watts / 3e6) + 1;
  }
  std::vector<std::unique_ptr<power::LoadPort>> ports;
  PlantParams params;
};

/// A plant with steady work on every port.
struct Run {
  Run(Row& row, double watts, double share = 1.0) : plant(engine, row.params) {
    for (auto& port : row.ports) {
      work.push_back(std::make_unique<SteadyWork>(*port, watts, share));
      plant.Add(work.back().get());
    }
  }
  MetricSet For(double seconds) {
    plant.Start();
    engine.Run(Instant::FromSeconds(seconds));
    plant.Finish();
    MetricSet m;
    plant.SetMetrics(m);
    return m;
  }
  Engine engine;
  std::vector<std::unique_ptr<SteadyWork>> work;
  Plant plant;
};

inline double Value(const MetricSet& m, const std::string& name) {
  const Metric* found = m.Find(name);
  return found ? found->value : -1e300;
}

}  // namespace headroom::plant::test
