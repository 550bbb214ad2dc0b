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

/// `block`: rows that a library takes by tokens alone; 0: quickest tile.
KernelModel Model(double block = 0.0) {
  catalog::Kernels k;
  k.set_name("machine.stack");
  k.set_accelerator("machine");
  *k.add_gemm() = Fit(2e-6);
  catalog::GemmFit* g = k.add_grouped_gemm();
  *g = Fit(0.0);
  g->set_row_efficiency(0.7);
  g->set_gather(0.2e-12);
  g->set_gather_own(0.6e-12);
  g->set_sweep(0.1e-12);
  g->set_sweep_own(0.4e-12);
  g->set_route(20e-6);
  g->set_route_half(15);
  g->set_held(30e-9);
  g->set_block(block);
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
  decode->set_crowd(3);
  decode->set_least(11e-6);
  return KernelModel(Machine(), k);
}

struct Product {
  double m, n, k, seconds;
};
struct Experts {
  double groups, m, hidden, inner, tokens, routed, held;
  bool uneven;
  double seconds;
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
    {8, 128, 4096, 14336, 512, 1024, 8, false, 7.542519723682e-04},
    {256, 3.5, 7168, 2048, 112, 896, 256, true, 3.849046375925e-03},
    {7.25, 70.5, 7168, 2048, 2048, 16384, 8, true, 2.079678574923e-04},
};
/// For blocks of 16 rows, tokens not above the experts held, and of 64.
const Experts kFew{12, 2.5, 4096, 1536, 8, 64, 16, true, 9.231650230759e-05};
const Experts kMany{12, 20.5, 4096, 1536, 32, 256, 16, true, 1.055255028307e-04};
const std::vector<Sequences> kPrefill{
    {1, 128, 128, 1.507295918318e-05},
    {4, 2048, 2048, 3.395336015317e-04},
    {1, 512, 32768, 4.145098729850e-04},
    {16, 16384, 16384, 5.966953203506e-02},
};
const std::vector<Sequences> kDecode{
    {1, 1, 2, 1.174777583850e-05},
    {1, 1, 131072, 2.588681799758e-04},
    {64, 1, 4096, 3.710497124491e-04},
    {256, 1, 1024, 3.730966000568e-04},
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

double SecondsOf(const KernelModel& model, const Experts& row) {
  GemmShape up{row.m, 2 * row.inner, row.hidden, 1, row.uneven, row.tokens <= row.held};
  GemmShape down{row.m, row.hidden, row.inner, 1, row.uneven, up.few};
  const ExpertRows rows{row.tokens, row.routed, row.m * row.groups, row.held, row.hidden, row.inner};
  return model.GroupedGemm(row.groups, up, Precision::kFp8).seconds +
         model.GroupedGemm(row.groups, down, Precision::kFp8).seconds + model.ExpertGather(rows, Precision::kFp8).seconds;
}

TEST_CASE("the model and the fitting script agree", "[compute][fit]") {
  const KernelModel model = Model();
  for (const Product& row : kProducts) {
    CHECK(model.Gemm({row.m, row.n, row.k, 1}, Precision::kFp8).seconds == Approx(row.seconds).epsilon(1e-10));
  }
  for (const Experts& row : kExperts) {
    CHECK(SecondsOf(model, row) == Approx(row.seconds).epsilon(1e-10));
  }
  CHECK(SecondsOf(Model(64), kFew) == Approx(kFew.seconds).epsilon(1e-10));
  CHECK(SecondsOf(Model(64), kMany) == Approx(kMany.seconds).epsilon(1e-10));
  for (const Sequences& row : kPrefill) {
    CHECK(model.PrefillAttention(ShapeOf(row)).seconds == Approx(row.seconds).epsilon(1e-10));
  }
  for (const Sequences& row : kDecode) {
    CHECK(model.DecodeAttention(ShapeOf(row)).seconds == Approx(row.seconds).epsilon(1e-10));
  }
}

}  // namespace
}  // namespace headroom::compute
