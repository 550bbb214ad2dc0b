#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/cooling/weather.h"
#include "scenarios/build/simulation.h"

namespace headroom::study {

/// The limits of a site that racks meet, in the order in which they are told.
enum class Limit : std::uint8_t { kFeed, kUnits, kPdus, kBusway, kCdus, kTowers, kAir, kSpace, kWeight, kPorts };
inline constexpr std::size_t kLimits = 10;

struct LimitText {
  const char* metric;  ///< site.headroom.METRIC
  const char* name;
  const char* unit;    ///< "W", "kg", "1" of things, or "%" of a rating: that of the fullest single unit
  const char* key;     ///< in the scenario
};
const LimitText& TextOf(Limit limit);

/// One limit at one size of the site.
struct LimitUse {
  double has = 0.0;   ///< 0: no limit is set
  double used = 0.0;
  bool exceeded() const { return has > 0.0 && used > has * (1.0 + 1e-9); }
};

struct SiteUses {
  std::array<LimitUse, kLimits> limits;
  double racks = 0.0;         ///< W at the inlets of the systems' racks
  double network = 0.0;       ///< W of switches and optics
  double losses = 0.0;        ///< W of conversion, rectifiers in the racks apart
  double cooling = 0.0;       ///< W of pumps, fans and chillers
  double accelerators = 0.0;
  double supply_over = 0.0;   ///< K by which the warmest coolant to racks is over its set-point
  bool flow_binds = false;    ///< a CDU takes its racks by flow, not by heat
  double rejection_unit = 0.0;  ///< W, of one tower or dry cooler
  double heaviest = 0.0;      ///< kg, of a rack
  std::string refused;        ///< why a site of this size cannot be built at all (its fabric has too few ports)
  const LimitUse& operator[](Limit l) const { return limits[static_cast<std::size_t>(l)]; }
  LimitUse& operator[](Limit l) { return limits[static_cast<std::size_t>(l)]; }
  bool fits() const;
};

/// A site under the full draw of every rack, without work: the plant of the scenario in its steady state in the worst
/// weather that it names.
class SizedSite {
 public:
  /// `draw` [W] of a full rack by system, in the order of `site.systems`.
  SizedSite(const scenario::Prepared& prepared, std::vector<double> draw);
  /// With `racks` of each system; systems without racks are left out.
  SiteUses With(const std::vector<std::uint32_t>& racks) const;
  /// The same site with one unit more of a limit, and how much that is in the limit's unit (0 for heat rejection: see
  /// SiteUses::rejection_unit; the fullest unit of a rating is not moved by one more).
  SizedSite OneMore(Limit limit, double* unit) const;
  /// Hottest and most humid hour that the scenario's weather holds.
  const cooling::Outdoors& design() const { return design_; }
  const schema::Scenario& scenario() const { return scenario_; }

 private:
  schema::Scenario scenario_;
  catalog::Library library_;
  std::string folder_;
  std::vector<double> draw_;
  cooling::Outdoors design_;
};

}  // namespace headroom::study
