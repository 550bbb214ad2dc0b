#pragma once

#include <string>
#include <vector>

namespace headroom::cost {

inline constexpr double kYear = 365.25 * 86400.0;  ///< s

/// Something that was bought, and over how long it is written off.
struct CapitalItem {
  std::string name;      ///< of the metric site.cost.items.NAME
  double capital = 0.0;  ///< USD
  double life = 0.0;     ///< s
};

/// Money tied up in a site, paid back in equal yearly sums over its life with interest r:
///
///     per year = capital r / (1 - (1 + r)^-n),   n years;  r = 0: capital / n
///
/// No residual value.
///
/// Defaults: Epoch AI (May 2026, CC-BY), a 1 GW GB200 site of 38e9 USD: IT life 5 years, facility
/// life 14 years, facility 9..12 million USD per MW of IT, opex 0.9e9 USD/yr = 2.4 % of capital a
/// year.
struct CapitalParams {
  double it_capital = 0.0;              ///< USD: machines, fabric, storage
  double it_life = 5.0 * kYear;         ///< s
  double facility_per_watt = 10.5;      ///< USD per W of IT nameplate
  double it_nameplate = 0.0;            ///< W
  double facility_life = 14.0 * kYear;  ///< s
  double operation = 0.024;             ///< of all capital, per year
  double discount_rate = 0.0;           ///< per year
  std::vector<CapitalItem> items;       ///< beside IT and facility: battery, what else is bought
};

/// Costs of a stretch of time, USD.
struct CostParts {
  double it = 0.0;
  double facility = 0.0;
  double items = 0.0;
  double operation = 0.0;
  double energy = 0.0;
  double water = 0.0;
  double total() const { return it + facility + items + operation + energy + water; }
};

/// What a year of `capital` costs over `life` [s] at interest `rate`, USD..
double YearlyCost(double capital, double life, double rate);

/// Capital written off and operation over `seconds`, with the energy bill of the same stretch.
/// @throws ConfigError naming the first life that is not positive.
CostParts CostOver(const CapitalParams& capital, double seconds, double energy_cost);

/// A workload's part of a site's cost: its share of the accelerator-seconds installed for capital
/// and operation, its share of the energy at the utility for the bill (overhead of the plant goes
/// along in proportion).
CostParts ShareOf(const CostParts& site, double accelerator_share, double energy_share);

/// USD per token; NaN for none.
double PerToken(const CostParts& cost, double tokens);

}  // namespace headroom::cost
