#include "models/compute/kernel_model.h"

#include <catch2/catch.hpp>

#include "sim/core/check.h"
#include "sim/core/diagnostics.h"
#include "tests/models/compute/chip.h"

namespace headroom::compute {
namespace {

TEST_CASE("a precision without a peak rate is refused by name", "[compute]") {
  const KernelModel model(Chip(), Profile());
  CHECK(model.Supports(Precision::kBf16));
  CHECK_FALSE(model.Supports(Precision::kFp8));
  CHECK_THROWS_WITH(model.Gemm({1, 1, 1, 1}, Precision::kFp8), "accelerator 'chip' has no fp8 arithmetic");
  CHECK_THROWS_WITH(model.Peak(Precision::kNvfp4), "accelerator 'chip' has no nvfp4 arithmetic");
}

TEST_CASE("a profile of another accelerator is refused by both names", "[compute]") {
  catalog::Kernels k = Profile();
  k.set_accelerator("other");
  CHECK_THROWS_WITH(KernelModel(Chip(), k), "kernels 'chip.stack' are for accelerator 'other', not for 'chip'");
  k = Profile();
  k.clear_gemm();
  CHECK_THROWS_WITH(KernelModel(Chip(), k), "kernels 'chip.stack' have no gemm");
}

TEST_CASE("a precision without a fit takes its relative's, at its own peak and bytes", "[compute]") {
  catalog::Accelerator chip = Chip();
  chip.mutable_peak()->set_fp8(2000e12);
  const KernelModel model(chip, Profile());
  const GemmShape large{25600, 25600, 25600, 1};
  const KernelCost bf16 = model.Gemm(large, Precision::kBf16);
  const KernelCost fp8 = model.Gemm(large, Precision::kFp8);
  CHECK(fp8.compute_seconds == Approx(bf16.compute_seconds / 2));
  CHECK(fp8.bytes == Approx(2.0 * 25600.0 * 25600.0 * 2.0));
}

TEST_CASE("an empty shape is a defect of the caller", "[compute]") {
  const KernelModel model(Chip(), Profile());
  CHECK_THROWS_AS(model.Gemm({0, 1, 1, 1}, Precision::kBf16), InternalError);
  CHECK_THROWS_AS(model.Elementwise(-1), InternalError);
}

// 3 MB at half of 3 TB/s are 2 us, and 1 us of launch.
TEST_CASE("elementwise work is launch plus streaming", "[compute]") {
  const KernelModel model(Chip(), Profile());
  const KernelCost cost = model.Elementwise(3e6);
  CHECK(cost.seconds == Approx(3e-6));
  CHECK(cost.compute_seconds == 0.0);
  CHECK(cost.kind == KernelKind::kMemory);
}

TEST_CASE("precisions keep their names and count their block scales", "[compute]") {
  for (const char* name : {"fp32", "tf32", "fp16", "bf16", "fp8", "mxfp8", "nvfp4", "int8"}) {
    CHECK(Name(PrecisionFromName(name)) == name);
  }
  CHECK(BytesPerElement(Precision::kMxfp8) == Approx(33.0 / 32.0));
  CHECK(BytesPerElement(Precision::kNvfp4) == Approx(9.0 / 16.0));
  CHECK_THROWS_WITH(PrecisionFromName("fp5"), "no precision is called 'fp5'");
}

}  // namespace
}  // namespace headroom::compute
