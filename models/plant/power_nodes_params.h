#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "models/power/breaker.h"

namespace headroom::plant {

enum class AtLimit {
  kReport,  ///< the limit is only counted against
  kCap,     ///< clocks fall until the power meets the limit
  kShed,    ///< work stops, least priority first, until the power meets the limit
  kTrip,    ///< a breaker opens by its curve
};

/// One box between the utility and the racks. With redundant paths it stands for its copies on all of them.
struct PowerNodeParams {
  std::string name;   ///< "pdu-3"
  std::string stage;  ///< whose losses it has: "utility", "transformer", "ups", "pdu"
  int parent = -1;
  double rating = 0.0;     ///< W that the paths that are needed carry together; 0: no limit
  double nameplate = 0.0;  ///< W of the racks below
  /// group and number of its racks that hang here; of PDUs alone
  std::vector<std::pair<int, double>> racks;
};

/// What happens at the limits of transformers and PDUs. A breaker that opens stays so for `reset`.
struct NodeLimitParams {
  AtLimit at_limit = AtLimit::kReport;
  bool pdu_limit = false;  ///< the PDUs' ratings are limits, not just sizes
  bool trips = false;  ///< breakers open where capping or shedding is too slow
  power::BreakerParams breaker;
  double reset = std::numeric_limits<double>::infinity();  ///< s until it is closed again
  double shed_delay = 5.0;    ///< s over a limit before work is stopped. Assumed
  double shed_hold = 300.0;   ///< s with room for it before work goes on. Assumed
};

/// A stretch in which the utility asks for at most `limit`.
struct DemandEvent {
  double at = 0.0;
  double lasts = 0.0;
  double limit = 0.0;  ///< W at the utility
};

}  // namespace headroom::plant
