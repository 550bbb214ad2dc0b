// Properties of every kernel profile of the catalog.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

#include "models/catalog/library.h"
#include "models/compute/kernel_model.h"

namespace headroom::compute {
namespace {

const catalog::Library& Sheets() {
  static const catalog::Library library;
  return library;
}

/// Calls `check` with each profile's model.
void ForEachProfile(const std::function<void(const catalog::Kernels&, const KernelModel&)>& check) {
  for (const std::string& name : Sheets().names("kernels")) {
    const catalog::Kernels& profile = Sheets().kernels(name);
    INFO(name);
    check(profile, KernelModel(Sheets().accelerator(profile.accelerator()), profile));
  }
}

std::vector<Precision> Fitted(const catalog::Kernels& profile, const KernelModel& model) {
  std::vector<Precision> out;
  for (const catalog::GemmFit& fit : profile.gemm()) {
    if (model.Supports(PrecisionFromName(fit.precision()))) out.push_back(PrecisionFromName(fit.precision()));
  }
  return out;
}

/// Largest fall of `seconds` below what a smaller size took, over sizes from 1 (or `first`) to 70000.
double WorstFall(double first, const std::function<double(double)>& seconds) {
  double highest = 0.0;
  double fall = 0.0;
  for (double size = first; size < 70000; size = std::ceil(size * 1.01 + 0.5)) {
    const double t = seconds(size);
    fall = std::max(fall, 1.0 - t / std::max(highest, t));
    highest = std::max(highest, t);
  }
  return fall;
}

TEST_CASE("a product never gets much quicker by growing", "[compute][profiles][property]") {
  ForEachProfile([](const catalog::Kernels& profile, const KernelModel& model) {
    for (Precision p : Fitted(profile, model)) {
      INFO(Name(p));
      for (const auto& [a, b] : {std::pair{64.0, 8192.0}, {4096.0, 4096.0}, {16384.0, 1000.0}, {300.0, 28672.0}}) {
        // From two rows on: some libraries take another path for one.
        CHECK(WorstFall(2, [&](double m) { return model.Gemm({m, a, b, 1}, p).seconds; }) < 0.06);
        CHECK(WorstFall(1, [&](double n) { return model.Gemm({a, n, b, 1}, p).seconds; }) < 0.06);
        CHECK(WorstFall(1, [&](double k) { return model.Gemm({a, b, k, 1}, p).seconds; }) < 0.06);
        CHECK(WorstFall(2, [&](double m) { return model.GroupedGemm(32, {m, a, b, 1}, p).seconds; }) < 0.06);
      }
    }
  });
}

TEST_CASE("no product beats the roofline, and large ones come near it", "[compute][profiles][property]") {
  ForEachProfile([](const catalog::Kernels& profile, const KernelModel& model) {
    for (Precision p : Fitted(profile, model)) {
      INFO(Name(p));
      for (double m = 1; m <= 65536; m *= 4) {
        for (double n = 256; n <= 65536; n *= 4) {
          for (double k = 256; k <= 65536; k *= 4) {
            for (const KernelCost& c : {model.Gemm({m, n, k, 1}, p), model.GroupedGemm(8, {m, n, k, 1}, p)}) {
              CHECK(c.seconds >= c.flops / model.Peak(p) * (1 - 1e-12));
              CHECK(c.seconds >= c.bytes / model.accelerator().memory().bandwidth() * (1 - 1e-12));
              CHECK(c.compute_seconds >= 0.0);
              CHECK(c.compute_seconds <= c.seconds);
            }
          }
        }
      }
      const KernelCost large = model.Gemm({16384, 28672, 8192, 1}, p);
      const double share = large.flops / large.seconds / model.Peak(p);
      CHECK(share > 0.2);
      CHECK(share < 1.0);
    }
  });
}

TEST_CASE("attention grows with every length and respects the roofline", "[compute][profiles][property]") {
  ForEachProfile([](const catalog::Kernels&, const KernelModel& model) {
    const Precision half = model.Supports(Precision::kBf16) ? Precision::kBf16 : Precision::kFp16;
    AttentionShape s;
    s.heads = 32;
    s.kv_heads = 8;
    double last_prefill = 0.0;
    double last_decode = 0.0;
    for (double length = 128; length <= 131072; length *= 2) {
      s.query = s.context = length;
      const KernelCost prefill = model.PrefillAttention(s);
      CHECK(prefill.seconds >= prefill.flops / model.Peak(half));
      CHECK(prefill.seconds > last_prefill);
      CHECK(model.AttentionBackward(s).seconds > prefill.seconds);
      last_prefill = prefill.seconds;
      s.query = 1;
      const KernelCost decode = model.DecodeAttention(s);
      CHECK(decode.seconds >= decode.bytes / model.accelerator().memory().bandwidth());
      CHECK(decode.seconds > last_decode);
      last_decode = decode.seconds;
    }
  });
}

TEST_CASE("every accelerator of the fit has profiles", "[compute][profiles]") {
  for (const char* name : {"a100-80g.tensorrt-llm", "a100-80g.vllm", "h100.vllm", "h100.transformer-engine", "b200.tensorrt-llm",
                           "gb300.vllm", "l40s.vllm", "rtx-4090.vllm", "a40.vllm", "b60.vllm", "mi300x.primus",
                           "mi355x.vllm", "tpu-v6e.xla", "tpu-v5p.maxtext", "trainium2.neuron"}) {
    INFO(name);
    CHECK(Sheets().Has("kernels", name));
  }
}

}  // namespace
}  // namespace headroom::compute
