#include "models/power/bess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/diagnostics.h"

namespace headroom::power {
namespace {

BessParams Checked(const BessParams& p) {
  Diagnostics found;
  const auto refuse = [&](const char* key, double value, const char* unit, const char* rule) {
    found.Error({}, std::string("site.power.bess.") + key,
                fmt::format("is {}{}; it must {}", value, unit, rule));
  };
  if (!(p.energy > 0.0)) refuse("energy", p.energy, " J", "be positive");
  if (!(p.power > 0.0)) refuse("power", p.power, " W", "be positive");
  if (!(p.round_trip > 0.0 && p.round_trip <= 1.0))
    refuse("round_trip", p.round_trip, "", "lie above 0 and not above 1");
  if (!(p.initial_charge >= 0.0 && p.initial_charge <= 1.0))
    refuse("initial_charge", p.initial_charge, "", "lie between 0 and 1");
  if (!(p.response >= 0.0)) refuse("response", p.response, " s", "not be negative");
  if (!(p.time_constant > 0.0)) refuse("time_constant", p.time_constant, " s", "be positive");
  if (p.control == BessControl::kPeakShave && !(p.target > 0.0))
    refuse("target", p.target, " W", "be given for peak-shave");
  found.ThrowIfErrors();
  return p;
}

}  // namespace

Bess::Bess(const BessParams& params, double load)
    : params_(Checked(params)),
      eta_(std::sqrt(params.round_trip)),
      mean_(load),
      stored_(params.initial_charge * params.energy),
      lowest_(stored_) {}

void Bess::Advance(double load, double seconds) {
  if (seconds != seconds_) {
    seconds_ = seconds;
    pass_ = -std::expm1(-seconds / params_.time_constant);
    const double lags = params_.response / seconds;
    settled_ = params_.response > 0.0 ? -std::expm1(-1.0 / lags) : 1.0;
    lag_ = params_.response > 0.0 ? lags * settled_ : 0.0;
  }
  double command = params_.target - load;
  if (params_.control == BessControl::kSmooth) {
    const double before = mean_;
    mean_ += std::clamp((load - mean_) * pass_, -params_.ramp_down * seconds,
                        params_.ramp_up * seconds);
    const double start = params_.initial_charge * params_.energy;
    command = 0.5 * (before + mean_) + (start - stored_) / params_.recharge_time - load;
  }
  command = std::clamp(command, -params_.power, params_.power);
  const double lowest = std::max({-params_.power, -load, -stored_ * eta_ / seconds});
  const double highest =
      std::min(params_.power, std::max(0.0, params_.energy - stored_) / (eta_ * seconds));
  mean_power_ = std::clamp(command + (output_ - command) * lag_, std::min(0.0, lowest), highest);
  output_ = std::clamp(command + (output_ - command) * (1.0 - settled_), std::min(0.0, lowest),
                       highest);

  const double before = stored_;
  stored_ += seconds * (mean_power_ > 0.0 ? mean_power_ * eta_ : mean_power_ / eta_);
  stored_ = std::clamp(stored_, 0.0, params_.energy);
  change_ = stored_ - before;
  loss_ = mean_power_ * seconds - change_;
  moved_ += std::abs(change_);
  lowest_ = std::min(lowest_, stored_);
}

}  // namespace headroom::power
