#include "scenarios/study/rack_draw.h"

#include <algorithm>
#include <map>

#include "scenarios/build/load_groups.h"
#include "sim/core/diagnostics.h"

namespace headroom::study {
namespace {

/// Keeps mean and maximum of the series of rack groups.
class GroupPower final : public Recorder {
 public:
  SeriesId AddSeries(const SeriesSpec& spec) override {
    const SeriesId id(count_++);
    if (spec.name == "rack_group_power") {
      power_ = id;
      groups = spec.entities;
      now_.assign(groups.size(), 0.0);
      peak = energy = now_;
    }
    return id;
  }
  void Put(SeriesId series, std::size_t entity, double value) override {
    if (power_.valid() && series == power_) now_[entity] = value;
  }
  void EndInterval(double time) override {
    for (std::size_t g = 0; g < now_.size(); ++g) {
      peak[g] = std::max(peak[g], now_[g]);
      energy[g] += now_[g] * (time - seconds);
    }
    seconds = time;
  }
  void WriteTable(const Table&) override {}

  std::vector<std::string> groups;
  std::vector<double> peak, energy;  // W, J by group
  double seconds = 0.0;

 private:
  std::uint32_t count_ = 0;
  SeriesId power_;
  std::vector<double> now_;
};

}  // namespace

std::vector<RackDraw> MeasureRackDraw(const scenario::Prepared& prepared) {
  scenario::LoadedScenario loaded = prepared.loaded;
  loaded.scenario.mutable_record()->set_every(loaded.scenario.run().plant_step());
  scenario::Simulation simulation(loaded, prepared.library);
  GroupPower power;
  const scenario::Outcome outcome = simulation.Run(power, [](double, double) { return true; });
  if (outcome.status != "done") throw ConfigError(outcome.explanation);
  std::vector<RackDraw> out;
  for (const schema::System& system : loaded.scenario.site().systems()) {
    RackDraw draw{system.name()};
    double racks = 0.0, energy = 0.0;
    for (const scenario::GroupSize& g : simulation.groups()) {
      if (g.system != system.name()) continue;
      const auto at = std::find(power.groups.begin(), power.groups.end(), g.name) - power.groups.begin();
      draw.peak = std::max(draw.peak, power.peak[at] / g.racks);
      energy += power.energy[at];
      racks += g.racks;
    }
    draw.mean = energy / racks / power.seconds;
    out.push_back(draw);
  }
  return out;
}

}  // namespace headroom::study
