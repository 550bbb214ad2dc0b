#pragma once

#include <string>
#include <vector>

#include "scenarios/build/simulation.h"

namespace google::protobuf {
class Message;
class FieldDescriptor;
}

namespace headroom::study {

/// A number that a run rests on: a key of the scenario (`site.cooling.rack_supply`) or of a data sheet
/// (`accelerator/h100:scale_up.latency`, `kernels/h100.vllm:gemm[fp8].compute_efficiency`).
struct Parameter {
  std::string text;        ///< as above
  std::string kind, name;  ///< of the sheet; empty: the scenario's own
  std::string path;        ///< below the sheet or the scenario
  double value = 0.0;      ///< SI
  std::string unit;        ///< canonical; empty: a bare number
  std::string help;
  std::string source;      ///< of the sheet; "the scenario" for its own keys
  std::string confidence;  ///< A, B, C, D, M of the sheet; empty for the scenario's own
  double low = 0.0, high = 0.0;  ///< what the schema allows; +-inf without a bound
};

/// @throws ConfigError where it leads to no number that is set.
Parameter FindParameter(const scenario::Prepared& prepared, const std::string& text);

/// A copy of `prepared` with other values of parameters.
scenario::Prepared With(const scenario::Prepared& prepared, const std::vector<Parameter>& parameters,
                        const std::vector<double>& values);

/// Every number of the data sheets that the scenario names or stands on, in a fixed order; counts and zeros apart.
std::vector<Parameter> SheetParameters(const scenario::Prepared& prepared);

/// "0.93 us"
std::string ValueText(const Parameter& parameter, double value);

}  // namespace headroom::study
