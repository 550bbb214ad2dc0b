#include "models/scheduling/node_score.h"

namespace headroom::scheduling {
namespace {
double Of(const Resources& r, const std::string& name) {
  const auto it = r.find(name);
  return it == r.end() ? 0.0 : it->second;
}
}  // namespace

double BinpackScore(const Resources& request, const Resources& used, const Resources& capacity, const Resources& weights,
                    double weight) {
  double score = 0.0, sum = 0.0;
  for (const auto& [name, w] : weights) {
    const double asked = Of(request, name), there = Of(capacity, name);
    if (asked <= 0.0) continue;
    sum += w;
    if (there <= 0.0) continue;
    const double after = Of(used, name) + asked;
    if (after > there) return 0.0;
    score += w * after / there;
  }
  return sum > 0.0 ? 100.0 * weight * score / sum : 0.0;
}

}  // namespace headroom::scheduling
