#include "models/serving/replica_design.h"

#include <catch2/catch.hpp>

#include "models/catalog/library.h"
#include "models/llm/parameters.h"
#include "sim/core/diagnostics.h"

using namespace headroom;
using namespace headroom::serving;

namespace {

const catalog::Library& Sheets() {
  static const catalog::Library library;
  return library;
}

ReplicaDesignParams Params(const std::string& model, const char* engine,
                           ReplicaParallelism parallelism) {
  ReplicaDesignParams p;
  p.model = llm::Resolve(Sheets().llm(model));
  p.engine = Preset(engine);
  p.parallelism = parallelism;
  p.fabric.scale_up.domain = 8;
  p.fabric.scale_up.bandwidth = 450e9;
  p.fabric.scale_out.nic = 50e9;
  return p;
}

ReplicaDesign Make(const char* chip, const ReplicaDesignParams& p) {
  const catalog::Accelerator& accelerator = Sheets().accelerator(chip);
  return DesignReplica(accelerator, Sheets().KernelsFor(accelerator, p.engine.name), p);
}

double DecodeSeconds(const ReplicaDesign& d, std::uint32_t n, std::uint32_t context) {
  return d.cost->Decodes(n, std::uint64_t{n} * context, 1.0).first.busy;
}

}  // namespace

// Llama 3.1 8B: 8.03e9 parameters in bf16; a block of 16 tokens is 16 * 32 layers * 2 * 8 heads *
// 128 * 2 B = 2.097 MB.
TEST_CASE("memory is weights, activations, reserve and whole blocks", "[replica-design][kv]") {
  const ReplicaDesign d = Make("h100", Params("llama-3.1-8b", "vllm", {}));
  const KvBudget& b = d.budget;
  CHECK(b.weights == Approx(16.06e9).epsilon(0.001));
  CHECK(b.block_bytes == 16 * 32 * 2 * 8 * 128 * 2);
  CHECK(b.kv == Approx(0.9 * b.capacity - b.weights - b.activations - b.reserve));
  CHECK(b.blocks == static_cast<std::uint32_t>(b.kv / b.block_bytes));
  CHECK(d.replica.kv_blocks == b.blocks);
}

TEST_CASE("tensor parallelism splits weights and cache, and replicates heads only when it must",
          "[replica-design][kv]") {
  const KvBudget one = Make("h200", Params("llama-3.1-8b", "vllm", {1, 1, 1})).budget;
  const KvBudget eight = Make("h200", Params("llama-3.1-8b", "vllm", {8, 1, 1})).budget;
  const KvBudget sixteen = Make("h200", Params("llama-3.1-8b", "vllm", {16, 1, 1})).budget;
  CHECK(eight.weights == Approx(one.weights / 8).epsilon(0.001));
  CHECK(eight.block_bytes == Approx(one.block_bytes / 8));
  CHECK(sixteen.block_bytes == eight.block_bytes);  // 8 key/value heads
}

// Activations: 8192 * 2 B * (4 * 16384 + (18432 + 3 * 53248) / 8) + 256 * 128256 * 10 B = 1.77 GB.
TEST_CASE("a model that does not fit is said so with its breakdown", "[replica-design][kv]") {
  const KvBudget b = Make("h100", Params("llama-3.1-405b", "vllm", {8, 1, 1})).budget;
  CHECK_FALSE(b.fits());
  CHECK(b.Text() ==
        "of 85.5 GB per accelerator weights take 101.5, activations 1.8, contexts and graphs 1.1; "
        "0.0 GB are "
        "left for the KV cache, 0 blocks of 1032 kB");
}

// No step may be faster than reading its weights once: 70.6e9 parameters / 4 in bf16 at 3.35 TB/s
// are 10.5 ms.
TEST_CASE("a decode step keeps above the memory bound and near it", "[replica-design][physics]") {
  const ReplicaDesign d = Make("h100", Params("llama-3.1-70b", "vllm", {4, 1, 1}));
  const double bound =
      (llm::TotalParameters(llm::Resolve(Sheets().llm("llama-3.1-70b"))) / 4 * 2) / 3.35e12;
  CHECK(DecodeSeconds(d, 1, 1000) > 0.97 * bound);
  CHECK(DecodeSeconds(d, 1, 1000) < 2.0 * bound);
}

