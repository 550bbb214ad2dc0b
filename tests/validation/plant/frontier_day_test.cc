#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <memory>

#include "models/plant/plant.h"
#include "tests/validation/plant/reference.h"

using namespace headroom;
using namespace headroom::validation;

namespace {

constexpr int kGroups = 25;
constexpr double kSample = 15.0;

/// Replays a day of sampled power: every port draws its column, held over the sample.
class Replay : public Settler {
 public:
  Replay(const Csv& day, std::vector<std::unique_ptr<power::LoadPort>>& ports) : ports_(ports) {
    for (std::size_t i = 0; i < day.rows(); ++i)
      for (int g = 0; g < kGroups; ++g)
        power_.push_back(day.number(i, fmt::format("power[{}]", g + 1)));
  }
  void Settle(Instant now) override {
    const double dt = (now - last_).seconds();
    const auto row = std::min(static_cast<std::size_t>(last_.seconds() / kSample + 0.5), power_.size() / kGroups - 1);
    for (int g = 0; g < kGroups; ++g) {
      const double all = ports_[g]->accelerators * dt;
      ports_[g]->held.Add(all);
      ports_[g]->busy.Add(all);
      ports_[g]->energy.Add(power_[row * kGroups + g] * dt);
    }
    last_ = now;
  }
  double Total(std::size_t row) const {
    double sum = 0.0;
    for (int g = 0; g < kGroups; ++g) sum += power_[row * kGroups + g];
    return sum;
  }

 private:
  std::vector<std::unique_ptr<power::LoadPort>>& ports_;
  std::vector<double> power_;
  Instant last_;
};

}  // namespace

// Only shape and ramps are held: nobody says how the day's level was scaled. The file's power is
// taken as the racks' DC.
TEST_CASE("the Frontier day's ramps arrive at the utility with losses added",
          "[validation][plant]") {
  const auto day = ReadReference("frontier_day_15s_cdu.csv.gz");
  if (!day) return;
  REQUIRE(day->rows() == 5761);
  std::vector<std::unique_ptr<power::LoadPort>> ports;
  plant::PlantParams params;
  params.step = kSample;
  for (int i = 0; i < kGroups; ++i) {
    ports.push_back(std::make_unique<power::LoadPort>());
    ports[i]->accelerators = 3 * 128 * 4;
    plant::LoadGroupParams g;
    g.name = fmt::format("cdu-{}", i + 1);
    g.port = ports[i].get();
    g.racks = 3;
    g.nodes = 384;
    g.node.accelerators = 4;
    g.node.accelerator_tdp = 700;
    g.nameplate = 400e3;
    g.liquid_share = 0.945;
    g.coolant_flow = 8.0;
    g.cdu = i;
    params.groups.push_back(g);
    cooling::CduParams cdu;
    cdu.name = g.name;
    cdu.pump_power = 8473.47;
    params.cdus.push_back(cdu);
  }
  for (const char* name : {"transformer", "pdu"}) {
    power::StageParams s;
    s.name = name;
    s.fixed = 0.001;
    s.square = 0.006;
    s.rating = 35e6;
    params.stages.push_back(s);
  }
  params.rectifier.fixed = 0.0013;
  params.rectifier.linear = 0.0417;
  params.towers = 20;
  params.air.chillers = 3;
  Engine engine;
  plant::Plant plant(engine, params);
  Replay replay(*day, ports);
  plant.Add(&replay);
  plant.Start();
  plant::RampStatistics minute(kSample, 60.0), quarter(kSample, 900.0);
  for (std::size_t i = 0; i + 1 < day->rows(); ++i) {
    engine.Run(Instant::FromSeconds(kSample * static_cast<double>(i + 1)));
    const auto& s = plant.last();
    const double losses_added = replay.Total(i) * (1.0 + s.losses / (s.utility - s.losses));
    minute.Add(losses_added);
    quarter.Add(losses_added);
  }
  // The day's last power goes on for three hours; every control comes to rest.
  double low[4] = {1e9, 1e9, 1e9, 1e9}, high[4] = {-1e9, -1e9, -1e9, -1e9};
  for (int i = 0; i < 720; ++i) {
    engine.Run(Instant::FromSeconds(kSample * static_cast<double>(day->rows() - 1 + i + 1)));
    if (i < 600) continue;
    const cooling::HeatNetwork& n = plant.network();
    const double now[4] = {n.valve(0), n.fan_speed(), n.facility_supply(), plant.last().utility / 1e6};
    for (int k = 0; k < 4; ++k) {
      low[k] = std::min(low[k], now[k]);
      high[k] = std::max(high[k], now[k]);
    }
  }
  for (int k = 0; k < 4; ++k) {
    CAPTURE(k, low[k], high[k]);
    CHECK(high[k] - low[k] < 1e-3);
  }
  plant.Finish();
  MetricSet m;
  plant.SetMetrics(m);
  const auto show = [&](const char* metric, double reference) {
    const double value = m.Find(metric)->value;
    Compare(fmt::format("Frontier day, {}", metric), "sustain-lc day, losses added", reference,
            value, "W/s", fmt::format("{:+.2f} %", 100.0 * (value / reference - 1.0)));
    CHECK(value == Approx(reference).epsilon(0.05));
  };
  show("site.power.ramp_up_max.1min", minute.up());
  show("site.power.ramp_down_max.1min", minute.down());
  show("site.power.ramp_up_max.15min", quarter.up());
  show("site.power.ramp_down_max.15min", quarter.down());
  CHECK(m.Find("energy_balance_error")->value < 1e-9);
  CHECK(m.Find("site.cooling.throttled")->value == 0.0);
}
