#include "scenarios/study/kernel_rows.h"

#include <fmt/format.h>

#include "sim/core/diagnostics.h"

namespace headroom::study {

double SecondsOf(const compute::KernelModel& model, const KernelCall& call) {
  if (call.attention)
    return (call.shape.query <= 1.0 ? model.DecodeAttention(call.shape) : model.PrefillAttention(call.shape)).seconds;
  if (call.groups > 0.0) return model.GroupedGemm(call.groups, call.gemm, call.precision).seconds;
  return model.Gemm(call.gemm, call.precision).seconds;
}

std::string ProfileOf(const std::vector<Parameter>& parameters) {
  std::string name;
  for (const Parameter& p : parameters) {
    if (p.kind != "kernels") continue;
    if (!name.empty() && name != p.name)
      throw ConfigError(fmt::format("single kernels are fitted by one profile, not by kernels/{} and kernels/{}", name, p.name));
    name = p.name;
  }
  if (name.empty()) throw ConfigError("the table holds single kernels; --fit names a parameter of their profile, kernels/NAME:PATH");
  return name;
}

Predict PredictKernels(const scenario::Prepared& prepared, const std::string& name, const std::vector<Parameter>& parameters,
                       const Measurements& measurements) {
  return [=](const std::vector<std::vector<double>>& values) {
    std::vector<std::vector<double>> out;
    for (const std::vector<double>& at : values) {
      const scenario::Prepared p = With(prepared, parameters, at);
      const catalog::Kernels& profile = p.library.sheet("kernels", name).kernels();
      const compute::KernelModel model(p.library.accelerator(profile.accelerator()), profile);
      std::vector<double>& rows = out.emplace_back();
      for (const Measurement& m : measurements.rows) rows.push_back(SecondsOf(model, measurements.kernels[m.run]));
    }
    return out;
  };
}

}  // namespace headroom::study
