#include "models/plant/power_nodes.h"

#include <algorithm>
#include <map>
#include <utility>

namespace headroom::plant {
namespace {

constexpr double kOverdrawn = 1e9;  // use of what has no capacity left

/// The boxes of `params`; the utility alone where none are given.
std::vector<PowerNodeParams> BoxesOf(const PlantParams& params) {
  if (!params.nodes.empty()) return params.nodes;
  PowerNodeParams utility;
  utility.name = "utility-1";
  utility.stage = "utility";
  utility.rating = params.utility_limit;
  utility.nameplate = Nameplate(params);
  for (std::size_t g = 0; g < params.groups.size(); ++g)
    utility.racks.emplace_back(static_cast<int>(g), params.groups[g].racks);
  return {utility};
}

}  // namespace

PowerNodes::PowerNodes(const PlantParams& params)
    : params_(params),
      boxes_(BoxesOf(params)),
      dark_(params.groups.size()),
      stopped_(params.groups.size()),
      clock_(params.groups.size(), 1.0),
      drew_(params.groups.size()),
      stopped_by_(params.groups.size(), -1),
      nameplate_(Nameplate(params)) {
  std::vector<std::map<int, double>> below(boxes_.size());
  for (std::size_t i = boxes_.size(); i-- > 0;) {
    for (const auto& [group, racks] : boxes_[i].racks) below[i][group] += racks;
    if (boxes_[i].parent < 0) continue;
    for (const auto& [group, racks] : below[i]) below[boxes_[i].parent][group] += racks;
  }
  placed_.assign(params.groups.size(), 0.0);
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    const PowerNodeParams& box = boxes_[i];
    Node node{{}, power::Breaker(params.node_limits.breaker, 0.0), PowerCap(params.clock), {}};
    node.racks.assign(below[i].begin(), below[i].end());
    const bool utility = i == 0;
    node.at_limit = utility ? params.at_limit : params.node_limits.at_limit;
    node.has_breaker = utility ? params.at_limit == AtLimit::kTrip : box.stage != "ups";
    node.trips = utility ? node.has_breaker : params.node_limits.trips && node.has_breaker;
    if (box.stage == "ups") node.at_limit = AtLimit::kReport;
    for (std::size_t s = 0; s < params.stages.size(); ++s)
      if (params.stages[s].name == box.stage) node.stage = static_cast<int>(s);
    for (const auto& [group, racks] : box.racks) placed_[group] += racks;
    if (!box.racks.empty()) leaf_nameplate_ += box.nameplate;
    nodes_.push_back(std::move(node));
  }
  stage_rating_.assign(params.stages.size(), 0.0);
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].stage >= 0) stage_rating_[nodes_[i].stage] += boxes_[i].rating;
}

/// What each box delivers, from the racks up.
void PowerNodes::Carry(const PlantStep& step, const SiteTree& site) {
  double loose = 0.0;  // of racks without a place
  for (std::size_t g = 0; g < placed_.size(); ++g)
    loose += step.groups[g].power * (1.0 - placed_[g] / params_.groups[g].racks);
  for (Node& n : nodes_) n.output = 0.0;
  for (std::size_t i = nodes_.size(); i-- > 1;) {
    Node& n = nodes_[i];
    for (const auto& [group, racks] : boxes_[i].racks)
      n.output += racks * step.groups[group].power / params_.groups[group].racks;
    if (!boxes_[i].racks.empty()) n.output += loose * boxes_[i].nameplate / leaf_nameplate_;
    if (n.stage < 0) continue;
    const power::BusId bus = site.stages[n.stage];
    const double share = stage_rating_[n.stage] > 0.0 ? boxes_[i].rating / stage_rating_[n.stage] : 0.0;
    n.output += share * site.tree.load(bus);  // cooling plant, UPS batteries
    const double out = site.tree.output(bus);
    const double passed = out > 0.0 ? n.output * site.tree.input(bus) / out : 0.0;
    if (boxes_[i].parent >= 0) nodes_[boxes_[i].parent].output += passed;
    const power::StageParams& stage = site.tree.stage(bus);
    const double able = share * stage.rating * stage.modules * site.tree.in_service(bus) * n.in_service;
    n.use = able > 0.0 ? n.output / able : n.output > 1.0 ? kOverdrawn : 0.0;
  }
  nodes_[0].output = step.utility;
  const double limit = UtilityLimit(step.end - step.seconds);
  nodes_[0].use = limit > 0.0 ? step.utility / limit : -1.0;
  if (!limits_.empty() && nodes_[0].use > 1.0) over_seconds_ += step.seconds;
}

