#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "models/failure/failure_profile.h"
#include "sim/core/random.h"

namespace headroom::failure {

/// s; what comes later than in 30 years comes in no run, and a clock of nanoseconds ends after 292.
inline constexpr double kNeverSeconds = 1e9;

struct Interruption {
  double gap = 0;             ///< s since the one before
  std::size_t cause = 0;      ///< index into the profile's causes
  std::uint32_t accelerator = 0;  ///< of the job, where it struck
  std::uint32_t nodes = 1;        ///< that it took, where its cause takes nodes: that one's and those after it
  double repair = 0;  ///< s after which these very nodes are back; 0: others take their place
};

/// How failures depart from one constant rate for all. Positions keep their kind: a spare in a lemon's place is a lemon.
///
///     rate of a lemon = times * rate of the others, the mean over all nodes is the profile's
///     rate(t) = rate (1 + (infant_times - 1) exp(-t / infant_fades)),   t from the run's start
struct FailureShape {
  double lemon_share = 0.0, lemon_times = 1.0;
  double infant_times = 1.0, infant_fades = 0.0;  ///< fades in s
  std::uint32_t accelerators_per_node = 1;
};

/// The interruptions of one job: a Poisson process of rate n * profile rate over calendar time (by thinning where the rate
/// falls with time), causes in proportion to their rates. Left out: wear.
class Interruptions {
 public:
  /// `profile` has a positive rate.
  Interruptions(FailureProfile profile, std::uint32_t accelerators, std::uint64_t seed,
                std::string_view path, const FailureShape& shape = {});
  Interruption Next();
  bool lemon(std::uint32_t node) const { return lemons_.count(node) > 0; }
  const FailureProfile& profile() const { return profile_; }

 private:
  FailureProfile profile_;
  std::uint32_t Where();

  std::uint32_t accelerators_;
  FailureShape shape_;
  std::set<std::uint32_t> lemons_;  ///< nodes
  std::vector<std::uint32_t> lemon_list_;
  double time_ = 0.0;  ///< s, of the last one
  RandomStream stream_;
};

}  // namespace headroom::failure
