#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "models/serving/kv_cache.h"
#include "models/serving/latency_histogram.h"
#include "scenarios/read/traces/request_trace_reader.h"
#include "tests/validation/serving/shared.h"

using namespace headroom;
using namespace headroom::validation;

namespace {

const std::vector<std::array<std::string, 3>> kTraces = {
    {"azure2023_code", "traces/azure_code.csv", "azure-llm"},
    {"azure2023_conv", "traces/azure_conv.csv", "azure-llm"},
    {"mooncake_conversation", "traces/mooncake_conversation.jsonl", "mooncake"},
    {"mooncake_synthetic", "traces/mooncake_synthetic.jsonl", "mooncake"}};

serving::RequestTrace Load(const std::string& path, const std::string& format) {
  Diagnostics diagnostics;
  serving::RequestTrace trace = scenario::ReadRequestTrace(path, format, diagnostics);
  diagnostics.ThrowIfErrors();
  return trace;
}

double At(const std::vector<std::uint32_t>& tokens, double share) {
  std::vector<double> values(tokens.begin(), tokens.end());
  return serving::Percentile(values, share);
}

}  // namespace

TEST_CASE("trace statistics are those of the reference", "[validation][traces]") {
  const std::string reference = ServingFile("trace_statistics.csv");
  if (reference.empty()) return;
  const Csv csv = ReadCsv(reference);
  std::string table =
      "| trace | requests | span s | input tokens | output tokens |\n|---|---|---|---|---|\n";
  for (const auto& [name, file, format] : kTraces) {
    const std::string path = ServingFile(file);
    if (path.empty()) continue;
    const serving::RequestTrace t = Load(path, format);
    std::size_t row = 0;
    while (row < csv.rows.size() && csv.Text(row, "trace") != name) ++row;
    REQUIRE(row < csv.rows.size());
    INFO(name);
    const auto sum = [](const auto& v) {
      return std::accumulate(v.begin(), v.end(), std::uint64_t{0});
    };
    CHECK(t.size() == csv.Number(row, "rows"));
    CHECK(sum(t.input_tokens) == csv.Number(row, "sum_in"));
    CHECK(sum(t.output_tokens) == csv.Number(row, "sum_out"));
    CHECK(t.arrival.back() == Approx(csv.Number(row, "span_s")).margin(5e-4));
    for (const auto& [column, tokens] :
         {std::pair{"in", &t.input_tokens}, {"out", &t.output_tokens}}) {
      const std::string c = column;
      CHECK(At(*tokens, 0.0) == csv.Number(row, c + "_min"));
      CHECK(At(*tokens, 0.5) == csv.Number(row, c + "_p50"));
      CHECK(At(*tokens, 0.9) == Approx(csv.Number(row, c + "_p90")).epsilon(1e-9));
      CHECK(At(*tokens, 0.99) ==
            Approx(csv.Number(row, c + "_p99")).margin(0.051));  // one decimal is given
      CHECK(At(*tokens, 1.0) == csv.Number(row, c + "_max"));
    }
    std::vector<double> gaps(t.size());
    std::adjacent_difference(t.arrival.begin(), t.arrival.end(), gaps.begin());
    double mean = 0.0, square = 0.0;
    for (std::size_t i = 1; i < gaps.size(); ++i)
      mean += gaps[i] / static_cast<double>(gaps.size() - 1);
    for (std::size_t i = 1; i < gaps.size(); ++i) square += (gaps[i] - mean) * (gaps[i] - mean);
    CHECK(std::sqrt(square / static_cast<double>(gaps.size() - 1)) / mean ==
          Approx(csv.Number(row, "interarrival_cv")).margin(1e-3));
    table += fmt::format("| {} | {} | {:.3f} | {} | {} |\n", name, t.size(), t.arrival.back(),
                         sum(t.input_tokens), sum(t.output_tokens));
  }
  Report("Trace statistics (each equal to the reference)", table);
}

TEST_CASE("prefix-cache hits are every integer of the reference", "[validation][prefix]") {
  const std::string reference = ServingFile("mooncake_prefix_hit_reference.csv");
  if (reference.empty()) return;
  const Csv csv = ReadCsv(reference);
  std::string table =
      "| trace | capacity blocks | hits, reference | hits, here |\n|---|---|---|---|\n";
  for (std::size_t row = 0; row < csv.rows.size(); ++row) {
    const std::string name = csv.Text(row, "trace");
    const std::string path = ServingFile("traces/mooncake_" + name + ".jsonl");
    if (path.empty()) continue;
    const serving::RequestTrace t = Load(path, "mooncake");
    serving::KvCache cache(static_cast<std::uint32_t>(csv.Number(row, "capacity_blocks")), 1,
                           serving::ReleaseOrder::kHeadFirst);
    serving::KvLease lease;
    std::uint64_t hits = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
      const auto prefix =
          std::span(t.hashes).subspan(t.hash_begin[i], t.hash_begin[i + 1] - t.hash_begin[i]);
      const auto blocks = static_cast<std::uint32_t>(prefix.size());
      const std::uint32_t hit = cache.Pin(lease, {prefix, 0, blocks});
      hits += hit;
      REQUIRE(cache.Grow(lease, blocks - hit));
      cache.Publish(lease, {prefix, 0, blocks});
      cache.Release(lease);
      cache.CheckBalance();
    }
    CHECK(t.hashes.size() == csv.Number(row, "total_blocks"));
    CHECK(hits == csv.Number(row, "hit_blocks"));
    table += fmt::format("| {} | {} | {} | {} |\n", name, csv.Text(row, "capacity_blocks"),
                         csv.Text(row, "hit_blocks"), hits);
  }
  Report("Prefix-cache hits, Mooncake traces", table);
}
