#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>

#include "sim/core/random.h"
#include "sim/engine/engine.h"

namespace headroom::failure {

/// How repair times spread about their mean; lognormal with deviation 1 of the logarithm.
enum class RepairSpread : std::uint8_t { kFixed, kExponential, kLognormal };
double RepairTime(RepairSpread spread, double mean, RandomStream& stream);

/// Spare nodes of one kind, and those under repair. A node that comes back from repair goes to whoever has
/// waited longest, else to the spares. Repairs do not queue.
class NodePool {
 public:
  /// `repair`: mean [s]. `engine` outlives it.
  NodePool(Engine& engine, std::uint32_t spares, double repair, std::uint64_t seed, std::string_view path,
           RepairSpread spread = RepairSpread::kExponential);
  NodePool(const NodePool&) = delete;
  NodePool& operator=(const NodePool&) = delete;
  /// Sends a node to repair and asks for another: `on_ready` is called at once where a spare is ready, else when a node
  /// comes back. Gives when that will be, at the latest: a node that fails later and is repaired sooner may come before.
  Instant Replace(std::function<void()> on_ready);
  /// Sends a node to repair and calls `on_back` when that very one is back; gives when.
  Instant Repair(std::function<void()> on_back);
  std::uint32_t ready() const { return ready_; }
  std::uint32_t under_repair() const { return under_repair_; }

 private:
  void Repaired();

  Engine& engine_;
  std::uint32_t ready_;
  std::uint32_t under_repair_ = 0;
  double repair_;
  RepairSpread spread_;
  RandomStream stream_;
  std::deque<std::function<void()>> waiting_;
  std::multiset<Instant> repaired_at_;  ///< of those under repair
};

}  // namespace headroom::failure
