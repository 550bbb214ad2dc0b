#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/validation/serving/engine_case.h"
#include "tests/validation/serving/shared.h"

using namespace headroom;
using namespace headroom::validation;

/// Batches of equal requests sent at once to 8 x MI300X: Llama 3.1 405B, fp8, tp 8, 128 tokens in and 128 out (Oracle Cloud, October
/// 2024). Two rows of that source are fitted: the batch of 256 (what prompts take over the assumed kernels, the chip has no public table) and
/// the throughput of long answers (host time of the engine of that year).
TEST_CASE("batch curve of 8 x MI300X", "[validation][amd]") {
  const std::string path = ServingFile("mi300x_mi325x_published_llama.csv");
  if (path.empty()) return;
  const Csv csv = ReadCsv(path);
  catalog::Library library;
  std::string table = "| batch | measured latency | predicted | error |\n|---|---|---|---|\n";
  std::vector<double> predicted, measured;
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    if (csv.Text(i, "kind") != "static_batch_latency") continue;
    const auto batch = static_cast<std::uint32_t>(csv.Number(i, "batch_or_prompts"));
    EngineCase c{"mi300x", "vllm", "llama-3.1-405b", serving::Preset("vllm-v0"), {8, 1, 1}, compute::Precision::kFp8, 1.0};
    c.engine.ingress = 0.0;
    const serving::Lengths lengths{serving::FixedTokens{128}, serving::FixedTokens{128}};
    const EngineOutcome out =
        Serve(Design(library, c), serving::MakeClosedLoopSource({batch, 0.0, false}, lengths, batch, 1, "amd"));
    REQUIRE(out.fits);
    INFO(batch);
    CHECK(std::abs(out.e2e / csv.Number(i, "latency_s") - 1.0) < 0.06);
    predicted.push_back(out.e2e);
    measured.push_back(csv.Number(i, "latency_s"));
    table += fmt::format("| {} | {:.2f} s | {:.2f} s | {:+.1f} %{} |\n", batch, measured.back(), out.e2e,
                         100 * (out.e2e / measured.back() - 1), batch == 256 ? " (fitted)" : "");
  }
  table += fmt::format("\nMean absolute error {:.1f} %.\n", 100 * Mape(predicted, measured));
  Report("Batch curve of 8 x MI300X, Llama 3.1 405B in fp8", table);
}
