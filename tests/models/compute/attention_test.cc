#include <catch2/catch.hpp>

#include <algorithm>

#include "models/compute/kernel_model.h"
#include "tests/models/compute/chip.h"

namespace headroom::compute {
namespace {

AttentionShape Sequence(double query, double context) {
  AttentionShape s;
  s.query = query;
  s.context = context;
  s.heads = 32;
  s.kv_heads = 8;
  return s;
}

// 8192 queries over 8192 keys: 8192*8193/2 pairs, 2*32*256 FLOP each = 549.8 GFLOP. Tiles: 8*ceil(8192*4/128) = 2048 over
// 4096 + 64 keys each: 2048/100 * 4160 * 128 * 512 FLOP per multiprocessor at 5 TFLOPS are 1.11673 ms.
TEST_CASE("causal prefill attention counts half the square and half a tile", "[compute][attention]") {
  const KernelModel model(Chip(), Profile());
  const KernelCost cost = model.PrefillAttention(Sequence(8192, 8192));
  CHECK(cost.flops == Approx(2.0 * 32 * 256 * 8192.0 * 8193.0 / 2));
  CHECK(cost.compute_seconds == Approx(1.116733e-3).epsilon(1e-4));
  CHECK(cost.kind == KernelKind::kPrefillAttention);
  AttentionShape full = Sequence(8192, 8192);
  full.causal = false;
  CHECK(model.PrefillAttention(full).flops == Approx(2.0 * 32 * 256 * 8192.0 * 8192.0));
}

// Each of 8192 queries sees 1024 keys, the first 1023 fewer. A tile holds 32 tokens of 4 heads each and so meets 1056 keys
// instead of 4160 on average.
TEST_CASE("a window bounds the keys of a query", "[compute][attention]") {
  const KernelModel model(Chip(), Profile());
  AttentionShape s = Sequence(8192, 8192);
  s.window = 1024;
  double pairs = 0;
  for (int i = 1; i <= 8192; ++i) pairs += std::min(i, 1024);
  const KernelCost cost = model.PrefillAttention(s);
  CHECK(cost.flops == Approx(2.0 * 32 * 256 * pairs).epsilon(1e-12));
  CHECK(cost.compute_seconds == Approx(1.116733e-3 * 1056 / 4160).epsilon(2e-3));
  const KernelCost whole = model.PrefillAttention(Sequence(8192, 8192));
  s.window = 8192;
  CHECK(model.PrefillAttention(s).seconds == whole.seconds);
  CHECK(model.PrefillAttention(s).flops == whole.flops);
  CHECK(model.PrefillAttention(s).bytes == whole.bytes);
  // The last 512 of 4096 tokens all look back on 1024.
  s = Sequence(512, 4096);
  s.window = 1024;
  CHECK(model.PrefillAttention(s).flops == Approx(2.0 * 32 * 256 * 512 * 1024));
}

// A chunk of 512 over a long prefix does the work of its rectangle; chunks add up to the whole within the tiles' edges.
TEST_CASE("chunks of a prefill add up to the whole", "[compute][attention]") {
  const KernelModel model(Chip(), Profile());
  double flops = 0.0;
  double compute = 0.0;
  for (int i = 1; i <= 16; ++i) {
    flops += model.PrefillAttention(Sequence(512, 512.0 * i)).flops;
    compute += model.PrefillAttention(Sequence(512, 512.0 * i)).compute_seconds;
  }
  const KernelCost whole = model.PrefillAttention(Sequence(8192, 8192));
  CHECK(flops == Approx(whole.flops));
  CHECK(compute == Approx(whole.compute_seconds).epsilon(0.02));
}

// Eight kv heads of 128 + 128 elements of 2 bytes over 65536 keys and four sequences: 1.0737 GB at 2.25 TB/s.
TEST_CASE("decode attention streams the cache", "[compute][attention]") {
  const KernelModel model(Chip(), Profile());
  AttentionShape s = Sequence(1, 65536);
  s.sequences = 4;
  const KernelCost cost = model.DecodeAttention(s);
  CHECK(cost.bytes == Approx(4 * 8 * 65536.0 * 512 + 2.0 * 4 * 32 * 256));
  const double compute = cost.flops / 0.5e15;
  CHECK(cost.seconds == Approx(4e-6 + cost.bytes / 2.25e12 + compute));
  CHECK(cost.compute_seconds == Approx(compute));
  s.kv_bytes = 1;
  CHECK(model.DecodeAttention(s).bytes == Approx(4 * 8 * 65536.0 * 256 + 2.0 * 4 * 32 * 256));
}

TEST_CASE("one sequence reaches only as many multiprocessors as it may be split over", "[compute][attention]") {
  catalog::Kernels k = Profile();
  k.mutable_decode_attention()->set_splits(5);
  const KernelModel model(Chip(), k);
  AttentionShape s = Sequence(1, 65536);  // 8 heads x 5 parts on 100 multiprocessors
  const KernelCost cost = model.DecodeAttention(s);
  CHECK(cost.seconds == Approx(4e-6 + cost.bytes / (2.25e12 * 0.4) + cost.flops / 0.5e15));
}

TEST_CASE("latent attention reads one row of keys and values", "[compute][attention]") {
  const KernelModel model(Chip(), Profile());
  AttentionShape s = Sequence(1, 4096);
  s.heads = 128;
  s.kv_heads = 1;
  s.head_dim = 576;
  s.v_dim = 512;
  const KernelCost cost = model.DecodeAttention(s);
  CHECK(cost.bytes == Approx(4096.0 * 576 * 2 + 2.0 * 128 * (576 + 512)));
  CHECK(cost.flops == Approx(2.0 * 128 * (576 + 512) * 4096));
}

TEST_CASE("the backward pass is two and a half forwards over its factor", "[compute][attention]") {
  catalog::Kernels k = Profile();
  k.mutable_prefill_attention()->set_backward_factor(0.8);
  const KernelModel model(Chip(), k);
  const KernelCost forward = model.PrefillAttention(Sequence(65536, 65536));
  const KernelCost backward = model.AttentionBackward(Sequence(65536, 65536));
  CHECK(backward.flops == Approx(2.5 * forward.flops));
  CHECK((backward.seconds - 4e-6) == Approx(2.5 / 0.8 * (forward.seconds - 4e-6)).epsilon(1e-3));
}

// 100 multiprocessors at 1 GHz with 16 exponentials a cycle: 1e15 / (2 * 100 * 16e9) = 312.5 columns. Heads of 64 then cost
// sqrt(128^2 + 312.5^2) / sqrt(256^2 + 312.5^2) = 0.83595 of heads of 128, not half; backward, with 2.5 products, 0.62800.
TEST_CASE("exponentials hold up narrow heads", "[compute][attention]") {
  catalog::Accelerator chip = Chip();
  REQUIRE(chip.peak().bf16() == 1e15);
  REQUIRE(chip.multiprocessors() == 100);
  const AttentionShape wide = Sequence(8192, 8192);
  AttentionShape narrow = wide;
  narrow.head_dim = narrow.v_dim = 64;
  const auto ratio = [&](bool backward) {
    const KernelModel model(chip, Profile());
    const auto seconds = [&](const AttentionShape& s) {
      return (backward ? model.AttentionBackward(s) : model.PrefillAttention(s)).compute_seconds;
    };
    return seconds(narrow) / seconds(wide);
  };
  CHECK(ratio(false) == Approx(0.5));
  chip.set_exponentials(16);
  chip.set_clock(1e9);
  CHECK(ratio(false) == Approx(0.83595).epsilon(1e-4));
  CHECK(ratio(true) == Approx(0.62800).epsilon(1e-4));
}

TEST_CASE("an fp8 cache has a fit of its own", "[compute][attention]") {
  catalog::Kernels k = Profile();
  *k.mutable_decode_attention_fp8() = k.decode_attention();
  k.mutable_decode_attention_fp8()->set_launch(9e-6);
  const KernelModel model(Chip(), k);
  AttentionShape s = Sequence(1, 4096);
  const double bf16 = model.DecodeAttention(s).seconds;
  s.kv_bytes = 1;
  const KernelCost fp8 = model.DecodeAttention(s);
  CHECK(fp8.seconds == Approx(9e-6 + fp8.bytes / 2.25e12 + fp8.flops / 0.5e15));
  CHECK(bf16 < fp8.seconds);
}

}  // namespace
}  // namespace headroom::compute
