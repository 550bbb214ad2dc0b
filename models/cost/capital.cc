#include "models/cost/capital.h"

#include <fmt/format.h>

#include <limits>

#include "sim/core/diagnostics.h"

namespace headroom::cost {

CostParts CostOver(const CapitalParams& c, double seconds, double energy_cost) {
  if (!(c.it_life > 0.0))
    throw ConfigError(
        fmt::format("site.cost.accelerator_life is {} s; it must be positive", c.it_life));
  if (!(c.facility_life > 0.0))
    throw ConfigError(
        fmt::format("site.cost.facility_life is {} s; it must be positive", c.facility_life));
  const double facility = c.facility_per_watt * c.it_nameplate;
  CostParts parts;
  parts.it = c.it_capital * seconds / c.it_life;
  parts.facility = facility * seconds / c.facility_life;
  parts.operation = c.operation * (c.it_capital + facility) * seconds / kYear;
  parts.energy = energy_cost;
  return parts;
}

CostParts ShareOf(const CostParts& site, double accelerator_share, double energy_share) {
  return {site.it * accelerator_share, site.facility * accelerator_share,
          site.operation * accelerator_share, site.energy * energy_share};
}

double PerToken(const CostParts& cost, double tokens) {
  return tokens > 0.0 ? cost.total() / tokens : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace headroom::cost
