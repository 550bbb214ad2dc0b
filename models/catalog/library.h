#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/catalog/catalog.pb.h"

namespace headroom::catalog {

/// The data sheets that a run can name: those compiled into the program, overlaid by the user's.
///
///     Library library;
///     for (const Sheet& sheet : scenario.catalog()) library.Add(sheet);
///     const Accelerator& chip = library.accelerator("h100");
///     const Kernels& profile = library.KernelsFor(chip, "vllm");
///
/// A sheet is parsed when first asked for, so a run pays for what it names. References stay valid
/// while no sheet is added. For use by one thread.
class Library {
 public:
  /// The built-in sheets.
  Library() = default;

  /// Adds a sheet, or puts it in the place of the one with its kind and name.
  /// @throws ConfigError if it has no kind or name, or a model's dimensions do not fit.
  void Add(Sheet sheet);

  /// Each throws ConfigError, with the nearest known name, if there is no such sheet.
  const Accelerator& accelerator(const std::string& name) const {
    return sheet("accelerator", name).accelerator();
  }
  const Kernels& kernels(const std::string& name) const { return sheet("kernels", name).kernels(); }
  const Node& node(const std::string& name) const { return sheet("node", name).node(); }
  const Rack& rack(const std::string& name) const { return sheet("rack", name).rack(); }
  const Switch& switch_(const std::string& name) const { return sheet("switch", name).switch_(); }
  const Cable& cable(const std::string& name) const { return sheet("cable", name).cable(); }
  const Cdu& cdu(const std::string& name) const { return sheet("cdu", name).cdu(); }
  const Tower& tower(const std::string& name) const { return sheet("tower", name).tower(); }
  const DryCooler& dry_cooler(const std::string& name) const {
    return sheet("dry_cooler", name).dry_cooler();
  }
  const Chiller& chiller(const std::string& name) const { return sheet("chiller", name).chiller(); }
  const Conversion& conversion(const std::string& name) const {
    return sheet("conversion", name).conversion();
  }
  const Storage& storage(const std::string& name) const { return sheet("storage", name).storage(); }
  const Failures& failures(const std::string& name) const {
    return sheet("failures", name).failures();
  }
  /// Complete: kv_heads and head_dim are set.
  const Llm& llm(const std::string& name) const { return sheet("llm", name).llm(); }
  const Sheet& sheet(const std::string& kind, const std::string& name) const;

  /// A model as a scenario writes it: a name, a name with dimensions that differ from the sheet's,
  /// or dimensions alone.
  /// @throws ConfigError for an unknown name or dimensions that are missing or do not fit.
  Llm Resolve(const Llm& written) const;

  /// The kernel profile of an accelerator under a software stack ("vllm", "tensorrt-llm", ...). The
  /// candidates are the sheets that the accelerator lists, then those named ACCELERATOR.*; the
  /// first one for `stack` wins, else a sheet of kind `stack` of that name over its base, else the first one at all; if there is none, the generic profile
  /// of the accelerator's family (confidence D) in its name. Compare the result's stack() with what
  /// was asked to see which it was.
  const Kernels& KernelsFor(const Accelerator& accelerator, const std::string& stack = "") const;

  bool Has(const std::string& kind, const std::string& name) const;
  /// Sorted. @throws ConfigError for a kind that does not exist.
  std::vector<std::string> names(const std::string& kind) const;
  /// Sorted: accelerator, cdu, chiller, ...
  const std::vector<std::string>& kinds() const;
  /// The sheet as YAML: a built-in one as its file has it, with comments.
  std::string Text(const std::string& kind, const std::string& name) const;

 private:
  using Key = std::pair<std::string, std::string>;  // kind, name

  /// The profile under the sheet of kind `stack` called `name`; null where there is none for this chip.
  const Kernels* UnderStack(const Accelerator& accelerator, const std::string& name) const;

  std::map<Key, Sheet> added_;
  mutable std::map<Key, Sheet> parsed_;             // built-in sheets asked for so far
  mutable std::map<std::string, Kernels> generic_;  // by accelerator
};

}  // namespace headroom::catalog
