#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/runs/quiet_run.h"
#include "tests/validation/plant/reference.h"

// Every scenario of the library: balances of every step, and what recording and internal steps do to its figures.
using namespace headroom;
using namespace headroom::validation;

namespace {

std::vector<std::string> Library() {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(HEADROOM_SOURCE_DIR "/scenarios/library"))
    if (file.path().extension() == ".yaml") out.push_back(file.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// `cadence`: of recording over that of the file; `steps`: internal steps over those of the file.
MetricSet FiguresOf(const std::string& file, double cadence, double steps) {
  scenario::Prepared prepared = scenario::Prepare(file, {});
  schema::Scenario& s = prepared.loaded.scenario;
  if (cadence != 1.0) s.mutable_record()->set_every(cadence * s.record().every());
  s.mutable_run()->set_plant_step(steps * s.run().plant_step());
  s.mutable_run()->set_thermal_step(steps * s.run().thermal_step());
  return runs::RunQuietly(prepared);
}

}  // namespace

// Balances are asserted in every step of these runs. What single plant steps define (their extremes, ramps, when a control first
// acts) hangs on the step and is left out of the second half.
TEST_CASE("figures of the library do not hang on the recording cadence, nor on the internal steps", "[validation][plant]") {
  double balance = 0.0, by_cadence = 0.0, by_steps = 0.0;
  std::string cadence_name, steps_name;
  int figures = 0, runs = 0;
  for (const std::string& file : Library()) {
    CAPTURE(file);
    const MetricSet base = FiguresOf(file, 1.0, 1.0), coarse = FiguresOf(file, 7.0, 1.0), half = FiguresOf(file, 1.0, 0.5);
    ++runs;
    const std::string name = std::filesystem::path(file).stem().string();
    for (const MetricSet* m : {&base, &half}) balance = std::max(balance, m->Find("energy_balance_error")->value);
    for (const Metric& m : base.all()) {
      CAPTURE(m.name);
      const Metric* other = coarse.Find(m.name);
      REQUIRE(other);
      CHECK(other->text == m.text);
      if (!m.text.empty()) continue;
      ++figures;
      const double change = m.value == other->value ? 0.0 : std::abs(other->value - m.value) / std::max(std::abs(m.value), 1e-30);
      if (m.name == "energy_balance_error") continue;
      if (change > by_cadence) cadence_name = name + ", " + m.name;
      by_cadence = std::max(by_cadence, change);
      CHECK(change <= 1e-6);
    }
    for (const char* metric : {"site.energy.total", "site.energy.cost", "site.energy.carbon", "site.energy.water", "site.pue", "site.power.mean", "site.power.it_mean",
                               "site.cooling.supply_max", "site.cooling.return_max", "site.cooling.facility_supply_max"}) {
      const Metric *a = base.Find(metric), *b = half.Find(metric);
      if (!a || a->value == 0.0) continue;
      CAPTURE(metric);
      const double change = std::abs(b->value / a->value - 1.0);
      if (change > by_steps) steps_name = name + ", " + metric;
      by_steps = std::max(by_steps, change);
      CHECK(change <= 1e-3);
    }
  }
  CHECK(balance < 1e-9);
  Compare(fmt::format("library, {} scenarios, largest error of a balance in any step", runs), "conservation", 0.0, balance, "", "of what passed");
  Compare(fmt::format("library, {} figures, largest change with 7 times the recording cadence", figures), "invariance", 0.0, by_cadence, "", cadence_name);
  Compare(fmt::format("library, energies and temperatures, largest change with halved internal steps", runs), "invariance", 0.0, by_steps, "", steps_name);
}
