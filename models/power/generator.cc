#include "models/power/generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/diagnostics.h"

namespace headroom::power {
namespace {

constexpr double kSlack = 1e-9;

GeneratorParams Checked(const GeneratorParams& p) {
  Diagnostics found;
  const auto refuse = [&](const char* key, double value, const char* rule) {
    found.Error({}, std::string("site.power.generators.") + key, fmt::format("is {}; it must {}", value, rule));
  };
  if (p.units < 1 || p.needed < 1 || p.needed > p.units) refuse("count", p.needed, "be at least 1 and no more than are installed");
  if (!(p.rating > 0.0)) refuse("rating", p.rating, "be positive");
  if (!(p.start >= 0.0)) refuse("start", p.start, "not be negative");
  if (!(p.start_failure >= 0.0 && p.start_failure <= 1.0)) refuse("start_failure", p.start_failure, "lie between 0 and 1");
  if (!(p.block > 0.0 && p.block <= 1.0)) refuse("block", p.block, "lie above 0 and not above 1");
  if (!(p.efficiency > 0.0 && p.efficiency < 1.0)) refuse("efficiency", p.efficiency, "lie between 0 and 1");
  if (!(p.no_load >= 0.0 && p.no_load < 1.0)) refuse("no_load", p.no_load, "not be negative and lie below 1");
  if (!(p.autonomy > 0.0)) refuse("autonomy", p.autonomy, "be positive");
  found.ThrowIfErrors();
  return p;
}

}  // namespace

GeneratorSet::GeneratorSet(const GeneratorParams& params, std::uint64_t seed)
    : params_(Checked(params)),
      dice_(seed, "site.power.generators"),
      tank_(params.autonomy * params.needed * params.rating / params.efficiency) {}

bool GeneratorSet::Update(double now, bool utility, int lost) {
  const State before = state_;
  if (!utility) utility_ = -1.0;
  else if (utility_ < 0.0) utility_ = now;
  switch (state_) {
    case State::kStandby:
      if (!utility) {
        state_ = State::kStarting;
        since_ = now;
      }
      break;
    case State::kStarting:
      if (utility) {
        state_ = State::kStandby;
      } else if (now >= since_ + params_.start - kSlack) {
        ++starts_;
        failed_ = 0;
        const int able = std::max(0, params_.units - lost);
        for (int i = 0; i < able; ++i) failed_ += dice_.Uniform() < params_.start_failure;
        failures_ += failed_;
        running_ = able - failed_;
        state_ = running_ > 0 ? State::kCarrying : State::kTripped;
        since_ = now;
      }
      break;
    case State::kCarrying:
      running_ = std::min(running_, std::max(0, params_.units - lost));
      if (tank_ <= 0.0) state_ = State::kEmpty;
      else if (running_ == 0) state_ = State::kTripped;
      else if (utility && now >= utility_ + params_.retransfer - kSlack) {
        state_ = State::kCooling;
        since_ = now;
      }
      break;
    case State::kCooling:
      if (!utility) {
        state_ = State::kCarrying;
        since_ = now;
      } else if (now >= since_ + params_.cool_down - kSlack) {
        state_ = State::kStandby;
      }
      break;
    case State::kTripped:
      if (utility) state_ = State::kStandby;
      break;
    case State::kEmpty:
      break;
  }
  if (state_ != State::kCarrying && state_ != State::kCooling) running_ = 0;
  return state_ != before;
}

double GeneratorSet::Available(double now) const {
  if (state_ != State::kCarrying) return 0.0;
  const double blocks =
      params_.block_interval > 0.0 ? 1.0 + std::floor((now - since_ + kSlack) / params_.block_interval) : 1e9;
  return rated() * std::min(1.0, params_.block * blocks);
}

void GeneratorSet::Deliver(double watts, double seconds) {
  if (running_ == 0) return;
  const double burnt =
      seconds / params_.efficiency * (params_.no_load * rated() + (1.0 - params_.no_load) * watts);
  tank_ -= burnt;
  fuel_used_ += burnt;
  energy_ += watts * seconds;
  run_time_ += seconds;
}

double GeneratorSet::Reliability() const {
  double sum = 0.0, term = std::pow(1.0 - params_.start_failure, params_.units);
  // term: exactly k of them fail
  for (int k = 0; k <= params_.units - params_.needed; ++k) {
    sum += term;
    if (params_.start_failure >= 1.0) break;
    term *= static_cast<double>(params_.units - k) / (k + 1) * params_.start_failure / (1.0 - params_.start_failure);
  }
  return std::min(1.0, sum);
}

}  // namespace headroom::power
