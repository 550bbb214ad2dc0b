#include "models/power/bess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/diagnostics.h"

namespace headroom::power {
namespace {

constexpr double kHeatPerJoule = 1.85e-3;  // J/K per J of capacity
constexpr double kCooling = 7200.0;        // s
constexpr double kInCells = 0.5;           // of the losses

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
  if (!(p.delay >= 0.0)) refuse("delay", p.delay, " s", "not be negative");
  if (!(p.ramp > 0.0)) refuse("ramp", p.ramp, " W/s", "be positive");
  if (!(p.taper >= 0.0 && p.taper <= 0.5)) refuse("taper", p.taper, "", "lie between 0 and 0.5");
  if (!(p.reserve >= 0.0 && p.reserve <= 1.0)) refuse("reserve", p.reserve, "", "lie between 0 and 1");
  if (!(p.fade >= 0.0 && p.fade < 1.0)) refuse("fade", p.fade, "", "not be negative and lie below 1");
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
      first_load_(load),
      age_(params.fade),
      cells_(params.temperature),
      hottest_(params.temperature),
      stored_(params.initial_charge * capacity()),
      lowest_(params.initial_charge) {}

/// Mean load over the stretch of `seconds` that ended `delay` ago.
double Bess::Known(double load, double seconds) {
  if (params_.delay <= 0.0) return load;
  past_.push_back({seconds, load});
  double skip = params_.delay, left = seconds, sum = 0.0, kept = 0.0;
  for (auto p = past_.rbegin(); p != past_.rend() && left > 0.0; ++p) {
    double part = p->seconds;
    const double skipped = std::min(skip, part);
    skip -= skipped;
    part = std::min(part - skipped, left);
    sum += part * p->load;
    left -= part;
  }
  sum += left * first_load_;
  for (const Past& p : past_) kept += p.seconds;
  while (past_.size() > 1 && kept - past_.front().seconds > params_.delay + seconds) {
    kept -= past_.front().seconds;
    first_load_ = past_.front().load;
    past_.erase(past_.begin());
  }
  return sum / seconds;
}

double Bess::Command(double known, double seconds) {
  const double room = std::max(0.0, ceiling_ - known);
  switch (params_.control) {
    case BessControl::kPeakShave:
      return std::min(params_.target, ceiling_) - known;
    case BessControl::kFollow:
      return std::min(order_, room);
    case BessControl::kBackup:
      return std::min(std::max(0.0, capacity() - stored_) / params_.recharge_time, room);
    case BessControl::kSmooth:
      break;
  }
  const double before = mean_;
  mean_ += std::clamp((known - mean_) * pass_, -params_.ramp_down * seconds, params_.ramp_up * seconds);
  const double start = params_.initial_charge * capacity();
  return 0.5 * (before + mean_) + (start - stored_) / params_.recharge_time - known;
}

/// Power over the step as the command goes through ramp and lag.
void Bess::Drive(double command, double lowest, double highest, double seconds) {
  double energy = 0.0, from = output_, left = seconds;
  const double away = std::abs(command - ordered_);
  if (params_.ramp < std::numeric_limits<double>::infinity() && away > 0.0) {
    const double ramps = std::min(seconds, away / params_.ramp);
    const double slope = command > ordered_ ? params_.ramp : -params_.ramp;
    const double tau = params_.response;
    const double rest = tau > 0.0 ? std::exp(-ramps / tau) : 0.0;
    const double gap = from - ordered_ + slope * tau;
    energy = ramps * (ordered_ + 0.5 * slope * ramps - slope * tau) + gap * tau * (1.0 - rest);
    ordered_ = ramps < seconds ? command : ordered_ + slope * ramps;
    from = ordered_ - slope * tau + gap * rest;
    left = seconds - ramps;
  } else {
    ordered_ = command;
  }
  double mean = energy / seconds;
  if (left == seconds) {
    mean = ordered_ + (from - ordered_) * lag_;
    from = ordered_ + (from - ordered_) * (1.0 - settled_);
  } else if (left > 0.0) {
    const double rest = params_.response > 0.0 ? std::exp(-left / params_.response) : 0.0;
    mean += (ordered_ * left + (from - ordered_) * params_.response * (1.0 - rest)) / seconds;
    from = ordered_ + (from - ordered_) * rest;
  }
  mean_power_ = std::clamp(mean, lowest, highest);
  output_ = std::clamp(from, lowest, highest);
}

void Bess::Advance(double load, double seconds) {
  if (seconds != seconds_) {
    seconds_ = seconds;
    pass_ = -std::expm1(-seconds / params_.time_constant);
    cool_ = -std::expm1(-seconds / kCooling);
    const double lags = params_.response / seconds;
    settled_ = params_.response > 0.0 ? -std::expm1(-1.0 / lags) : 1.0;
    lag_ = params_.response > 0.0 ? lags * settled_ : 0.0;
  }
  double most = params_.power, least = params_.power;
  if (params_.taper > 0.0) {
    most *= std::clamp((1.0 - charge()) / params_.taper, 0.0, 1.0);
    least *= std::clamp(charge() / params_.taper, 0.0, 1.0);
  }
  const double command = std::clamp(Command(Known(load, seconds), seconds), -params_.power, params_.power);
  const double full = capacity();
  const double usable = std::max(0.0, stored_ - params_.reserve * full);
  const double lowest = std::max({-least, -load, -usable * eta_ / seconds});
  const double highest = std::min(most, std::max(0.0, full - stored_) / (eta_ * seconds));
  Drive(command, std::min(0.0, lowest), highest, seconds);
  const double before = stored_;
  stored_ += seconds * (mean_power_ > 0.0 ? mean_power_ * eta_ : mean_power_ / eta_);
  stored_ = std::clamp(stored_, 0.0, std::max(full, before));
  change_ = stored_ - before;
  Store(seconds);
}

/// Bookkeeping of a step in which the charge has changed by `change_`.
void Bess::Store(double seconds) {
  loss_ = mean_power_ * seconds - change_;
  moved_ += std::abs(change_);
  const double full = capacity();
  const double charge = this->charge();
  lowest_ = std::min(lowest_, charge);
  const double share = seconds == seconds_ ? cool_ : -std::expm1(-seconds / kCooling);
  cells_ += kInCells * loss_ / (kHeatPerJoule * params_.energy) - (cells_ - params_.temperature) * share;
  hottest_ = std::max(hottest_, cells_);
  age_.Add(seconds, charge, std::abs(change_) / full, cells_);
}

bool Bess::CanCarry(double load, double seconds) const {
  return load <= params_.power && stored_ * eta_ >= load * seconds;
}

void Bess::Carry(double load, double seconds) {
  mean_power_ = output_ = ordered_ = -load;
  change_ = -load * seconds / eta_;
  stored_ += change_;
  Store(seconds);
}

void Bess::Rest(double seconds) {
  mean_power_ = output_ = ordered_ = change_ = 0.0;
  Store(seconds);
}

}  // namespace headroom::power
