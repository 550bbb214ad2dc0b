#include "models/scheduling/carbon_shift.h"

#include <algorithm>

namespace headroom::scheduling {
namespace {
constexpr std::int64_t kHour = 3600'000'000'000;
}

double CarbonShift::Integral(std::int64_t from, std::int64_t to) const {
  const auto hours = static_cast<std::int64_t>(intensity.size());
  double sum = 0.0;
  const std::int64_t day = hours * kHour;
  if (to - from >= day) {
    double all = 0.0;
    for (const double i : intensity) all += i * 3600.0;
    const std::int64_t rounds = (to - from) / day;
    sum = all * static_cast<double>(rounds);
    from += rounds * day;
  }
  while (from < to) {
    const std::int64_t end = std::min(to, (from / kHour + 1) * kHour);
    sum += intensity[static_cast<std::size_t>(from / kHour % hours)] * static_cast<double>(end - from) * 1e-9;
    from = end;
  }
  return sum;
}

std::int64_t CarbonShift::BestStart(std::int64_t now, std::int64_t length) const {
  // The mean is linear between starts at which the job begins or ends on a full hour.
  std::vector<std::int64_t> starts{now, now + slack};
  for (std::int64_t t = (now / kHour + 1) * kHour; t < now + slack; t += kHour) starts.push_back(t);
  for (std::int64_t t = ((now + length) / kHour + 1) * kHour - length; t < now + slack; t += kHour) starts.push_back(t);
  std::sort(starts.begin(), starts.end());
  std::int64_t best = now;
  double least = Integral(now, now + length);
  for (const std::int64_t s : starts) {
    const double carbon = Integral(s, s + length);
    if (carbon < least * (1.0 - 1e-12)) {
      least = carbon;
      best = s;
    }
  }
  return best;
}

}  // namespace headroom::scheduling
