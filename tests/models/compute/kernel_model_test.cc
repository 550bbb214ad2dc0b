#include "models/compute/kernel_model.h"

#include <catch2/catch.hpp>

#include "sim/core/diagnostics.h"

namespace headroom::compute {
namespace {

catalog::Accelerator Chip() {
  catalog::Accelerator a;
  a.set_name("chip");
  a.mutable_peak()->set_bf16(1000e12);
  a.mutable_memory()->set_bandwidth(3e12);
  a.set_multiprocessors(100);
  return a;
}

catalog::Kernels Profile() {
  catalog::Kernels k;
  k.set_name("chip.stack");
  k.set_accelerator("chip");
  catalog::GemmFit* g = k.add_gemm();
  g->set_precision("bf16");
  g->set_compute_efficiency(0.8);
  g->set_memory_efficiency(0.8);
  g->set_launch(2e-6);
  for (catalog::AttentionFit* f : {k.mutable_prefill_attention(), k.mutable_decode_attention()}) {
    f->set_compute_efficiency(0.6);
    f->set_memory_efficiency(0.8);
    f->set_launch(4e-6);
  }
  return k;
}

TEST_CASE("a precision without a peak rate is refused by name", "[compute]") {
  const KernelModel model(Chip(), Profile());
  CHECK_FALSE(model.Supports(Precision::kFp8));
  CHECK_THROWS_WITH(model.Gemm({1, 1, 1, 1}, Precision::kFp8), "accelerator 'chip' has no fp8 arithmetic");
}

TEST_CASE("a profile of another accelerator is refused", "[compute]") {
  catalog::Kernels k = Profile();
  k.set_accelerator("other");
  CHECK_THROWS_AS(KernelModel(Chip(), k), ConfigError);
}

}  // namespace
}  // namespace headroom::compute