TEST_CASE("cost grows with batch, context and prompt", "[replica-design][property]") {
  for (const char* model : {"llama-3.1-70b", "deepseek-v3", "qwen3-30b-a3b"}) {
    const ReplicaDesign d = Make("h200", Params(model, "tensorrt-llm", {4, 1, 1}));
    double last = 0;
    for (std::uint32_t n : {1, 8, 64, 256}) {
      CHECK(DecodeSeconds(d, n, 1000) > last);
      last = DecodeSeconds(d, n, 1000);
    }
    CHECK(DecodeSeconds(d, 64, 8000) > DecodeSeconds(d, 64, 1000));
    CHECK(d.cost->Prefill(512, 4096).seconds > d.cost->Prefill(512, 512).seconds);
    CHECK(d.cost->Prefill(4096, 4096).seconds > d.cost->Prefill(512, 512).seconds);
  }
}

TEST_CASE("experts: few tokens read few of them", "[replica-design][moe]") {
  const ReplicaDesign d = Make("h200", Params("qwen3-30b-a3b", "vllm", {}));
  CHECK(DecodeSeconds(d, 64, 100) > 2.0 * DecodeSeconds(d, 1, 100));
  const ReplicaDesign groups = Make("h200", Params("qwen3-30b-a3b", "vllm", {1, 1, 4}));
  CHECK(groups.replica.accelerators == 4);
  CHECK(groups.budget.blocks % 4 == 0);
}

// gpt-oss: norm, qkv, rope, attention, output, norm and router, and its experts in one call on Blackwell, in 14 on Hopper.
// DeepSeek V3 in fp8: 11 of latent attention with the router, 3 of the shared expert, 7 inputs to quantise.
TEST_CASE("host time of a pass that no graph holds counts operators", "[replica-design][eager]") {
  const catalog::Library& library = Sheets();
  EngineSettings e;
  e.eager_per_layer = 1.0;
  e.eager_per_operator = 1.0;
  const auto host = [&](const char* model, compute::Precision precision, const char* chip) {
    return EagerHost(e, llm::Resolve(library.llm(model)), precision, library.accelerator(chip));
  };
  CHECK(host("llama-3.1-8b", compute::Precision::kBf16, "h200") == 32.0);
  CHECK(host("gpt-oss-120b", compute::Precision::kMxfp4, "b200") == 36.0 * 8);
  CHECK(host("gpt-oss-120b", compute::Precision::kMxfp4, "h200") == 36.0 * 21);
  CHECK(host("deepseek-v3", compute::Precision::kFp8, "b200") == 3.0 + 58.0 * 22);
  CHECK(host("deepseek-v3", compute::Precision::kNvfp4, "b200") == 3.0 + 58.0 * 18);
}

TEST_CASE("what does not fit the model or the chip is refused by name",
          "[replica-design][errors]") {
  CHECK_THROWS_WITH(Make("h100", Params("llama-3.1-8b", "vllm", {3, 1, 1})),
                    Catch::Contains("tp is 3; it must divide the 32 heads of llama-3.1-8b"));
  CHECK_THROWS_WITH(Make("h100", Params("llama-3.1-8b", "vllm", {1, 1, 2})),
                    Catch::Contains("ep is 2; llama-3.1-8b has no experts"));
  CHECK_THROWS_WITH(Make("h100", Params("llama-3.1-8b", "vllm", {1, 33, 1})),
                    Catch::Contains("pp is 33; llama-3.1-8b has 32 layers"));
  ReplicaDesignParams p = Params("llama-3.1-8b", "vllm", {});
  p.precision = compute::Precision::kNvfp4;
  CHECK_THROWS_WITH(Make("h100", p),
                    Catch::Contains("precision is nvfp4; h100 has no rate for it"));
}

TEST_CASE("the one-shot all-reduce is quicker for small messages and never slower than the library",
          "[replica-design]") {
  network::FabricParams f;
  f.scale_up = {network::ScaleUpShape::kSwitch, 8, 450e9, 0.93e-6, 0.82, true, 0.6};
  f.scale_out.nic = 50e9;
  CHECK(EngineAllReduce(f, 4, 8192) == Approx(3.3e-6).epsilon(0.25));  // measured on H100
  CHECK(EngineAllReduce(f, 8, 524288) == Approx(17.6e-6).epsilon(0.25));
  double last = 0;
  for (double bytes = 256; bytes < 1e9; bytes *= 2) {
    CHECK(EngineAllReduce(f, 4, bytes) >= last);
    last = EngineAllReduce(f, 4, bytes);
  }
}
