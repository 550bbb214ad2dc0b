#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <map>

#include "tests/validation/training/cases.h"
#include "tests/validation/training/csv.h"
#include "tests/validation/training/report.h"

namespace headroom::validation {
namespace {

// Speed over 1F1B of Llama 2 7B on 8 MI300X. The number of micro-batches is not published; 32 gives
// interleaved 1F1B its published gain by the closed form (m + 7) / (m + 3.5), so that row is used
// and the others are predictions.
TEST_CASE("pipeline schedules keep the measured order", "[validation][training][schedules]") {
  const auto folder = TrainingTables();
  if (!folder) {
    fmt::print("skipped: no measured tables\n");
    return;
  }
  const std::map<std::string, training::Schedule> names{
      {"1f1b", training::Schedule::k1f1b},
      {"1f1b-interleaved", training::Schedule::kInterleaved1f1b},
      {"zbb", training::Schedule::kZeroBubble},
      {"zbv", training::Schedule::kZbv},
      {"v-half", training::Schedule::kVHalf},
      {"v-min", training::Schedule::kVMin}};
  Bench bench;
  Case c;
  c.accelerator = "mi300x";
  c.model = llm::Resolve(bench.library().llm("llama-2-7b"));
  c.plan.pp = 8;
  c.plan.dp = 1;
  c.plan.sequence = 4096;
  c.plan.global_batch = 32;
  c.plan.overlap = {true, true, true, true, true};
  double one = 0;
  std::vector<Line> lines;
  for (const Row& r : ReadTable(*folder + "/primus_pp_schedules_mi300x_mi355x.csv")) {
    c.plan.schedule = names.at(r.text("schedule"));
    c.plan.virtual_stages = c.plan.schedule == training::Schedule::kZeroBubble ||
                                    c.plan.schedule == training::Schedule::k1f1b
                                ? 1
                                : 2;
    const training::StepResult step = bench.Predict(c);
    if (one == 0) one = step.step_time;
    lines.push_back({"speed over 1F1B", r.text("schedule"), r.number("speedup_vs_1f1b"),
                     one / step.step_time, "1",
                     r.text("schedule") == "1f1b" || r.text("schedule") == "1f1b-interleaved", true,
                     fmt::format("memory {:.1f} GB, measured {:.1f}; bubble {:.1f} %",
                                 step.memory.fullest.total() / 1e9, r.number("max_memory_GB"),
                                 100 * step.breakdown.bubble / step.step_time)});
  }
  Publish(lines, "training_schedules.md", "Pipeline schedules");
  CHECK(Summarise(lines).worst <= 0.04);
}

}  // namespace
}  // namespace headroom::validation
