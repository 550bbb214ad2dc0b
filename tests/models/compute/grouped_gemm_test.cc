#include <catch2/catch.hpp>

#include <cmath>

#include "models/compute/kernel_model.h"
#include "tests/models/compute/chip.h"

namespace headroom::compute {
namespace {

TEST_CASE("experts share the waves and read their own weights", "[compute][gemm]") {
  const KernelModel model(Chip(), Profile());
  const KernelCost one = model.GroupedGemm(1, {256, 2560, 1000, 1}, Precision::kBf16);
  const KernelCost ten = model.GroupedGemm(10, {256, 2560, 1000, 1}, Precision::kBf16);
  CHECK(ten.bytes == Approx(10 * one.bytes));
  CHECK(ten.flops == Approx(10 * one.flops));
  CHECK(ten.compute_seconds == Approx(16.384e-6));  // 100 tiles of 256 x 256, one wave
  CHECK(ten.seconds < 10 * one.seconds);
}

// 1000 rows, 200 of them for its own experts, of 100 tokens; 4096 hidden and 512 inner elements.
TEST_CASE("what surrounds the experts is counted by tokens, rows and experts", "[compute][gemm]") {
  catalog::Kernels k = Profile();
  *k.add_grouped_gemm() = k.gemm(0);
  catalog::GemmFit* fit = k.mutable_grouped_gemm(0);
  const auto seconds = [&] {
    return KernelModel(Chip(), k).ExpertGather({100, 1000, 200, 16, 4096, 512}, Precision::kBf16).seconds;
  };
  CHECK(seconds() == 0.0);
  fit->set_gather(2e-12);
  CHECK(seconds() == Approx(8.192e-6));
  fit->set_gather_own(1e-12);
  CHECK(seconds() == Approx(8.192e-6 + 0.8192e-6));
  fit->set_sweep(1e-12);
  CHECK(seconds() == Approx(9.0112e-6 + 0.512e-6));
  fit->set_sweep_own(1e-12);
  fit->set_cast(10e-12);
  CHECK(seconds() == Approx(9.5232e-6 + 0.1024e-6 + 4.096e-6));
  fit->set_held(50e-9);
  fit->set_route(3e-6);
  fit->set_route_half(std::sqrt(1000.0));
  CHECK(seconds() == Approx(13.7216e-6 + 0.8e-6 + 1.5e-6));
}

// Rows of mean 64 that fall off exponentially need 1/(1 - exp(-1)) = 1.582 tiles of 64 rows, equal ones one.
TEST_CASE("unequal experts need more tiles, resident weights less traffic", "[compute][gemm]") {
  catalog::Kernels k = Profile();
  *k.add_grouped_gemm() = k.gemm(0);
  k.mutable_grouped_gemm(0)->set_load(1000.0);  // so that only the number of tiles counts: the largest
  k.mutable_grouped_gemm(0)->set_wave(0.0);
  const KernelModel model(Chip(), k);
  GemmShape s{256, 25600, 4096};
  const KernelCost even = model.GroupedGemm(8, s, Precision::kBf16);
  s.uneven = true;
  const KernelCost uneven = model.GroupedGemm(8, s, Precision::kBf16);
  CHECK(uneven.compute_seconds == Approx(even.compute_seconds / (1 - std::exp(-1.0))));
  s.resident = 0.5;
  const double weights = 8 * 2.0 * s.n * s.k;
  CHECK(model.GroupedGemm(8, s, Precision::kBf16).bytes == Approx(uneven.bytes - 0.5 * weights));
  for (double m = 1; m < 2e4; m *= 1.07) {
    s.m = m;
    const double t = model.GroupedGemm(8, s, Precision::kBf16).seconds;
    s.m = 1.07 * m;
    CHECK(model.GroupedGemm(8, s, Precision::kBf16).seconds >= t);
  }
}

// 64 rows in a block of 16 for few tokens, else of 64: 8 groups of 4 or 1 blocks by 2560/64 = 40 columns on 100 multiprocessors
// are 12.8 or 3.2 waves, each 2*16*64*1000 or 2*64*64*1000 FLOP at 8 TFLOPS. Waves are paid whole.
TEST_CASE("libraries with fixed blocks take small ones for few tokens", "[compute][gemm]") {
  catalog::Kernels k = Profile();
  *k.add_grouped_gemm() = k.gemm(0);
  k.mutable_grouped_gemm(0)->set_block(64);
  const KernelModel model(Chip(), k);
  GemmShape s{64, 2560, 1000};
  CHECK(model.GroupedGemm(8, s, Precision::kBf16).compute_seconds == Approx(4 * 1.024e-6));
  s.few = true;
  CHECK(model.GroupedGemm(8, s, Precision::kBf16).compute_seconds == Approx(13 * 0.256e-6));
}

}  // namespace
}  // namespace headroom::compute
