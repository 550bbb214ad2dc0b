#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>

#include "sim/core/random.h"
#include "sim/engine/engine.h"

namespace headroom::failure {

/// Spare nodes of one kind, and those under repair. A node that comes back from repair goes to whoever has
/// waited longest, else to the spares. Repair takes an exponential time (assumed); repairs do not queue.
class NodePool {
 public:
  /// `repair`: mean [s]. `engine` outlives it.
  NodePool(Engine& engine, std::uint32_t spares, double repair, std::uint64_t seed, std::string_view path);
  NodePool(const NodePool&) = delete;
  NodePool& operator=(const NodePool&) = delete;
  /// Sends a node to repair and asks for another: `on_ready` is called at once where a spare is ready, else when a node
  /// comes back.
  /// Returns a number to take the request back with.
  std::uint64_t Replace(std::function<void()> on_ready);
  /// Takes a request back that was not met yet.
  void Withdraw(std::uint64_t request) { waiting_.erase(request); }
  std::uint32_t ready() const { return ready_; }
  std::uint32_t under_repair() const { return under_repair_; }

 private:
  void Repaired();

  Engine& engine_;
  std::uint32_t ready_;
  std::uint32_t under_repair_ = 0;
  double repair_;
  RandomStream stream_;
  std::map<std::uint64_t, std::function<void()>> waiting_;
  std::uint64_t last_request_ = 0;
};

}  // namespace headroom::failure
