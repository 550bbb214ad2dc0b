#include "models/llm/memory.h"

#include <catch2/catch.hpp>

namespace headroom::llm {
namespace {

Architecture Gpt() {
  Architecture a;
  a.layers = 96;
  a.hidden = 12288;
  a.heads = a.kv_heads = 96;
  a.head_dim = 128;
  a.ffn = 4 * a.hidden;
  a.gated = false;
  a.vocab = 51200;
  return a;
}

// Korthikanti et al. eq. 1, 2, 4, 5: s*b*h*(34 + 5as/h), tensor parallel 10 + 24/t + 5as/ht, with
// sequence parallelism all over t; selective drops 5as/h; full keeps 2.
TEST_CASE("activations follow the published formulas", "[llm][memory]") {
  const Architecture a = Gpt();
  const double s = 2048, b = 1, h = a.hidden, heads = a.heads, t = 8;
  ActivationRules rules{2, false, true, Recompute::kNone};
  const auto bytes = [&](double tp, bool sp) {
    return ActivationBytesOfLayer(a, 0, s * b, s, {tp, sp, 1, 1}, rules);
  };
  CHECK(bytes(1, false) == Approx(s * b * h * (34 + 5 * heads * s / h)));
  CHECK(bytes(t, false) == Approx(s * b * h * (10 + 24 / t + 5 * heads * s / (h * t))));
  CHECK(bytes(t, true) == Approx(s * b * h / t * (34 + 5 * heads * s / h)));
  rules.recompute = Recompute::kSelective;
  CHECK(bytes(t, true) == Approx(s * b * h / t * 34));
  rules.recompute = Recompute::kFull;
  CHECK(bytes(t, false) == Approx(2 * s * b * h));
}

TEST_CASE("fp8 inputs of linear layers save memory and fused attention keeps its output",
          "[llm][memory]") {
  const Architecture a = Gpt();
  const ActivationRules bf16{2, true, false, Recompute::kNone},
      fp8{1, true, false, Recompute::kNone};
  const double h = a.hidden;
  // bf16: norms 4h in, 4h out; q, k, v 6h; attention output 2h; feed-forward 8h + 8h.
  CHECK(ActivationBytesOfLayer(a, 0, 1, 2048, {}, bf16) == Approx(32 * h));
  // fp8: norms 4h + 2h; 6h; output in fp8 and bf16 3h; 8h + 4h.
  CHECK(ActivationBytesOfLayer(a, 0, 1, 2048, {}, fp8) == Approx(27 * h));
}

}  // namespace
}  // namespace headroom::llm
