#pragma once

#include "models/catalog/catalog.pb.h"

namespace headroom::compute {

/// 1000 TFLOPS of bf16 on 100 multiprocessors, 3 TB/s.
inline catalog::Accelerator Chip() {
  catalog::Accelerator a;
  a.set_name("chip");
  a.mutable_peak()->set_bf16(1000e12);
  a.mutable_memory()->set_bandwidth(3e12);
  a.set_multiprocessors(100);
  return a;
}

/// 80 % of peak, 75 % of bandwidth, 2 us, nothing else: compute and memory do not overlap (blend 1).
inline catalog::Kernels Profile() {
  catalog::Kernels k;
  k.set_name("chip.stack");
  k.set_accelerator("chip");
  k.set_stack("stack");
  catalog::GemmFit* g = k.add_gemm();
  g->set_precision("bf16");
  g->set_compute_efficiency(0.8);
  g->set_memory_efficiency(0.75);
  g->set_launch(2e-6);
  g->set_blend(1.0);
  g->set_wave(1.0);
  g->set_load(0.0);
  for (catalog::AttentionFit* f : {k.mutable_prefill_attention(), k.mutable_decode_attention()}) {
    f->set_compute_efficiency(0.5);
    f->set_memory_efficiency(0.75);
    f->set_launch(4e-6);
    f->set_blend(1.0);
    f->set_critical(0.0);
    f->set_passes(0.0);
  }
  k.mutable_elementwise()->set_memory_efficiency(0.5);
  k.mutable_elementwise()->set_launch(1e-6);
  return k;
}

}  // namespace headroom::compute
