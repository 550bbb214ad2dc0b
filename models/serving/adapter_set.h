#pragma once

#include <cstdint>
#include <vector>

namespace headroom::serving {

/// Low-rank adapters of a deployment, as each replica keeps them.
struct AdapterParams {
  std::uint32_t count = 0;     ///< adapters 1 ... count; requests may also ask for 0, the bare model
  std::uint32_t resident = 0;  ///< that device memory holds at once, and so a batch
  double load = 0.0;           ///< s to copy one in from host memory
};

/// The adapters in the device memory of one replica, as vLLM keeps them: `resident` places; one that
/// a running sequence uses stays, else the least recently used makes room. A batch waits while one
/// is copied in.
class AdapterSet {
 public:
  explicit AdapterSet(const AdapterParams& params) : params_(params), users_(params.count + 1) {}
  /// Whether a sequence of `adapter` may run now.
  bool Admits(std::uint32_t adapter) const;
  /// A sequence begins; s for which its batch waits.
  double Acquire(std::uint32_t adapter);
  void Release(std::uint32_t adapter);
  /// Different adapters of running sequences.
  std::uint32_t in_use() const { return in_use_; }
  std::uint64_t loads() const { return loads_; }
  void Clear() { resident_.clear(); }

 private:
  AdapterParams params_;
  std::vector<std::uint32_t> users_;     ///< running sequences, by adapter
  std::vector<std::uint32_t> resident_;  ///< least recently used first
  std::uint32_t in_use_ = 0;
  std::uint64_t loads_ = 0;
};

}  // namespace headroom::serving
