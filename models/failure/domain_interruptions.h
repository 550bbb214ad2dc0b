#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/failure/interruptions.h"
#include "models/failure/node_pool.h"

namespace headroom::failure {

/// Faults that take all of a job's nodes in one rack, below one switch ... at once.
struct DomainFaults {
  std::string name;
  double rate = 0;             ///< of each domain, 1/s
  double repair = 0;           ///< s, mean
  std::uint32_t nodes = 1;     ///< of a domain; the last has what is left
};

/// A job's interruptions and the faults of the domains that its nodes make, in order of time: Poisson processes, one for each
/// kind, each domain of a kind alike. Causes of the domains follow the profile's.
class DomainInterruptions {
 public:
  DomainInterruptions(Interruptions base, std::vector<DomainFaults> kinds, RepairSpread spread, std::uint32_t nodes,
                      std::uint32_t accelerators_per_node, std::uint64_t seed, std::string_view path);
  Interruption Next();
  /// With a cause for each kind.
  const FailureProfile& profile() const { return profile_; }

 private:
  Interruptions base_;
  std::vector<DomainFaults> kinds_;
  RepairSpread spread_;
  std::uint32_t nodes_, per_node_;
  FailureProfile profile_;
  RandomStream stream_;
  double now_ = 0;
  Interruption base_next_;
  double base_at_ = 0;
  std::vector<double> at_;  ///< s, of each kind's next
};

}  // namespace headroom::failure
