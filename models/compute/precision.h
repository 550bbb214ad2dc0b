#pragma once

#include <string>
#include <string_view>

namespace headroom::compute {

enum class Precision { kFp32, kTf32, kFp16, kBf16, kFp8, kMxfp8, kNvfp4, kInt8, kMxfp4 };

/// Bytes of one stored element, block scales included: mxfp8 has one scale byte per 32 elements, nvfp4 one fp8 scale
/// per 16, mxfp4 one scale byte per 32.
double BytesPerElement(Precision p);
/// "bf16" and so on, as scenarios spell it.
std::string Name(Precision p);
/// @throws std::invalid_argument for a word that Name() never gives.
Precision PrecisionFromName(std::string_view name);

}  // namespace headroom::compute
