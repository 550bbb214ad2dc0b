#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/validation/training/cases.h"
#include "tests/validation/training/csv.h"
#include "tests/validation/training/report.h"

namespace headroom::validation {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

// The logs give the first rank, which lies on the first stage.
TEST_CASE("memory of MLPerf's Llama 3.1 405B follows from the arithmetic",
          "[validation][training][memory]") {
  const auto folder = TrainingTables();
  if (!folder) {
    fmt::print("skipped: no measured tables\n");
    return;
  }
  Bench bench;
  std::vector<Line> lines;
  for (const Row& r : ReadTable(*folder + "/mlperf_v5.0_405b_memory_fit.csv")) {
    Case c;
    c.accelerator = r.text("system") == "H200" ? "h200" : "h100";
    c.model = llm::Resolve(bench.library().llm("llama-3.1-405b"));
    training::ParallelPlan& p = c.plan;
    p.tp = r.number("TP");
    p.pp = p.virtual_stages = 8;
    p.cp = 2;
    p.dp = r.number("DP");
    p.zero = 1;
    p.sequence_parallel = true;
    p.schedule = training::Schedule::kInterleaved1f1b;
    p.precision = compute::Precision::kFp8;
    p.sequence = 8192;
    p.global_batch = p.dp * 72;
    const training::StepParams params = bench.Params(c);
    const auto layout = training::MakeLayout(p, c.model);
    const auto parameters = training::ParametersOfChunks(layout, c.model, p);
    training::ScheduleInput shape;
    shape.stages = shape.chunks = 8;
    shape.micro_batches = p.micro_batches();
    const auto stages = training::MemoryOfStages(params, layout, parameters,
                                                 training::InterleavedOrder(shape), 4096);
    const training::MemoryUse& m = stages[0];
    lines.push_back(
        {"peak memory of the first stage",
         fmt::format("{} tp{} dp{} cp{}", r.text("system"), p.tp, p.dp, p.cp),
         r.number("mem_GiB_logged"), m.total() / kGiB, "GiB", false, true,
         fmt::format("weights {:.1f} gradients {:.1f} optimizer {:.1f} activations {:.1f}",
                     m.weights / kGiB, m.gradients / kGiB, m.optimizer / kGiB,
                     m.activations / kGiB)});
  }
  Publish(lines, "training_memory.md", "Training: memory");
  CHECK(Summarise(lines).worst <= 0.03);
}

TEST_CASE("memory of MLPerf's LoRA runs follows from the arithmetic", "[validation][training][memory]") {
  const auto folder = TrainingTables();
  if (!folder) {
    fmt::print("skipped: no measured tables\n");
    return;
  }
  Bench bench;
  std::vector<Line> lines;
  for (const Case& c : Lora(bench.library(), *folder)) {
    if (c.memory <= 0) continue;
    const training::MemoryUse m = bench.Predict(c).memory.fullest;
    lines.push_back({"peak memory, Llama 2 70B LoRA", c.name, c.memory, m.total() / kGiB, "GiB", false, c.gates,
                     fmt::format("weights {:.1f} activations {:.1f}", m.weights / kGiB, m.activations / kGiB)});
  }
  Publish(lines, "training_memory_lora.md", "Training: memory of LoRA");
  CHECK(Summarise(lines).rows >= 22);
  CHECK(Summarise(lines).worst <= 0.03);
}

}  // namespace
}  // namespace headroom::validation
