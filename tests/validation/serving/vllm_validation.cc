#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/serving/latency_histogram.h"
#include "tests/validation/serving/engine_case.h"
#include "tests/validation/serving/shared.h"

using namespace headroom;
using namespace headroom::validation;

namespace {

struct Measured {
  std::string file, accelerator, model;
  std::uint32_t max_sequences = 256;
  serving::ReplicaParallelism parallelism;
  double tpot = 0.0, ttft = 0.0;  ///< errors of the means that are allowed
};

const std::vector<Measured> kCases = {
    {"vllm_measured_requests_RTX4090_Llama-3.1-8B.csv", "rtx-4090", "llama-3.1-8b", 256, {}, 0.03, 0.05},
    {"vllm_measured_requests_RTXPRO6000_Llama-3.1-8B.csv", "rtx-pro-6000", "llama-3.1-8b", 128, {}, 0.01, 0.03},
    {"vllm_measured_requests_RTXPRO6000_Qwen3-30B-A3B-Instruct-2507.csv",
     "rtx-pro-6000",
     "qwen3-30b-a3b",
     128,
     {1, 1, 2},
     0.075,
     0.46},
};

}  // namespace

TEST_CASE("vLLM per-request logs", "[validation][vllm]") {
  std::string table = "| case | metric | measured | predicted | error |\n|---|---|---|---|---|\n";
  catalog::Library library;
  bool any = false;
  for (const Measured& m : kCases) {
    const std::string path = ServingFile(m.file);
    if (path.empty()) continue;
    any = true;
    const Csv csv = ReadCsv(path);
    serving::RequestTrace trace;
    std::vector<double> ttft, tpot, latency;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
      trace.arrival.push_back(csv.Number(i, "arrival_offset_s"));
      trace.input_tokens.push_back(static_cast<std::uint32_t>(csv.Number(i, "input_toks")));
      trace.output_tokens.push_back(static_cast<std::uint32_t>(csv.Number(i, "output_toks")));
      ttft.push_back(csv.Number(i, "ttft_ms") * 1e-3);
      tpot.push_back(csv.Number(i, "tpot_ms") * 1e-3);
      latency.push_back(csv.Number(i, "latency_ms") * 1e-3);
    }
    EngineCase c{m.accelerator, "vllm", m.model, serving::Preset("vllm"), m.parallelism};
    c.engine.max_sequences = m.max_sequences * c.parallelism.attention_groups();
    c.engine.ingress = 0.0;  // the logs count from the queue
    c.engine.max_tokens = 2048 * c.parallelism.attention_groups();
    const EngineOutcome out =
        Serve(Design(library, c), serving::MakeTraceSource(trace, 1.0, serving::kUnlimited));
    REQUIRE(out.fits);
    CHECK(out.ttfts.size() == trace.size());
    const auto add = [&](const char* metric, std::vector<double> want, std::vector<double> got) {
      const auto mean = [](const std::vector<double>& v) {
        double s = 0;
        for (double x : v) s += x;
        return s / static_cast<double>(v.size());
      };
      const auto row = [&](const std::string& name, double a, double b) {
        table += fmt::format("| {} {} | {} | {:.1f} ms | {:.1f} ms | {:+.1f} % |\n", m.accelerator,
                             m.model, name, a * 1e3, b * 1e3, (b / a - 1.0) * 100);
      };
      row(fmt::format("{} mean", metric), mean(want), mean(got));
      INFO(m.accelerator << " " << m.model << " " << metric);
      if (std::string(metric) != "E2E")
        CHECK(std::abs(mean(got) / mean(want) - 1.0) < (std::string(metric) == "TPOT" ? m.tpot : m.ttft));
      row(fmt::format("{} p90", metric), serving::Percentile(want, 0.9),
          serving::Percentile(got, 0.9));
    };
    add("TTFT", ttft, out.ttfts);
    add("TPOT", tpot, out.tpots);
    add("E2E", latency, out.e2es);
    table +=
        fmt::format("| {} {} | preemptions | | {} | |\n", m.accelerator, m.model, out.preemptions);
    fmt::print("{}\n{}\n", m.file, out.budget);
  }
  if (any) Report("vLLM 0.19 per-request logs, 300 requests each", table);
}
