#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/failure/failure_profile.h"
#include "sim/core/random.h"

namespace headroom::failure {

struct Interruption {
  double gap = 0;             ///< s since the one before
  std::size_t cause = 0;      ///< index into the profile's causes
  std::uint32_t accelerator = 0;  ///< of the job, where it struck
};

/// The interruptions of one job: a Poisson process of rate n * profile rate over calendar time, causes in
/// proportion to their rates, every accelerator alike. Left out: lemon nodes, infant mortality, wear,
/// faults that strike several nodes at once, silent corruption that goes unseen.
class Interruptions {
 public:
  /// `profile` has a positive rate.
  Interruptions(FailureProfile profile, std::uint32_t accelerators, std::uint64_t seed,
                std::string_view path);
  Interruption Next();
  const FailureProfile& profile() const { return profile_; }

 private:
  FailureProfile profile_;
  std::uint32_t accelerators_;
  RandomStream stream_;
};

}  // namespace headroom::failure
