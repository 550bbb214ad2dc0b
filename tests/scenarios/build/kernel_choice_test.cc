#include "scenarios/build/kernel_choice.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/build/sample.h"

using namespace headroom;
using namespace headroom::scenario;

TEST_CASE("a named stack is taken, an unknown one is refused with those there are", "[kernel_choice]") {
  Sample s(kMixedSite);
  const auto& h100 = s.context->library.accelerator("h100");
  CHECK(ChooseKernels(*s.context, h100, "vllm", "w.stack", {"transformer-engine"}).stack() == "vllm");
  CHECK(s.Errors() == "");
  ChooseKernels(*s.context, h100, "maxtext", "w.stack", {});
  CHECK(s.Errors() == "w.stack: no kernel profile of h100 for the stack 'maxtext'; there is: tensorrt-llm, transformer-engine, vllm, "
                      "cublas, cudnn, cutlass, flash-attention-2, flash-attention-3, torch-inductor, triton, xla-gpu\n");
}

TEST_CASE("without a name the first usual stack with a profile is taken", "[kernel_choice]") {
  Sample s(kMixedSite);
  CHECK(ChooseKernels(*s.context, s.context->library.accelerator("h100"), "", "w", {"none", "transformer-engine"}).stack() ==
        "transformer-engine");
  CHECK(ChooseKernels(*s.context, s.context->library.accelerator("gaudi3"), "", "w", {"vllm"}).stack() == "generic");
}
