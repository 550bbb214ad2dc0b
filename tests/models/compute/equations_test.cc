// The model and the fitting script have the same equations: numbers printed by models/catalog/fit/golden.py.
#include <catch2/catch.hpp>

#include <vector>

#include "models/compute/kernel_model.h"

namespace headroom::compute {
namespace {

catalog::Accelerator Machine() {
  catalog::Accelerator a;
  a.set_name("machine");
  a.mutable_peak()->set_bf16(989e12);
  a.mutable_peak()->set_fp8(1979e12);
  a.mutable_memory()->set_bandwidth(3.35e12);
  a.set_multiprocessors(132);
  return a;
}

catalog::GemmFit Fit(double single_row) {
  catalog::GemmFit g;
  g.set_precision("fp8");
  g.set_compute_efficiency(0.8);
  g.set_memory_efficiency(0.9);
  g.set_launch(4e-6);
  g.set_depth(120);
  g.set_blend(2.5);
  g.set_wave(0.4);
  g.set_quantise(3e-12);
  g.set_cast(0.5e-12);
  g.set_load(45);
  g.set_split(6e-6);
  g.set_sag(0.2);
  g.set_single_row(single_row);
  return g;
}

KernelModel Model() {
  catalog::Kernels k;
  k.set_name("machine.stack");
  k.set_accelerator("machine");
  *k.add_gemm() = Fit(2e-6);
  *k.add_grouped_gemm() = Fit(0.0);
  catalog::AttentionFit* prefill = k.mutable_prefill_attention();
  prefill->set_compute_efficiency(0.7);
  prefill->set_memory_efficiency(0.8);
  prefill->set_launch(9e-6);
  prefill->set_half_length(200);
  prefill->set_critical(0.8);
  prefill->set_balance(1.5);
  prefill->set_sag(0.1);
  prefill->set_passes(1.5);
  catalog::AttentionFit* decode = k.mutable_decode_attention();
  decode->set_compute_efficiency(0.6);
  decode->set_memory_efficiency(0.9);
  decode->set_launch(8e-6);
  decode->set_ramp(6e-6);
  decode->set_per_sequence(2500e-9);
  decode->set_splits(60);
  decode->set_blend(1.7);
  return KernelModel(Machine(), k);
}

struct Product {
  double m, n, k, seconds;
};
struct Experts {
  double groups, m, hidden, inner, seconds;
};
struct Sequences {
  double sequences, query, context, seconds;
};

const std::vector<Product> kProducts{
    {1, 4096, 4096, 1.442932326245e-05},
    {16, 2560, 8192, 1.461183531219e-05},
    {300, 28672, 1024, 2.604827739738e-05},
    {4096, 8192, 65536, 3.529248522369e-03},
    {16384, 53248, 16384, 2.197979079700e-02},
};
const std::vector<Experts> kExperts{
    {8, 128, 4096, 14336, 6.002404864035e-04},
    {256, 3.5, 7168, 2048, 3.885033710014e-03},
};
const std::vector<Sequences> kPrefill{
    {1, 128, 128, 1.507295918318e-05},
    {4, 2048, 2048, 3.395336015317e-04},
    {1, 512, 32768, 4.145098729850e-04},
    {16, 16384, 16384, 5.966953203506e-02},
};
const std::vector<Sequences> kDecode{
    {1, 1, 2, 1.050594076861e-05},
    {1, 1, 131072, 1.921189530326e-04},
    {64, 1, 4096, 3.689629205732e-04},
    {256, 1, 1024, 3.725779967955e-04},
};

AttentionShape ShapeOf(const Sequences& row) {
  AttentionShape s;
  s.sequences = row.sequences;
  s.query = row.query;
  s.context = row.context;
  s.heads = 32;
  s.kv_heads = 8;
  return s;
}

TEST_CASE("the model and the fitting script agree", "[compute][fit]") {
  const KernelModel model = Model();
  for (const Product& row : kProducts) {
    CHECK(model.Gemm({row.m, row.n, row.k, 1}, Precision::kFp8).seconds == Approx(row.seconds).epsilon(1e-10));
  }
  for (const Experts& row : kExperts) {
    const double up = model.GroupedGemm(row.groups, {row.m, 2 * row.inner, row.hidden, 1}, Precision::kFp8).seconds;
    const double down = model.GroupedGemm(row.groups, {row.m, row.hidden, row.inner, 1}, Precision::kFp8).seconds;
    CHECK(up + down == Approx(row.seconds).epsilon(1e-10));
  }
  for (const Sequences& row : kPrefill) {
    CHECK(model.PrefillAttention(ShapeOf(row)).seconds == Approx(row.seconds).epsilon(1e-10));
  }
  for (const Sequences& row : kDecode) {
    CHECK(model.DecodeAttention(ShapeOf(row)).seconds == Approx(row.seconds).epsilon(1e-10));
  }
}

}  // namespace
}  // namespace headroom::compute
