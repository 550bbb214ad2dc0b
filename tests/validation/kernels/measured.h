#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/catalog/library.h"
#include "models/compute/kernel_model.h"

namespace headroom::validation {

/// One measured row and what the model says.
struct Measured {
  double seconds = 0.0;
  double predicted = 0.0;
  bool kept = true;  ///< false where only a warm last-level cache explains the time
};

/// Accelerator, stack, family (gemm, prefill, decode, experts), precision. `gemm of vidur` is a prediction: its tables took
/// no part in any fit of that accelerator.
struct TableKey {
  std::string accelerator, stack, family, precision;
  auto operator<=>(const TableKey&) const = default;
};

/// Rows in file order. Rows 1, 3, 5 ... of each table fitted the parameters, rows 2, 4, 6 ... judge them.
using Tables = std::map<TableKey, std::vector<Measured>>;

/// The folder of measured serving tables, or "" if it is not there.
std::string DataFolder();

/// Every kernel table that has a profile in the catalog, evaluated by the model.
Tables Evaluate(const std::string& folder, const catalog::Library& library);

}  // namespace headroom::validation
