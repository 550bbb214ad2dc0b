#pragma once

#include <array>
#include <cstddef>

namespace headroom::serving {

/// Kinds of kernels that are told apart. `kPrompts` is no kind but a cut across them: what the prompts of an
/// iteration take of all kernels, products by their share of the tokens.
enum class KernelPart : std::size_t {
  kGemm,
  kExperts,
  kPrefillAttention,
  kDecodeAttention,
  kCommunication,
  kPrompts,
};
inline constexpr std::size_t kKernelKinds = 5;
inline constexpr std::array<const char*, kKernelKinds> kKernelNames = {
    "gemm", "experts", "prefill_attention", "decode_attention", "communication"};

/// Time and energy above idle power by kind of kernel [s, J]; linear, as all costs are.
struct KernelUse {
  std::array<double, kKernelKinds + 1> seconds{}, above{};

  static KernelUse Of(KernelPart part, double seconds, double above) {
    KernelUse use;
    use.seconds[static_cast<std::size_t>(part)] = seconds;
    use.above[static_cast<std::size_t>(part)] = above;
    return use;
  }
  KernelUse& operator+=(const KernelUse& o) {
    for (std::size_t i = 0; i < seconds.size(); ++i) seconds[i] += o.seconds[i], above[i] += o.above[i];
    return *this;
  }
  KernelUse& operator-=(const KernelUse& o) {
    for (std::size_t i = 0; i < seconds.size(); ++i) seconds[i] -= o.seconds[i], above[i] -= o.above[i];
    return *this;
  }
  KernelUse& operator*=(double f) { return Scale(f, f); }
  KernelUse& Scale(double time, double energy) {
    for (std::size_t i = 0; i < seconds.size(); ++i) seconds[i] *= time, above[i] *= energy;
    return *this;
  }
  void AddPrompts(double s, double j) {
    seconds[kKernelKinds] += s;
    above[kKernelKinds] += j;
  }
};

}  // namespace headroom::serving
