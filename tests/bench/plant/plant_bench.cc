#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "models/plant/plant.h"

/// 24 h of a Frontier-size site at a plant step of 1 s: 25 CDU groups, 74 racks of 128 nodes with 4
/// accelerators each.
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

}  // namespace

int main() {
  Engine engine;
  std::vector<std::unique_ptr<power::LoadPort>> ports;
  plant::PlantParams params;
  for (int i = 0; i < 25; ++i) {
    const int racks = i == 13 ? 2 : 3;
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
  params.towers = 20;
  params.air.chillers = 4;
  plant::Plant plant(engine, params);
  Load load(ports);
  plant.Add(&load);

  const auto start = std::chrono::steady_clock::now();
  plant.Start();
  engine.Run(Instant::FromSeconds(86400));
  plant.Finish();
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  MetricSet m;
  plant.SetMetrics(m);
  fmt::print("plant_day_s {:.3f}\n", wall);
  fmt::print("site.power.mean {:.6g} W, site.pue {:.5f}, energy_balance_error {:.2g}\n",
             m.Find("site.power.mean")->value, m.Find("site.pue")->value,
             m.Find("energy_balance_error")->value);
}
