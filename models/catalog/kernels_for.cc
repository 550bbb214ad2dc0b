#include <fmt/format.h>

#include "models/catalog/library.h"
#include "sim/core/diagnostics.h"

namespace headroom::catalog {

const Kernels& Library::KernelsFor(const Accelerator& accelerator, const std::string& stack) const {
  std::vector<std::string> candidates(accelerator.kernels().begin(), accelerator.kernels().end());
  const std::string prefix = accelerator.name() + ".";
  for (const std::string& name : names("kernels")) {
    if (name.starts_with(prefix)) candidates.push_back(name);
  }
  for (const std::string& name : candidates) {
    if (kernels(name).stack() == stack) return kernels(name);
  }
  if (!candidates.empty()) return kernels(candidates.front());

  if (const auto known = generic_.find(accelerator.name()); known != generic_.end())
    return known->second;
  Kernels generic = kernels("generic-" + accelerator.family());
  generic.set_name(prefix + "generic");
  generic.set_accelerator(accelerator.name());
  return generic_.emplace(accelerator.name(), std::move(generic)).first->second;
}

}  // namespace headroom::catalog
