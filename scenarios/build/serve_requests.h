#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/serving/iteration_cost.h"
#include "models/serving/request_source.h"
#include "scenarios/build/work.h"

namespace headroom::scenario {

/// What is asked of a deployment.
struct ServeRequests {
  std::unique_ptr<serving::RequestSource> source;  ///< null after an error
  std::uint32_t prefix_unit = 0;                   ///< tokens of a hashed block; 0: no prefix caching
  std::optional<double> last_arrival;              ///< s, as far as can be told
  double prompt_rate = 0.0;                        ///< prompt tokens/s expected; 0 where it cannot be told
};

serving::TokenDistribution TokensOf(const schema::TokenDistribution& d);
ServeRequests RequestsOf(const WorkSite& site, const serving::IterationCost& cost);

}  // namespace headroom::scenario
