#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/serving/latency_histogram.h"
#include "tests/validation/serving/engine_case.h"
#include "tests/validation/serving/shared.h"

using namespace headroom;
using namespace headroom::validation;

namespace {

struct Submission {
  std::string platform, accelerator;
  compute::Precision precision;
  double below, above;  ///< shares of the submitted rate by which the prediction may miss it
};

/// One of 8 replicas, as NVIDIA submitted them (a GPU each, batch 2048, 3584 tokens, chunks, maximum utilisation).
serving::ReplicaDesign Replica(const catalog::Library& library, const Submission& s) {
  EngineCase c{s.accelerator, "tensorrt-llm", "llama-2-70b", serving::Preset("tensorrt-llm"), {}, s.precision, 1.0, {}};
  c.engine.max_sequences = 2048;
  c.engine.max_tokens = 3584;
  c.engine.chunked_prefill = true;
  c.engine.reserved_output = 0.0;
  c.engine.memory_fraction = 0.95;
  c.engine.stream_interval = 10;
  return Design(library, c);
}

}  // namespace

/// The benchmark's Server scenario asks for at least 270,336 requests; a replica gets an eighth of them. Lengths of its data set,
/// which is not here, are assumed as in the library scenario.
TEST_CASE("MLPerf Llama 2 70B Server: highest rate within the limits", "[validation][mlperf]") {
  const std::string path = ServingFile("mlperf_inference_v5.1_llm.csv");
  if (path.empty()) return;
  const Csv csv = ReadCsv(path);
  catalog::Library library;
  std::string table = "| system | submitted | TTFT p99, TPOT p99 | predicted | error | TTFT p99, TPOT p99 there |\n|---|---|---|---|---|---|\n";
  for (const Submission& s : {Submission{"XE9680L_H200_SXM_141GBx8_TRT", "h200", compute::Precision::kFp8, 0.12, 0.12},
                              Submission{"B200-SXM-180GBx8_TRT", "b200", compute::Precision::kNvfp4, 0.30, 0.12}}) {
    std::size_t row = 0;
    while (row < csv.rows.size() && !(csv.Text(row, "Platform") == s.platform && csv.Text(row, "Scenario") == "Server" &&
                                      csv.Text(row, "Model") == "llama2-70b-99"))
      ++row;
    REQUIRE(row < csv.rows.size());
    const double submitted = csv.Number(row, "samples_per_s"), answer = csv.Number(row, "Performance_Result") / submitted;
    double low = 0.0, high = 1.5 * submitted, ttft = 0.0, tpot = 0.0;
    for (int step = 0; step < 8; ++step) {
      const double rate = step == 0 ? submitted : 0.5 * (low + high);
      const serving::Lengths lengths{serving::LognormalTokens{295.0, 0.7}, serving::LognormalTokens{answer, 0.7}};
      EngineOutcome out =
          Serve(Replica(library, s), serving::MakePoissonSource({rate / 8.0}, lengths, 270336 / 8, 1, "mlperf"));
      REQUIRE(out.fits);
      const double first = serving::Percentile(out.ttfts, 0.99), each = serving::Percentile(out.tpots, 0.99);
      const bool met = first <= 2.0 && each <= 0.2;
      if (met) ttft = first, tpot = each;
      (met ? low : high) = rate;
    }
    table += fmt::format("| 8 x {} | {:.1f} /s | {:.2f} s, {:.0f} ms | {:.1f} /s | {:+.1f} % | {:.2f} s, {:.0f} ms |\n", s.accelerator,
                         submitted, csv.Number(row, "ttft_p99_ms") * 1e-3, csv.Number(row, "tpot_p99_ms"), low,
                         100 * (low / submitted - 1), ttft, tpot * 1e3);
    INFO(s.accelerator);
    CHECK(low > (1.0 - s.below) * submitted);
    CHECK(low < (1.0 + s.above) * submitted);
  }
  table += "\nAssumed: prompts of 295 tokens, answers of the row's tokens/s over samples/s (275 and 293), both lognormal, deviation of the logarithm 0.7.\n";
  Report("MLPerf Inference 5.1, Llama 2 70B Server", table);
}