void PowerNodes::SetInService(const std::vector<double>& shares) {
  for (std::size_t i = 0; i < shares.size(); ++i) nodes_[i].in_service = shares[i];
  Darken();
}

void PowerNodes::Darken() {
  std::fill(dark_.begin(), dark_.end(), 0);
  for (std::size_t i = 1; i < nodes_.size(); ++i)
    if (nodes_[i].opened >= 0.0 || nodes_[i].in_service <= 0.0)
      for (const auto& [group, racks] : nodes_[i].racks) dark_[group] = 1;
}

void PowerNodes::Update(const PlantStep& step, const SiteTree& site, bool powered,
                        std::vector<PlantEvent>* events) {
  Carry(step, site);
  busway_use_ = -1.0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& n = nodes_[i];
    if (boxes_[i].stage == "pdu" && boxes_[i].rating > 0.0 && params_.node_limits.pdu_limit) {
      const double firm = static_cast<double>(params_.feeds_needed) / params_.feeds;
      const double alive = site.tree.in_service(site.stages[n.stage]) * n.in_service;
      busway_use_ = std::max(busway_use_, n.use * std::max(1.0, alive / firm));
    }
    n.peak = std::max(n.peak, n.output);
    n.use_max = std::max(n.use_max, n.use);
    if (boxes_[i].rating > 0.0) n.draw.Add(n.output / boxes_[i].rating, step.seconds);
  }
  double it = 0.0;
  for (const auto& g : step.groups) it += g.power;
  it_.Add(it / nameplate_, step.seconds);
  Act(step, powered, events);
  for (std::size_t g = 0; g < stopped_.size(); ++g)
    if (stopped_[g] && params_.groups[g].port)
      shed_seconds_ += params_.groups[g].port->accelerators * step.seconds;
}

void PowerNodes::SetMetrics(MetricSet& m) const {
  if (it_.seconds() <= 0.0) return;
  m.Set("site.power.nameplate", nameplate_, "W");
  for (const auto& [name, part] : {std::pair("p50", 0.5), std::pair("p95", 0.95), std::pair("p99", 0.99)})
    m.Set(std::string("site.power.draw.") + name, it_.Percentile(part), "1");
  m.Set("site.power.draw.max", it_.max(), "1");
  if (!limits_.empty()) m.Set("site.power.over_limit", over_seconds_, "s");
  if (boxes_[0].rating > 0.0 && limits_.empty()) {
    const double p99 = nodes_[0].draw.Percentile(0.99);
    if (p99 > 0.0) m.Set("site.power.oversubscription_room", 1.0 / p99 - 1.0, "1");
  }
  if (heat_max_ > 0.0) m.Set("site.power.breaker_heat_max", heat_max_, "1");
  const bool acts = params_.node_limits.at_limit != AtLimit::kReport || params_.node_limits.trips;
  if (acts || params_.at_limit == AtLimit::kTrip) m.Set("site.power.trips", trips_, "1");
  if (params_.node_limits.at_limit == AtLimit::kShed || nodes_[0].at_limit == AtLimit::kShed) {
    m.Set("site.power.sheds", sheds_, "1");
    m.Set("site.power.shed", shed_seconds_, "s");
  }
}

void PowerNodes::WriteTable(Recorder& recorder) const {
  if (it_.seconds() <= 0.0) return;
  std::vector<std::string> name, parent;
  std::vector<double> rating, nameplate, mean, p99, peak, use, heat;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const PowerNodeParams& box = boxes_[i];
    const Node& n = nodes_[i];
    name.push_back(box.name);
    parent.push_back(box.parent < 0 ? "" : boxes_[box.parent].name);
    rating.push_back(box.rating);
    nameplate.push_back(box.nameplate);
    mean.push_back(box.rating * n.draw.mean());
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
        {"p99", "W", "delivered, not exceeded for 99 % of the time, where there is a rating", p99, {}},
        {"peak", "W", "delivered, largest of a plant step", peak, {}},
        {"use_max", "1", "largest share of the capacity in service; below 0: no limit", use, {}},
        {"breaker_heat_max", "1", "largest state of the breaker's thermal image; it opens at 1", heat, {}}}});
}

}  // namespace headroom::plant
