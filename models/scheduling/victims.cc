#include "models/scheduling/victims.h"

#include <algorithm>
#include <tuple>

namespace headroom::scheduling {

std::vector<Victim> Reprieve(double free, double request, std::int32_t priority, std::vector<Victim> pods, bool* fits) {
  pods.erase(std::remove_if(pods.begin(), pods.end(), [&](const Victim& v) { return v.priority >= priority; }), pods.end());
  for (const Victim& v : pods) free += v.request;
  *fits = free >= request;
  if (!*fits) return {};
  std::stable_sort(pods.begin(), pods.end(), [](const Victim& a, const Victim& b) {
    return std::tuple(!a.breaks_budget, -std::int64_t{a.priority}, a.start) <
           std::tuple(!b.breaks_budget, -std::int64_t{b.priority}, b.start);
  });
  std::vector<Victim> out;
  for (const Victim& v : pods) {
    if (free - v.request >= request) {
      free -= v.request;
    } else {
      out.push_back(v);
    }
  }
  return out;
}

std::size_t PickNode(const std::vector<std::vector<Victim>>& nodes) {
  const auto loss = [](const std::vector<Victim>& victims) {
    std::int64_t broken = 0, highest = INT64_MIN, sum = 0;
    for (const Victim& v : victims) {
      broken += v.breaks_budget;
      highest = std::max<std::int64_t>(highest, v.priority);
      sum += v.priority + (std::int64_t{1} << 31);
    }
    double earliest = 0.0;
    bool any = false;
    for (const Victim& v : victims)
      if (v.priority == highest && (!any || v.start < earliest)) earliest = v.start, any = true;
    return std::tuple(broken, highest, sum, victims.size(), -earliest);
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < nodes.size(); ++i)
    if (loss(nodes[i]) < loss(nodes[best])) best = i;
  return best;
}

}  // namespace headroom::scheduling
