#include <catch2/catch.hpp>

#include <cmath>

#include "models/compute/kernel_model.h"
#include "tests/models/compute/chip.h"

namespace headroom::compute {
namespace {

// 100 tiles of 256 x 256 fill 100 multiprocessors once: 2*2560*2560*1000 / (0.8 * 1e15) = 16.384 us of arithmetic;
// (2*2560*1000*2 + 2*2560*2560) B = 23.3472 MB over 2.25 TB/s are 10.3765 us; launch 2 us.
TEST_CASE("one full wave is the roofline plus launch", "[compute][gemm]") {
  const KernelModel model(Chip(), Profile());
  const KernelCost cost = model.Gemm({2560, 2560, 1000, 1}, Precision::kBf16);
  CHECK(cost.flops == Approx(1.31072e10));
  CHECK(cost.bytes == Approx(23.3472e6));
  CHECK(cost.seconds == Approx(2e-6 + 16.384e-6 + 10.37653e-6));
  CHECK(cost.kind == KernelKind::kGemm);
  // Without overlap (blend 1) the share of the arithmetic is its part of the sum.
  CHECK(cost.compute_seconds == Approx(16.384e-6));
}

// One more row: 820 tiles of 64 x 128 in 9 waves of 2.048 us beat 110 tiles of 256 x 256 in 2 waves of 16.384 us.
TEST_CASE("a started wave is paid in full, by the best tile", "[compute][gemm]") {
  const KernelModel model(Chip(), Profile());
  CHECK(model.Gemm({2561, 2560, 1000, 1}, Precision::kBf16).compute_seconds == Approx(9 * 2.048e-6));
  catalog::Kernels half = Profile();
  half.mutable_gemm(0)->set_wave(0.5);
  const double tiles = 41 * 20;
  CHECK(KernelModel(Chip(), half).Gemm({2561, 2560, 1000, 1}, Precision::kBf16).compute_seconds ==
        Approx((0.5 * tiles / 100 + 0.5 * 9) * 2.048e-6));
}

// 1 tile over 100 multiprocessors: k/100 = 512 of k at 8.192 ns each, plus the cost of splitting.
TEST_CASE("a deep product with few tiles is split along k", "[compute][gemm]") {
  catalog::Kernels k = Profile();
  k.mutable_gemm(0)->set_split(3e-6);
  const GemmShape deep{128, 256, 51200, 1};
  CHECK(KernelModel(Chip(), k).Gemm(deep, Precision::kBf16).compute_seconds == Approx(512 * 8.192e-9 + 3e-6));
  k.mutable_gemm(0)->set_split(1.0);  // too dear: four tiles of 64 x 128, one multiprocessor each
  CHECK(KernelModel(Chip(), k).Gemm(deep, Precision::kBf16).compute_seconds == Approx(51200 * 2.048e-9));
}

// Tiles of 64 x 128 take ((64*128)^4 + (100*(64 + 128))^4)^(1/4) = 19358.5 instead of 8192 units.
TEST_CASE("small tiles wait for their operands", "[compute][gemm]") {
  catalog::Kernels k = Profile();
  k.mutable_gemm(0)->set_load(100.0);
  k.mutable_gemm(0)->set_split(1.0);
  CHECK(KernelModel(Chip(), k).Gemm({64, 128, 1000, 1}, Precision::kBf16).compute_seconds ==
        Approx(2 * 19358.5 * 1000 / 8e12).epsilon(1e-4));
}

TEST_CASE("no product beats peak rate or peak bandwidth", "[compute][gemm]") {
  catalog::Kernels k = Profile();
  k.mutable_gemm(0)->set_compute_efficiency(1.2);
  k.mutable_gemm(0)->set_memory_efficiency(1.2);
  k.mutable_gemm(0)->set_launch(0.0);
  k.mutable_gemm(0)->set_blend(12.0);
  const KernelModel model(Chip(), k);
  const KernelCost square = model.Gemm({25600, 25600, 25600, 1}, Precision::kBf16);
  CHECK(square.seconds == Approx(square.flops / 1000e12));
  const KernelCost thin = model.Gemm({1, 65536, 65536, 1}, Precision::kBf16);
  CHECK(thin.seconds == Approx(thin.bytes / 3e12));
  CHECK(thin.kind == KernelKind::kMemory);
}

TEST_CASE("one row, quantising and the power limit add what they say", "[compute][gemm]") {
  const double plain = KernelModel(Chip(), Profile()).Gemm({1, 1024, 1024, 1}, Precision::kBf16).seconds;
  catalog::Kernels k = Profile();
  k.mutable_gemm(0)->set_single_row(7e-6);
  k.mutable_gemm(0)->set_quantise(1e-9);
  CHECK(KernelModel(Chip(), k).Gemm({1, 1024, 1024, 1}, Precision::kBf16).seconds == Approx(plain + 7e-6 + 1.024e-6));
  // A product of 0.5 ms would be slowed by half of the sag.
  k = Profile();
  k.mutable_gemm(0)->set_sag(0.2);
  const GemmShape long_run{25600, 25600, 2560, 1};
  const double c = 2.0 * 25600 * 25600 * 2560 / 0.8e15;
  CHECK(KernelModel(Chip(), k).Gemm(long_run, Precision::kBf16).compute_seconds ==
        Approx(c * (1 + 0.2 * c / (c + 0.5e-3))));
}

}  // namespace
}  // namespace headroom::compute
