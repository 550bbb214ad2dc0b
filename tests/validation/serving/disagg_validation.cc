#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <map>

#include "models/serving/latency_histogram.h"
#include "tests/validation/serving/engine_case.h"
#include "tests/validation/serving/shared.h"

using namespace headroom;
using namespace headroom::validation;

namespace {

const std::map<std::string, std::string> kSystems = {{"h100_sxm", "h100"}, {"h200_sxm", "h200"}, {"b200_sxm", "b200"}};

struct Worker {
  std::uint32_t count, tp, dp, ep;
};

/// One pool's replica: DeepSeek as its maker publishes it (fp8 in blocks, where the kernel tables have the kernel that ran, see
/// silicon_validation.cc, else plain) or as NVIDIA does (nvfp4), keys and values in 8 bits but under SGLang on H200. Workers that
/// read prompts under TensorRT-LLM run trtllm-gen's experts beside attention groups, as the recipes of InferenceX set it.
serving::ReplicaDesign DesignOf(const catalog::Library& library, const std::string& accelerator, const std::string& stack,
                                bool fp4, const Worker& w, std::uint32_t input, std::uint32_t sequences, bool reads) {
  EngineCase c{accelerator, stack, "deepseek-v3", serving::Preset(stack), {}};
  c.parallelism = {w.tp, 1, w.dp > 1 ? w.tp * w.dp : std::max(1u, w.ep)};
  const bool blocks = accelerator == "b200" || stack == "tensorrt-llm";
  c.precision = fp4 ? compute::Precision::kNvfp4 : blocks ? compute::Precision::kMxfp8 : compute::Precision::kFp8;
  c.kv_bytes = stack == "sglang" && accelerator != "b200" ? 2.0 : 1.0;
  serving::EngineSettings& e = c.engine;
  e.low_latency_groups = reads && !fp4 && stack == "tensorrt-llm";
  const std::uint32_t groups = c.parallelism.attention_groups();
  e.max_sequences = sequences + e.spare_sequences;
  e.max_tokens = std::max(std::max(8192u, input + 64) * groups, e.max_sequences);
  if (stack == "tensorrt-llm") e.memory_fraction = 0.8;
  if (stack == "tensorrt-llm") e.stream_interval = 20;
  return Design(library, c);
}

struct Group {
  std::vector<double> tpot, tpot_measured, ttft, ttft_measured;
  int not_fit = 0;
};

double MedianError(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> r;
  for (std::size_t i = 0; i < a.size(); ++i) r.push_back(a[i] / b[i] - 1.0);
  return serving::Percentile(r, 0.5);
}

}  // namespace

