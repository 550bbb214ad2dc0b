#include "models/power/smoothing.h"

#include <algorithm>
#include <cmath>

#include "sim/core/check.h"

namespace headroom::power {
namespace {

/// Integral of max(0, d) where d goes linearly a .. b in `seconds`.
double PositivePart(double a, double b, double seconds) {
  if (a >= 0.0 && b >= 0.0) return 0.5 * (a + b) * seconds;
  if (a <= 0.0 && b <= 0.0) return 0.0;
  const double top = std::max(a, b);
  return 0.5 * top * seconds * top / std::abs(a - b);
}

}  // namespace

PowerSmoother::PowerSmoother(const SmoothingParams& params) : params_(params), power_(params.idle) {
  HR_CHECK(params.floor >= 0.0 && params.ramp_up > 0.0 && params.ramp_down > 0.0, params.floor,
           params.ramp_up, params.ramp_down);
  HR_CHECK(params.stop_delay >= 0.0, params.stop_delay);
}

void PowerSmoother::Advance(double seconds, double from, double to, bool active,
                            std::vector<PowerPiece>* out) {
  HR_CHECK(seconds >= 0.0 && std::isfinite(seconds), seconds);
  if (seconds == 0.0) return;
  if (active) {
    since_ = 0.0;
    Hold(seconds, from, to, true, out);
    return;
  }
  const double held = std::clamp(params_.stop_delay - since_, 0.0, seconds);
  since_ += seconds;
  const double middle = from + (to - from) * (held / seconds);
  if (held > 0.0) Hold(held, from, middle, true, out);
  if (held < seconds) Hold(seconds - held, middle, to, false, out);
}

/// One stretch with the floor in force or not, cut where raw power crosses the floor.
void PowerSmoother::Hold(double seconds, double from, double to, bool floored,
                         std::vector<PowerPiece>* out) {
  const double slope = (to - from) / seconds;
  if (!floored || (from >= params_.floor && to >= params_.floor)) {
    Follow(seconds, from, slope, from, slope, out);
  } else if (from <= params_.floor && to <= params_.floor) {
    Follow(seconds, from, slope, params_.floor, 0.0, out);
  } else {
    const double crossing = seconds * (params_.floor - from) / (to - from);
    Hold(crossing, from, params_.floor, true, out);
    if (seconds > crossing) Hold(seconds - crossing, params_.floor, to, true, out);
  }
}

/// One stretch with raw power and target linear; at most three pieces.
void PowerSmoother::Follow(double seconds, double raw, double raw_slope, double target,
                           double slope, std::vector<PowerPiece>* out) {
  for (double left = seconds; left > 0.0;) {
    const double gap = target - power_;
    double rate = std::clamp(slope, -params_.ramp_down, params_.ramp_up);
    double length = left;
    if (gap != 0.0) {
      const double limit = gap > 0.0 ? params_.ramp_up : -params_.ramp_down;
      if (std::isinf(limit)) {
        power_ = target;
        continue;
      }
      const double closing = (limit - slope) * (gap > 0.0 ? 1.0 : -1.0);
      rate = limit;
      if (closing > 0.0) length = std::min(left, std::abs(gap) / closing);
    }
    const bool meets = length < left;
    const double end_target = target + slope * length, end_raw = raw + raw_slope * length;
    const double end = meets ? end_target : power_ + rate * length;
    raw_ += 0.5 * (raw + end_raw) * length;
    drawn_ += 0.5 * (power_ + end) * length;
    burnt_ += PositivePart(power_ - raw, end - end_raw, length);
    undelivered_ += PositivePart(raw - power_, end_raw - end, length);
    if (out && length > 0.0) out->push_back({length, power_, end});
    power_ = end;
    target = end_target;
    raw = end_raw;
    left -= length;
  }
}

double FloorOverhead(double duty, double high, double low, double floor) {
  const double burnt =
      (1.0 - duty) * std::max(0.0, floor - low) + duty * std::max(0.0, floor - high);
  return burnt / (duty * high + (1.0 - duty) * low);
}

}  // namespace headroom::power
