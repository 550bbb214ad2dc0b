#include "models/cost/energy_bill.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::cost {
namespace {
constexpr double kTiny = 1e-9;  // s; a block this near to its end is whole
}

void EnergyBill::Add(double joules, double seconds) {
  HR_CHECK(seconds > 0.0, seconds);
  energy_ += joules;
  energy_cost_ += tariff_.energy.Mean(now_, now_ + seconds) * joules;
  carbon_ += tariff_.carbon.Mean(now_, now_ + seconds) * joules;
  now_ += seconds;
  const double power = joules / seconds;
  while (seconds > 0.0) {
    const double part = std::min(seconds, kBlock - block_elapsed_);
    block_energy_ += power * part;
    block_elapsed_ += part;
    elapsed_ += part;
    seconds -= part;
    if (block_elapsed_ < kBlock - kTiny) continue;
    month_peak_ = std::max(month_peak_, block_energy_ / kBlock);
    block_energy_ = block_elapsed_ = 0.0;
    if (elapsed_ < kMonth - kBlock / 2) continue;
    closed_cost_ += tariff_.demand * month_peak_;
    month_peak_ = elapsed_ = 0.0;
  }
}

double EnergyBill::OpenMonthPeak() const {
  if (elapsed_ - block_elapsed_ >= kBlock / 2) return month_peak_;
  return block_elapsed_ > 0.0 ? block_energy_ / block_elapsed_ : 0.0;
}

double EnergyBill::demand_cost() const {
  return closed_cost_ + tariff_.demand * OpenMonthPeak() * elapsed_ / kMonth;
}

}  // namespace headroom::cost
