#include "models/cost/capital.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "sim/core/diagnostics.h"

namespace headroom::cost {

double YearlyCost(double capital, double life, double rate) {
  const double years = life / kYear;
  return rate > 0.0 ? capital * rate / -std::expm1(-years * std::log1p(rate)) : capital / years;
}

CostParts CostOver(const CapitalParams& c, double seconds, double energy_cost) {
  if (!(c.it_life > 0.0))
    throw ConfigError(
        fmt::format("site.cost.accelerator_life is {} s; it must be positive", c.it_life));
  if (!(c.facility_life > 0.0))
    throw ConfigError(
        fmt::format("site.cost.facility_life is {} s; it must be positive", c.facility_life));
  const double facility = c.facility_per_watt * c.it_nameplate;
  CostParts parts;
  const double years = seconds / kYear;
  parts.it = YearlyCost(c.it_capital, c.it_life, c.discount_rate) * years;
  parts.facility = YearlyCost(facility, c.facility_life, c.discount_rate) * years;
  double all = c.it_capital + facility;
  for (const CapitalItem& item : c.items) {
    parts.items += YearlyCost(item.capital, item.life, c.discount_rate) * years;
    all += item.capital;
  }
  parts.operation = c.operation * all * years;
  parts.energy = energy_cost;
  return parts;
}

CostParts ShareOf(const CostParts& site, double accelerator_share, double energy_share) {
  return {site.it * accelerator_share, site.facility * accelerator_share, site.items * accelerator_share,
          site.operation * accelerator_share, site.energy * energy_share, site.water * energy_share};
}

double PerToken(const CostParts& cost, double tokens) {
  return tokens > 0.0 ? cost.total() / tokens : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace headroom::cost
