#include "models/serving/engine_preset.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::serving;

TEST_CASE("every preset is valid and names its sources", "[engine-preset]") {
  for (const char* name : {"vllm", "vllm-v0", "sglang", "tensorrt-llm"}) {
    const EngineSettings e = Preset(name);
    CHECK(e.name == name);
    CHECK_NOTHROW(Validate(e));
    CHECK(e.sources.size() >= 8);
    for (const EngineSettings::Source& s : e.sources) CHECK_FALSE(s.text.empty());
  }
  CHECK_THROWS_WITH(Preset("orca"),
                    Catch::Contains("engine is 'orca'; known are vllm, vllm-v0, sglang, tensorrt-llm"));
}

TEST_CASE("graph padding follows the captured sizes", "[engine-preset]") {
  EngineSettings e;
  e.graph_granule = 8;
  e.graph_tokens = 64;
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> cases{
      {1, 1}, {2, 2}, {3, 4}, {5, 8}, {9, 16}, {64, 64}, {65, 65}};
  for (const auto& [tokens, padded] : cases) CHECK(e.Padded(tokens) == padded);
  e.graph_tokens = 0;
  CHECK(e.Padded(3) == 3);
}

TEST_CASE("an engine runs the kernels of its stack", "[engine-preset]") {
  CHECK(KernelStackOf("vllm-v0") == "vllm");
  CHECK(KernelStackOf("sglang") == "sglang");
}

TEST_CASE("a setting outside its range is refused by name, value and rule", "[engine-preset]") {
  EngineSettings e = Preset("vllm");
  e.max_tokens = 100;
  CHECK_THROWS_WITH(
      Validate(e),
      Catch::Contains("max_tokens is 100; it must be at least max_sequences, which is 256"));
  e = Preset("vllm");
  e.memory_fraction = 1.2;
  CHECK_THROWS_WITH(Validate(e),
                    Catch::Contains("memory_fraction is 1.2; it must be over 0 and at most 1"));
}
