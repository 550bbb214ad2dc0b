#include "models/plant/demand_score.h"

#include <algorithm>

namespace headroom::plant {
namespace {
constexpr double kTolerance = 0.01;
constexpr double kSlack = 1e-9;
}  // namespace

DemandScore::DemandScore(const std::vector<DemandEvent>& events) {
  for (const DemandEvent& e : events) scores_.push_back({e});
}

void DemandScore::Add(double end, double seconds, double utility) {
  for (Score& s : scores_) {
    const double start = end - seconds;
    if (start >= s.event.at - kBefore - kSlack && end <= s.event.at + kSlack) {
      s.before += utility * seconds;
      s.before_time += seconds;
    }
    const double answer = s.event.at + std::min(kAnswer, 0.5 * s.event.lasts);
    if (start < answer - kSlack || end > s.event.at + s.event.lasts + kSlack) continue;
    s.during += utility * seconds;
    s.during_time += seconds;
    if (utility > s.event.limit * (1.0 + kTolerance)) s.over_time += seconds;
  }
}

void DemandScore::SetMetrics(MetricSet& m) const {
  double events = 0.0, kept = 0.0, reduction = 0.0, over = 0.0;
  for (const Score& s : scores_) {
    if (s.during_time <= 0.0) continue;
    events += 1.0;
    kept += s.over_time == 0.0 ? 1.0 : 0.0;
    over += s.over_time;
    if (s.before_time > 0.0) reduction += s.before / s.before_time - s.during / s.during_time;
  }
  if (events == 0.0) return;
  m.Set("site.demand_response.events", events, "1");
  m.Set("site.demand_response.kept", kept, "1");
  m.Set("site.demand_response.over", over, "s");
  m.Set("site.demand_response.reduction", reduction / events, "W");
}

}  // namespace headroom::plant
