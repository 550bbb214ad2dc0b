#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/catalog/library.h"
#include "models/training/step_model.h"

namespace headroom::validation {

/// One measured step.
struct Case {
  std::string table;
  std::string name;
  std::string accelerator;
  llm::Architecture model;
  training::ParallelPlan plan;  ///< resolved
  bool fused_permute = true;
  double measured = 0;          ///< s
  std::uint32_t domain = 0;     ///< accelerators of a scale-up domain; 0: the data sheet's
  double memory = 0;            ///< GiB, largest of a rank; 0: not published
  bool fit = false;             ///< the row on which this accelerator's derate is fitted
  bool gates = true;            ///< counts in the asserted errors
};

/// Accelerators with their kernels, and the derates fitted so far.
class Bench {
 public:
  training::StepResult Predict(const Case& c) const;
  /// Finds the derate of the case's accelerator with which its prediction is the measured time
  /// (bisection).
  void Fit(const Case& c);
  double derate(const std::string& accelerator, compute::Precision precision) const;
  training::StepParams Params(const Case& c) const;
  const compute::KernelModel& Kernels(const std::string& accelerator) const;
  const catalog::Library& library() const { return library_; }

 private:
  catalog::Library library_;
  std::map<std::string, double> derates_;
  mutable std::map<std::string, compute::KernelModel> kernels_;
};

/// Rows of a model whose errors are told apart: docs/models/training.md.
inline constexpr const char* kGptOss = "Megatron-Bridge performance summary, gpt-oss 120B";

network::FabricParams FabricOf(const catalog::Accelerator& accelerator);
std::vector<Case> Mlperf(const catalog::Library& library, const std::string& folder);
std::vector<Case> Dgxc(const catalog::Library& library, const std::string& folder);
std::vector<Case> MegatronBridge(const catalog::Library& library, const std::string& folder);
std::vector<Case> Lora(const catalog::Library& library, const std::string& folder);
std::vector<Case> Korthikanti(const catalog::Library& library, const std::string& folder);
std::vector<Case> MegatronSc21(const catalog::Library& library, const std::string& folder);
/// Slices whose recipe is public, alone and joined.
std::vector<Case> MaxText(const catalog::Library& library, const std::string& folder);
std::vector<Case> MegatronCore(const catalog::Library& library, const std::string& folder);

}  // namespace headroom::validation
