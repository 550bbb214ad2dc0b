#include <fmt/format.h>

#include "models/plant/plant.h"
#include "sim/core/check.h"

namespace headroom::plant {
namespace {

/// Another weather, warmer by a constant.
class WarmerWeather final : public cooling::Weather {
 public:
  WarmerWeather(const cooling::Weather& of, double kelvin) : of_(of), kelvin_(kelvin) {}
  cooling::Outdoors At(Instant now) const override {
    const cooling::Outdoors was = of_.At(now);
    return {was.dry_bulb + kelvin_, was.wet_bulb + kelvin_};
  }

 private:
  const cooling::Weather& of_;
  double kelvin_;
};

}  // namespace

void Plant::Change(Instant now, const PlantChange& change) {
  const double t = now.seconds();
  const auto note = [&](const std::string& where, std::string what) {
    events_.push_back({t, "change", where, std::move(what)});
  };
  if (change.utility_limit)
    note("site.power.utility.limit", fmt::format("{:g} kW from now on", *change.utility_limit / 1e3));
  if (change.at_limit)
    note("site.power.utility.at_limit", *change.at_limit == AtLimit::kCap ? "cap" : "shed");
  if (change.rack_supply)
    note("site.cooling.rack_supply",
         fmt::format("{:g} degC from now on", *change.rack_supply - 273.15));
  if (change.outdoors)
    note("site.cooling.weather", fmt::format("wet bulb {:g} degC, dry bulb {:g} degC from now on",
                                             change.outdoors->wet_bulb - 273.15,
                                             change.outdoors->dry_bulb - 273.15));
  if (change.warmer)
    note("site.cooling.weather.offset", fmt::format("{:+g} K over the start", *change.warmer));
  for (const auto& [where, what] : change.beside) note(where, what);
  nodes_.ChangeLimit(t, change.utility_limit, change.at_limit);
  for (const Fault& f : change.faults) {
    HR_CHECK(f.at >= t - 1e-9, f.at, t);
    params_.faults.push_back(f);
    fault_on_.push_back(0);
    fault_lost_.push_back(0);
  }
  pending_.push_back(change);
}

/// What acts from the next step on.
void Plant::ApplyPending() {
  for (const PlantChange& change : pending_) {
    if (change.utility_limit) totals_.ChangeLimit(*change.utility_limit);
    if (change.rack_supply) {
      params_.rack_supply = *change.rack_supply;
      network_.SetRackSupply(*change.rack_supply);
    }
    if (change.outdoors) weather_ = std::make_unique<cooling::ConstantWeather>(*change.outdoors);
    if (change.warmer)
      weather_ = std::make_unique<WarmerWeather>(params_.weather ? *params_.weather : mild_,
                                                 *change.warmer);
  }
  pending_.clear();
}

}  // namespace headroom::plant
