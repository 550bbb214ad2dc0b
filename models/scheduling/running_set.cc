#include "models/scheduling/running_set.h"

#include "sim/core/check.h"

namespace headroom::scheduling {

Shadow RunningSet::ShadowOf(std::uint64_t free, std::uint64_t need, std::int64_t now, bool sum_ties) const {
  std::size_t b = 0;
  for (; b < list_.blocks() && free + list_.summary(b).units < need; ++b) free += list_.summary(b).units;
  HR_CHECK(b < list_.blocks(), free, need);
  decltype(list_)::Place p{b, 0};
  for (; free + list_.at(p).units < need; p = list_.Next(p)) free += list_.at(p).units;
  free += list_.at(p).units;
  const std::int64_t time = std::max(list_.at(p).end, now);
  if (sum_ties)
    for (p = list_.Next(p); !list_.AtEnd(p) && list_.at(p).end <= time; p = list_.Next(p)) free += list_.at(p).units;
  return {time, free - need};
}

}  // namespace headroom::scheduling
