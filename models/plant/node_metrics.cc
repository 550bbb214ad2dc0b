#include <algorithm>
#include <utility>

#include "models/plant/power_nodes.h"

namespace headroom::plant {

void PowerNodes::SetMetrics(MetricSet& m) const {
  if (it_.seconds() <= 0.0) return;
  m.Set("site.power.nameplate", nameplate_, "W");
  for (const auto& [name, part] : {std::pair("p50", 0.5), std::pair("p95", 0.95), std::pair("p99", 0.99)})
    m.Set(std::string("site.power.draw.") + name, it_.Percentile(part), "1");
  m.Set("site.power.draw.max", it_.max(), "1");
  CountLevels(m);
  demand_.SetMetrics(m);
  if (!limits_.empty()) m.Set("site.power.over_limit", over_seconds_, "s");
  if (boxes_[0].rating > 0.0 && limits_.empty()) {
    const double p99 = nodes_[0].draw.Percentile(0.99);
    if (p99 > 0.0) m.Set("site.power.oversubscription_room", 1.0 / p99 - 1.0, "1");
  }
  if (std::any_of(params_.groups.begin(), params_.groups.end(), [](const LoadGroupParams& g) { return g.sts.has_value(); })) {
    m.Set("site.power.transfers", transfers_, "1");
    if (transfers_ > 0) m.Set("site.power.transfer_margin", transfer_margin_, "s");
  }
  if (heat_max_ > 0.0) m.Set("site.power.breaker_heat_max", heat_max_, "1");
  const bool acts = params_.node_limits.at_limit != AtLimit::kReport || params_.node_limits.trips;
  if (acts || params_.at_limit == AtLimit::kTrip) m.Set("site.power.trips", trips_, "1");
  if (params_.node_limits.at_limit == AtLimit::kShed || nodes_[0].at_limit == AtLimit::kShed) {
    m.Set("site.power.sheds", sheds_, "1");
    m.Set("site.power.shed", shed_seconds_, "s");
  }
}

/// Of each level of the tree: the draw of its boxes over their racks' nameplate (time that all boxes together are below it), and how
/// far their peaks coincide.
void PowerNodes::CountLevels(MetricSet& m) const {
  const auto level = [&](const std::string& name, double sum_of_peaks, double peak) {
    if (sum_of_peaks > 0.0) m.Set("site.power.levels." + name + ".coincidence", peak / sum_of_peaks, "1");
  };
  double peaks = 0.0;
  for (const double p : rack_peak_) peaks += p;
  level("rack", peaks, racks_peak_);
  for (const char* stage : {"pdu", "transformer"}) {
    DrawStatistics draw;
    double sum = 0.0, of_all = 0.0;
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      if (boxes_[i].stage != stage || boxes_[i].nameplate <= 0.0) continue;
      draw.Add(nodes_[i].by_nameplate);
      sum += nodes_[i].peak;
      of_all = std::max(of_all, stage_peak_[nodes_[i].stage]);
    }
    if (draw.seconds() <= 0.0) continue;
    const std::string name = std::string("site.power.levels.") + stage;
    m.Set(name + ".p50", draw.Percentile(0.5), "1");
    m.Set(name + ".p95", draw.Percentile(0.95), "1");
    m.Set(name + ".p99", draw.Percentile(0.99), "1");
    level(stage, sum, of_all);
  }
}

void PowerNodes::WriteTable(Recorder& recorder) const {
  if (it_.seconds() <= 0.0) return;
  std::vector<std::string> name, parent;
  std::vector<double> rating, nameplate, mean, p50, p95, p99, peak, use, heat, unequal;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const PowerNodeParams& box = boxes_[i];
    const Node& n = nodes_[i];
    name.push_back(box.name);
    parent.push_back(box.parent < 0 ? "" : boxes_[box.parent].name);
    rating.push_back(box.rating);
    nameplate.push_back(box.nameplate);
    mean.push_back(box.rating * n.draw.mean());
    p50.push_back(box.rating * n.draw.Percentile(0.5));
    p95.push_back(box.rating * n.draw.Percentile(0.95));
    unequal.push_back(n.unequal);
    p99.push_back(box.rating * n.draw.Percentile(0.99));
    peak.push_back(n.peak);
    use.push_back(n.use_max);
    heat.push_back(n.heat_max);
  }
  recorder.WriteTable(
      {"/power/nodes",
       "power_node",
       {{"name", "", "box of the power tree, its copies on all paths together", name, {}},
        {"parent", "", "box above", parent, {}},
        {"rating", "W", "of the paths that are needed; 0: no limit", rating, {}},
        {"nameplate", "W", "of the racks below", nameplate, {}},
        {"mean", "W", "delivered, where there is a rating", mean, {}},
        {"p50", "W", "delivered, not exceeded for half of the time, where there is a rating", p50, {}},
        {"p95", "W", "delivered, not exceeded for 95 % of the time, where there is a rating", p95, {}},
        {"p99", "W", "delivered, not exceeded for 99 % of the time, where there is a rating", p99, {}},
        {"peak", "W", "delivered, largest of a plant step", peak, {}},
        {"use_max", "1", "largest share of the capacity in service; below 0: no limit", use, {}},
        {"breaker_heat_max", "1", "largest state of the breaker's thermal image; it opens at 1", heat, {}},
        {"unequal_max", "1", "largest load of a copy over the mean of those alive", unequal, {}}}});
}

}  // namespace headroom::plant
