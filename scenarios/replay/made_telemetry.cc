#include "scenarios/replay/made_telemetry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/plant/plant_params.h"
#include "scenarios/replay/signal_recorder.h"
#include "sim/core/diagnostics.h"
#include "sim/core/random.h"

namespace headroom::replay {
namespace {

constexpr double kNoiseKelvin = 10.0;

}  // namespace

std::string MakeTelemetry(const scenario::Prepared& prepared, const MadeTelemetry& made, const scenario::Watch& watch) {
  if (made.signals.empty()) throw ConfigError("--make needs signals; --signal names one");
  scenario::LoadedScenario loaded = prepared.loaded;
  loaded.scenario.mutable_record()->set_every(std::max(loaded.scenario.run().plant_step(), made.every));
  SignalRecorder recorder(made.signals, nullptr);
  scenario::Simulation simulation(loaded, prepared.library, [&](plant::PlantParams* params) {
    std::vector<int> racks;
    for (const auto& g : params->groups) racks.push_back(g.racks);
    recorder.SetRacks(params->group_of_rack, racks);
  });
  const scenario::Outcome outcome = simulation.Run(recorder, watch);
  if (outcome.status != "done") throw ConfigError(outcome.status + ": " + outcome.explanation);
  std::string out = "# made of a run of the scenario, not measured\ntime";
  std::vector<RandomStream> noise, holes;
  for (const auto& s : recorder.signals()) {
    out += fmt::format(",{}{}", s.name, s.units == "1" || s.units.empty() ? "" : " (" + s.units + ")");
    noise.emplace_back(loaded.scenario.seed(), "telemetry/noise/" + s.name);
    holes.emplace_back(loaded.scenario.seed(), "telemetry/missing/" + s.name);
  }
  // The first row is the start of the run; values belong to the ends of intervals.
  out += "\n0" + std::string(recorder.signals().size(), ',') + "\n";
  for (std::size_t k = 0; k < recorder.times().size(); ++k) {
    out += fmt::format("{:.10g}", recorder.times()[k]);
    for (std::size_t i = 0; i < recorder.signals().size(); ++i) {
      const auto& s = recorder.signals()[i];
      const double value = s.values[k];
      const double noisy = value + made.noise * noise[i].Normal() * (s.units == "degC" ? kNoiseKelvin : std::abs(value));
      const bool missing = holes[i].Uniform() < made.missing || !std::isfinite(value);
      out += missing ? "," : fmt::format(",{:.7g}", noisy);
    }
    out += "\n";
  }
  return out;
}

}  // namespace headroom::replay
