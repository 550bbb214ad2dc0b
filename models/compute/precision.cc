#include "models/compute/precision.h"

#include <array>
#include <stdexcept>

namespace headroom::compute {
namespace {

struct Row {
  Precision precision;
  const char* name;
  double bytes;
};

constexpr std::array<Row, 9> kRows{{
    {Precision::kFp32, "fp32", 4.0},
    {Precision::kTf32, "tf32", 4.0},
    {Precision::kFp16, "fp16", 2.0},
    {Precision::kBf16, "bf16", 2.0},
    {Precision::kFp8, "fp8", 1.0},
    {Precision::kMxfp8, "mxfp8", 1.0 + 1.0 / 32.0},
    {Precision::kNvfp4, "nvfp4", 0.5 + 1.0 / 16.0},
    {Precision::kInt8, "int8", 1.0},
    {Precision::kMxfp4, "mxfp4", 0.5 + 1.0 / 32.0},
}};

const Row& RowOf(Precision p) { return kRows[static_cast<size_t>(p)]; }

}  // namespace

double BytesPerElement(Precision p) { return RowOf(p).bytes; }

std::string Name(Precision p) { return RowOf(p).name; }

Precision PrecisionFromName(std::string_view name) {
  for (const Row& row : kRows) {
    if (name == row.name) return row.precision;
  }
  throw std::invalid_argument("no precision is called '" + std::string(name) + "'");
}

}  // namespace headroom::compute
