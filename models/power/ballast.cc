#include "models/power/ballast.h"

#include <algorithm>

#include "sim/core/check.h"

namespace headroom::power {

Ballast::Ballast(const BallastParams& params, double limit) : params_(params), limit_(limit) {
  HR_CHECK(params.level >= 0.0 && params.delay >= 0.0 && limit > 0.0, params.level, params.delay, limit);
  if (params.delay > 0.0) late_.push_back({params.delay, 0.0});
}

void Ballast::Advance(double seconds, double raw, bool held, std::vector<Piece>* out) {
  if (seconds <= 0.0) return;
  const double wanted = held ? std::max(0.0, params_.level - raw) : 0.0;
  if (!late_.empty() && late_.back().watts == wanted)
    late_.back().seconds += seconds;
  else
    late_.push_back({seconds, wanted});
  for (double left = seconds; left > 0.0;) {
    Piece& now = late_.front();
    const bool last = late_.size() == 1 || now.seconds > left;
    const double length = last ? left : now.seconds;
    const double drawn = std::min(raw + now.watts, std::max(raw, limit_));
    burnt_ += (drawn - raw) * length;
    out->push_back({length, drawn});
    left -= length;
    now.seconds -= length;
    if (now.seconds <= 0.0) late_.pop_front();
  }
}

}  // namespace headroom::power
