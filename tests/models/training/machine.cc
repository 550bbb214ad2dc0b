#include "tests/models/training/machine.h"

namespace headroom::training {

catalog::Accelerator IdealAccelerator() {
  catalog::Accelerator a;
  a.set_name("ideal");
  a.mutable_peak()->set_fp16(1e15);
  a.mutable_peak()->set_bf16(1e15);
  a.mutable_memory()->set_capacity(80e9);
  a.mutable_memory()->set_bandwidth(1e18);
  a.set_multiprocessors(1);
  a.set_tdp(700);
  return a;
}

catalog::Kernels IdealKernels() {
  catalog::Kernels k;
  k.set_name("ideal.none");
  k.set_accelerator("ideal");
  catalog::GemmFit* g = k.add_gemm();
  g->set_precision("bf16");
  g->set_compute_efficiency(1);
  g->set_memory_efficiency(1);
  g->set_launch(0);
  g->set_wave(0);
  for (catalog::AttentionFit* f : {k.mutable_prefill_attention(), k.mutable_decode_attention()}) {
    f->set_compute_efficiency(1);
    f->set_memory_efficiency(1);
    f->set_launch(0);
  }
  k.mutable_elementwise()->set_memory_efficiency(1);
  k.mutable_elementwise()->set_launch(0);
  return k;
}

compute::KernelModel IdealMachine() {
  return compute::KernelModel(IdealAccelerator(), IdealKernels());
}

llm::Architecture SmallModel() {
  llm::Architecture a;
  a.name = "small";
  a.layers = 16;
  a.hidden = 2048;
  a.heads = a.kv_heads = 16;
  a.head_dim = 128;
  a.ffn = 8192;
  a.gated = false;
  a.vocab = 32768;
  return a;
}

StepParams SmallStep() {
  StepParams s;
  s.model = SmallModel();
  s.plan.sequence = 1024;
  s.plan.global_batch = 4;
  s.plan.dp = 1;
  s.fabric.scale_up = {network::ScaleUpShape::kSwitch, 8, 450e9, 1e-6, 0.82, false, 0.6};
  s.fabric.scale_out.nic = 50e9;
  s.framework = FrameworkFor(compute::Precision::kBf16);
  s.framework.chip_spread = 0;
  s.memory_capacity = 80e9;
  s.tdp = 700;
  return s;
}

}  // namespace headroom::training
