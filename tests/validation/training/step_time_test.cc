#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/core/diagnostics.h"
#include "tests/validation/training/cases.h"
#include "tests/validation/training/csv.h"
#include "tests/validation/training/report.h"

namespace headroom::validation {
namespace {

std::string Parts(const training::StepResult& r) {
  const training::StepBreakdown& b = r.breakdown;
  const auto share = [&](double s) { return 100 * s / r.step_time; };
  return fmt::format("compute {:.1f} tp {:.1f} cp {:.1f} ep {:.1f} pp {:.1f} dp {:.1f} bubble {:.1f} opt {:.1f} mem {:.0f}",
                     share(b.compute), share(b.tp_exposed), share(b.cp_exposed), share(b.ep_exposed),
                     share(b.pp_exposed), share(b.dp_exposed), share(b.bubble), share(b.optimizer),
                     r.memory.fullest.total() / (1 << 30));
}

TEST_CASE("measured training steps are predicted", "[validation][training]") {
  const auto folder = TrainingTables();
  if (!folder) {
    fmt::print("skipped: no measured tables\n");
    return;
  }
  Bench bench;
  std::vector<Case> cases;
  for (auto* source : {Mlperf, Korthikanti, Dgxc, MegatronBridge, MegatronSc21, MegatronCore}) {
    for (Case& c : source(bench.library(), *folder)) cases.push_back(std::move(c));
  }
  for (const Case& c : cases) {
    if (!c.fit) continue;
    bench.Fit(c);
    fmt::print("{} derate {:.4f}\n", c.accelerator, bench.derate(c.accelerator));
  }
  std::vector<Line> lines;
  for (const Case& c : cases) {
    try {
      const training::StepResult r = bench.Predict(c);
      CHECK(r.breakdown.sum() == Approx(r.step_time).epsilon(1e-12));
      lines.push_back({c.table, c.name, c.measured, r.step_time, "s", c.fit, c.gates, Parts(r)});
    } catch (const ConfigError& e) {
      fmt::print("not run: {}: {}\n", c.name, e.what());
    }
  }
  Publish(lines, "training.md", "Training: step times");
}

}  // namespace
}  // namespace headroom::validation
