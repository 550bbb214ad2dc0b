#include "scenarios/build/kernel_choice.h"

#include <fmt/format.h>

namespace headroom::scenario {

const catalog::Kernels& ChooseKernels(const BuildContext& context, const catalog::Accelerator& chip,
                                      const std::string& written, const std::string& path,
                                      std::initializer_list<const char*> usual) {
  if (!written.empty()) {
    const catalog::Kernels& found = context.library.KernelsFor(chip, written);
    if (found.stack() != written) {
      std::string known;
      for (const std::string& name : context.library.names("kernels"))
        if (name.rfind(chip.name() + ".", 0) == 0)
          known += (known.empty() ? "" : ", ") + context.library.kernels(name).stack();
      for (const std::string& name : context.library.names("stack"))
        if (context.library.KernelsFor(chip, name).stack() == name && known.find(name) == std::string::npos)
          known += (known.empty() ? "" : ", ") + name;
      context.Error(path, fmt::format("no kernel profile of {} for the stack '{}'; there is: {}", chip.name(), written,
                                      known.empty() ? "none" : known));
    }
    return found;
  }
  for (const char* stack : usual) {
    const catalog::Kernels& found = context.library.KernelsFor(chip, stack);
    if (found.stack() == stack) return found;
  }
  return context.library.KernelsFor(chip);
}

}  // namespace headroom::scenario
