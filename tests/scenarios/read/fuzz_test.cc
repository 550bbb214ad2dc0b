#include <google/protobuf/util/message_differencer.h>
#include <catch2/catch.hpp>

#include "scenarios/read/scenario_rules.h"
#include "sim/config/override.h"
#include "sim/config/reader.h"
#include "sim/config/writer.h"
#include "sim/core/random.h"

using namespace headroom;

namespace {

const std::string kSeeds[] = {
    R"(schema: 1
name: Pre-training on 512 accelerators
site:
  systems:
    - {name: train, type: dgx-h100, count: 64, per_rack: 4}   # nodes
  power: {utility: {limit: 2.5 MW, price: {energy: 70 USD/MWh, demand: 12 USD/kW}, at_limit: cap}}
  cooling: {rack_supply: 40 degC, weather: {wet_bulb: 24 degC, dry_bulb: 33 degC}}
workloads:
  - name: pretrain
    train:
      model: llama-3.1-405b
      precision: fp8
      sequence: 8192
      global_batch: 1152
      parallelism: {tp: 8, pp: 8, virtual_stages: 8, cp: 2, ep: 1, zero: 1, sequence_parallel: true}
      pipeline: interleaved-1f1b
      overlap: {tp: true, pp: true}
      steps: 10
)",
    R"(schema: 1
seed: 11
site:
  systems:
    - {name: serve, type: "dgx-h200", count: 8}
workloads:
  - name: chat
    serve:
      model: {layers: 96, hidden: 12288, heads: 96, ffn_hidden: 49152, gated_ffn: false, vocab: 51200}
      engine: vllm
      replicas: 4
      kv_cache: {block_tokens: 16, memory_fraction: 90 %, prefix_caching: true}
      speculative: none
      requests: {count: 10000, arrival: {poisson: 12 /s}, prompt_tokens: {lognormal: {mean: 1155, sigma: 1.1}},
                 output_tokens: {fixed: 211}}
      slo: {ttft: 1 s, tpot: 50 ms, share: 99 %}
  - name: 'bench'
    collective:
      operation: all-reduce
      sizes: [1 GiB, 5e3 kB]
run: {duration: 2 d}
record: {every: 10 min}
)",
    R"({"schema": 1, "name": "JSON \u00e9", "site": {"systems": [{"name": "pod", "type": "node", "count": 3}]},
 "catalog": [{"llm": {"name": "m", "layers": 2}, "sources": {"*": "assumed"}}], "run": {"duration": "4 h"}})",
};

std::string Mutate(std::string text, RandomStream& random) {
  for (std::uint64_t n = 1 + random.Below(4); n > 0 && !text.empty(); --n) {
    const std::size_t at = random.Below(text.size());
    switch (random.Below(6)) {
      case 0:
        text[at] = static_cast<char>(text[at] ^ (1 << random.Below(8)));
        break;
      case 1:
        text.resize(at);
        break;
      case 2:
        text.erase(at, 1 + random.Below(12));
        break;
      case 3:
        text.insert(at, text.substr(random.Below(text.size()), random.Below(40)));
        break;
      case 4: {
        const std::string_view marks = "{}[]:,-?&*!|>'\"%@`#\\ \n\t\r~0.";
        text.insert(at, 1 + random.Below(3), marks[random.Below(marks.size())]);
        break;
      }
      default: {
        const std::size_t line = text.find('\n', at);
        if (line == std::string::npos) break;
        const std::string tail = text.substr(line + 1, text.find('\n', line + 1) - line);
        text.insert(text.rfind('\n', at) + 1, tail);
      }
    }
  }
  return text;
}

/// Reads the text, and where it is a scenario writes it and reads it again.
bool Accepts(const std::string& text, RandomStream& random) {
  config::Node root = config::ParseYaml(text, "fuzz.yaml");
  if (random.Below(8) == 0)
    config::Set(root, Mutate("site.systems[train].count", random), Mutate("5", random));
  schema::Scenario scenario;
  config::SourceMap places;
  Diagnostics diagnostics;
  config::Read(root, &scenario, {}, &places, &diagnostics);
  scenario::CheckRules(scenario, places, &diagnostics);
  diagnostics.ThrowIfErrors();

  schema::Scenario again;
  const std::string written = config::WriteYaml(scenario);
  INFO(written);
  config::Read(config::ParseYaml(written, "written.yaml"), &again, {}, nullptr, &diagnostics);
  diagnostics.ThrowIfErrors();
  REQUIRE(google::protobuf::util::MessageDifferencer::Equals(scenario, again));
  return true;
}

}  // namespace

TEST_CASE("mutated scenarios are read or refused with ConfigError, never worse", "[fuzz]") {
  RandomStream random(7, "fuzz");
  int accepted = 0, refused = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string text =
        i < 3 ? kSeeds[i] : Mutate(kSeeds[random.Below(std::size(kSeeds))], random);
    INFO(text);
    try {
      accepted += Accepts(text, random) ? 1 : 0;
      if (i < 3) CHECK(accepted == i + 1);
    } catch (const ConfigError& e) {
      ++refused;
      REQUIRE(e.findings().size() >= 1);
      REQUIRE_FALSE(e.findings()[0].message.empty());
    } catch (const std::exception& e) {
      FAIL(e.what());
    }
  }
  CHECK(accepted > 100);
  CHECK(refused > 1000);
}
