#include <fmt/format.h>

#include <algorithm>

#include "models/catalog/library.h"
#include "sim/core/diagnostics.h"

namespace headroom::catalog {
namespace {

void Scale(double factor, google::protobuf::RepeatedPtrField<GemmFit>* fits) {
  for (GemmFit& fit : *fits) fit.set_compute_efficiency(std::min(1.2, fit.compute_efficiency() * factor));
}

void Scale(const Stack& stack, AttentionFit* fit) {
  fit->set_compute_efficiency(std::min(1.2, fit->compute_efficiency() * stack.attention()));
  if (fit->has_backward_factor()) fit->set_backward_factor(fit->backward_factor() * stack.backward());
}

/// `base` at the speeds of `stack`.
Kernels At(const Stack& stack, const Kernels& base, const Accelerator& accelerator) {
  Kernels out = base;
  out.set_name(accelerator.name() + "." + stack.name());
  out.set_stack(stack.name());
  out.set_confidence(stack.confidence());
  if (out.grouped_gemm().empty()) *out.mutable_grouped_gemm() = base.gemm();
  Scale(stack.gemm(), out.mutable_gemm());
  Scale(stack.grouped_gemm(), out.mutable_grouped_gemm());
  Scale(stack, out.mutable_prefill_attention());
  if (out.has_prefill_attention_fp8()) Scale(stack, out.mutable_prefill_attention_fp8());
  ElementwiseFit* light = out.mutable_elementwise();
  light->set_memory_efficiency(std::min(1.0, light->memory_efficiency() * stack.elementwise()));
  return out;
}

}  // namespace

const Kernels* Library::UnderStack(const Accelerator& accelerator, const std::string& name) const {
  if (name.empty() || !Has("stack", name)) return nullptr;
  const Stack& stack = sheet("stack", name).stack();
  const auto& chips = stack.accelerators();
  if (!chips.empty() && std::find(chips.begin(), chips.end(), accelerator.name()) == chips.end()) return nullptr;
  const std::string key = accelerator.name() + "." + name;
  if (const auto known = generic_.find(key); known != generic_.end()) return &known->second;
  for (const std::string& wanted : stack.base()) {
    if (wanted == name) continue;
    const Kernels& base = KernelsFor(accelerator, wanted);
    if (base.stack() == wanted) return &generic_.emplace(key, At(stack, base, accelerator)).first->second;
  }
  return nullptr;
}

const Kernels& Library::KernelsFor(const Accelerator& accelerator, const std::string& stack) const {
  std::vector<std::string> candidates(accelerator.kernels().begin(), accelerator.kernels().end());
  const std::string prefix = accelerator.name() + ".";
  for (const std::string& name : names("kernels")) {
    if (name.starts_with(prefix)) candidates.push_back(name);
  }
  for (const std::string& name : candidates) {
    if (kernels(name).stack() == stack) return kernels(name);
  }
  if (const Kernels* derived = UnderStack(accelerator, stack)) return *derived;
  if (!candidates.empty()) return kernels(candidates.front());

  if (const auto known = generic_.find(accelerator.name()); known != generic_.end())
    return known->second;
  Kernels generic = kernels("generic-" + accelerator.family());
  generic.set_name(prefix + "generic");
  generic.set_accelerator(accelerator.name());
  return generic_.emplace(accelerator.name(), std::move(generic)).first->second;
}

}  // namespace headroom::catalog
