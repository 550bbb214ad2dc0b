#include "models/power/battery_age.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headroom::power {
namespace {

constexpr double kHour = 3600.0, kDay = 86400.0;
constexpr double kByTime = 0.526, kByUse = 0.828;  // exponents

double Grown(double q, double x, double exponent) {
  return x > 0.0 ? std::pow(std::pow(q, 1.0 / exponent) + x, exponent) : q;
}

}  // namespace

double AnodePotential(double charge) {
  const double x = 8.5e-3 + std::clamp(charge, 0.0, 1.0) * (0.78 - 8.5e-3);
  return 0.6379 + 0.5416 * std::exp(-305.5309 * x) + 0.044 * std::tanh(-(x - 0.1958) / 0.1088) -
         0.1978 * std::tanh((x - 1.0571) / 0.0854) - 0.6875 * std::tanh((x + 0.0117) / 0.0529) -
         0.0175 * std::tanh((x - 0.5692) / 0.0875);
}

BatteryAge::BatteryAge(double before) : time_(before) {}

BatteryAge::Days BatteryAge::OpenDay() const {
  Days d;
  d.seconds = day_ + hour_;
  if (d.seconds <= 0.0) return d;
  const double t = kelvin_ / d.seconds;
  const double anode = (anode_ + (hour_ > 0.0 ? hour_ * AnodePotential(hour_charge_ / hour_) : 0.0)) / d.seconds;
  const double by_time = 8.37e4 * std::exp(-5210.0 / t) * std::exp(-3560.0 * anode / t);
  d.time = std::pow(by_time, 1.0 / kByTime) * d.seconds / kDay;
  if (moving_ <= 0.0) return d;
  const double rate = moved_ / (moving_ / kHour);
  const double by_use = (4.38e-8 + 1.55e-8 * std::max(0.0, high_ - low_) + 1.68e-7 * rate) *
                        (std::exp(2190.0 / t) + std::exp(-1.55e5 / t));
  d.use = std::pow(by_use, 1.0 / kByUse) * 0.5 * moved_;
  return d;
}

void BatteryAge::Add(double seconds, double charge, double moved, double kelvin) {
  hour_ += seconds;
  hour_charge_ += charge * seconds;
  kelvin_ += kelvin * seconds;
  if (moved > 0.0) {
    moved_ += moved;
    moving_ += seconds;
  }
  low_ = std::min(low_, charge);
  high_ = std::max(high_, charge);
  if (hour_ < kHour) return;
  anode_ += hour_ * AnodePotential(hour_charge_ / hour_);
  day_ += hour_;
  hour_ = hour_charge_ = 0.0;
  if (day_ < kDay) return;
  const Days d = OpenDay();
  time_ = Grown(time_, d.time, kByTime);
  use_ = Grown(use_, d.use, kByUse);
  all_ = {all_.seconds + d.seconds, all_.time + d.time, all_.use + d.use};
  day_ = anode_ = kelvin_ = moved_ = moving_ = 0.0;
  low_ = high_ = charge;
}

double BatteryAge::FadeNow() const {
  const Days d = OpenDay();
  return Grown(time_, d.time, kByTime) + Grown(use_, d.use, kByUse);
}

double BatteryAge::LifeTo(double loss) const {
  const Days open = OpenDay();
  const double seconds = all_.seconds + open.seconds;
  if (seconds <= 0.0) return std::numeric_limits<double>::infinity();
  const double time = (all_.time + open.time) / seconds, use = (all_.use + open.use) / seconds;
  const auto lost = [&](double t) { return Grown(0.0, time * t, kByTime) + Grown(0.0, use * t, kByUse); };
  double low = 0.0, high = kDay;
  while (lost(high) < loss) {
    high *= 2.0;
    if (high > 1e13) return std::numeric_limits<double>::infinity();
  }
  for (int i = 0; i < 100; ++i) (lost(0.5 * (low + high)) < loss ? low : high) = 0.5 * (low + high);
  return high;
}

}  // namespace headroom::power