TEST_CASE("measured TTFT and TPOT of pools for prompts and answers", "[validation][disagg]") {
  const std::string path = ServingFile("silicon_e2e_disagg_all.csv");
  if (path.empty()) return;
  const Csv csv = ReadCsv(path);
  catalog::Library library;
  std::map<std::string, Group> groups;
  int left_out = 0;
  const char* verbose = std::getenv("HEADROOM_VALIDATION_ROWS");
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    const auto whole = [&](const std::string& column) {
      const double v = csv.Number(i, column);
      return std::isnan(v) ? 0u : static_cast<std::uint32_t>(v);
    };
    const std::uint32_t users = whole("concurrency"), input = whole("isl"), output = whole("osl");
    if (csv.Text(i, "model_path") != "deepseek-ai/DeepSeek-V3" || users == 0) {
      ++left_out;
      continue;
    }
    const auto worker = [&](const std::string& pool) {
      return Worker{whole(pool + "_num_workers"), whole(pool + "_tp_size"), std::max(1u, whole(pool + "_attention_dp_size")),
                    whole(pool + "_moe_ep_size")};
    };
    const Worker prefill = worker("prefill"), decode = worker("decode");
    // The benchmark's decode workers have as many places as the row names, and the frontend serves them in turn.
    const std::uint32_t slots = whole("decode_batch_size") * decode.dp;
    const std::string chip = kSystems.at(csv.Text(i, "system"));
    const std::string stack = csv.Text(i, "backend") == "trtllm" ? "tensorrt-llm" : csv.Text(i, "backend");
    const bool fp4 = csv.Text(i, "precision") == "fp4";
    Pools pools{DesignOf(library, chip, stack, fp4, prefill, input, users, true),
                DesignOf(library, chip, stack, fp4, decode, input, slots, false),
                prefill.count, decode.count, {}, true};
    // One NIC of 400 Gbit/s per accelerator.
    constexpr double kNic = 50e9;
    pools.transfer = {kNic * pools.prefill.replica.accelerators, kNic * pools.decode.replica.accelerators, 5e-6,
                      llm::KvBytesPerToken(llm::Resolve(library.llm("deepseek-v3")), stack == "sglang" && chip != "b200" ? 2.0 : 1.0), 61};
    const auto low = [](std::uint32_t n) { return static_cast<std::uint32_t>(0.8 * n); };
    const serving::Lengths lengths{serving::UniformTokens{low(input), input}, serving::UniformTokens{low(output), output}};
    const EngineOutcome out = Serve(std::move(pools), serving::MakeClosedLoopSource({users, 0.0, false}, lengths, 10ull * users, 1, "disagg"));
    const double ttft = csv.Number(i, "silicon_ttft_ms") * 1e-3, tpot = csv.Number(i, "silicon_tpot_ms") * 1e-3;
    const bool start_up = ttft > 5.0 && users <= 128;
    for (const std::string& name : {std::string("all"), chip + " " + stack + (fp4 ? " fp4" : " fp8"),
                                    std::string(start_up ? "all with a start-up in the mean" : "all others")}) {
      Group& g = groups[name];
      if (out.tpots.empty()) {
        ++g.not_fit;
        continue;
      }
      g.ttft.push_back(out.ttft);
      g.tpot.push_back(out.tpot);
      g.ttft_measured.push_back(ttft);
      g.tpot_measured.push_back(tpot);
    }
    if (verbose != nullptr && !out.tpots.empty())
      fmt::print("disagg {} {} {} isl {} users {} prefill {} x tp {} dp {} decode {} x tp {} dp {}: tpot {:.2f} / {:.2f} ms {:+.0f} %, ttft {:.0f} / {:.0f} ms {:+.0f} %\n",
                 chip, stack, fp4 ? "fp4" : "fp8", input, users, prefill.count, prefill.tp, prefill.dp, decode.count, decode.tp,
                 decode.dp, out.tpot * 1e3, tpot * 1e3, 100 * (out.tpot / tpot - 1), out.ttft * 1e3, ttft * 1e3,
                 100 * (out.ttft / ttft - 1));
  }
  std::string table =
      "| system, engine | rows | TPOT MAPE | TPOT median error | TTFT MAPE | TTFT median error | did not fit |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const auto& [name, g] : groups)
    table += fmt::format("| {} | {} | {:.1f} % | {:+.1f} % | {:.1f} % | {:+.1f} % | {} |\n", name, g.tpot.size(),
                         100 * Mape(g.tpot, g.tpot_measured), 100 * MedianError(g.tpot, g.tpot_measured),
                         100 * Mape(g.ttft, g.ttft_measured), 100 * MedianError(g.ttft, g.ttft_measured), g.not_fit);
  table += fmt::format(
      "\nDeepSeek V3 and R1; {} rows left out: other models, or no number of users given. No parameter is fitted on these rows. "
      "\"With a start-up in the mean\": over 5 s with at most 128 users, as in the closed loops.\n",
      left_out);
  Report("Measured pools (silicon_e2e_disagg)", table);
  CHECK(groups["all"].not_fit == 0);
  CHECK(Mape(groups["all"].tpot, groups["all"].tpot_measured) < 0.13);
  CHECK(Mape(groups["all others"].ttft, groups["all others"].ttft_measured) < 0.48);
  for (const char* name : {"b200 tensorrt-llm fp4", "b200 tensorrt-llm fp8"})
    CHECK(Mape(groups[name].ttft, groups[name].ttft_measured) < 0.40);
}
