#pragma once

#include <string>
#include <vector>

#include "models/compute/kernel_model.h"
#include "scenarios/build/simulation.h"

namespace headroom::study {

/// A kernel that was timed by itself: a product, or attention where the table has contexts.
struct KernelCall {
  bool attention = false;
  compute::GemmShape gemm;
  double groups = 0.0;  ///< experts in one launch; 0: a plain product
  compute::AttentionShape shape;
  compute::Precision precision = compute::Precision::kBf16;
};

/// One measured figure: what a run under `set` should give for `metric`.
struct Measurement {
  std::size_t run = 0;      ///< index into Measurements::runs, or kernels
  std::string metric;
  double value = 0.0;       ///< in the metric's unit
  double deviation = 0.0;   ///< of the measurement, same unit; 0: not told
  int line = 0;
};

struct Measurements {
  std::string file;
  std::vector<std::vector<std::string>> runs;  ///< PATH=VALUE settings of each run
  std::vector<Measurement> rows;
  std::vector<KernelCall> kernels;  ///< of a table of single kernels; then there are no runs
};

/// How the columns of a file are read.
struct Columns {
  std::string value;  ///< of a table of collectives: the measured column
  std::string unit;   ///< its unit, e.g. "us"
  std::string size = "bytes";
  std::string precision = "bf16";  ///< of kernels, where the table has no column of it
  std::vector<std::string> where;  ///< COLUMN=TEXT: only these rows of a table of kernels
};

/// Reads measurements from CSV; lines that begin with # are comments. Four shapes:
///
///     metric,value[,deviation][,set]     one figure a row, in the metric's own unit; `set` holds PATH=VALUE, several
///                                        with ; between: rows of equal `set` are read off one run
///                                        (site.power.mean), or SERIES:ENTITY of the report for its mean over the run
///     m,n,k,...                          products timed by themselves: `columns.value` is the measured time; also `batch`,
///                                        `groups` (experts in one launch, m is of each), `precision`
///     sequences,query,context,heads,...  attention timed by itself; also `kv_heads`, `head_dim` (128), `kv_bytes` (2)
///     bytes,...                          a table of collectives by size, as NCCL-tests print it: `columns.value` is the
///                                        measured time; the scenario's collective workload is run at these sizes
/// A table of single kernels with --where COLUMN=TEXT is read where the cell is that text.
/// @throws ConfigError with file and line of what cannot be read.
Measurements ReadMeasurements(const std::string& path, const Columns& columns, const scenario::Prepared& prepared);

}  // namespace headroom::study
