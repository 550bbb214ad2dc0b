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
      other_path_(params.groups.size()),
      dropped_(params.groups.size()),
      drawn_(params.groups.size()),
      clock_(params.groups.size(), 1.0),
      drew_(params.groups.size()),
      stopped_by_(params.groups.size(), -1),
      nameplate_(Nameplate(params)),
      demand_(params.demand_events),
      rack_peak_(params.groups.size()) {
  std::vector<std::map<int, double>> below(boxes_.size());
  for (std::size_t i = boxes_.size(); i-- > 0;) {
    for (const auto& [group, racks] : boxes_[i].racks) below[i][group] += racks;
    if (boxes_[i].parent < 0) continue;
    for (const auto& [group, racks] : below[i]) below[boxes_[i].parent][group] += racks;
  }
  placed_.assign(params.groups.size(), 0.0);
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    const PowerNodeParams& box = boxes_[i];
    Node node(params.clock);
    node.racks.assign(below[i].begin(), below[i].end());
    const bool utility = i == 0;
    node.copies.assign(utility ? 1 : static_cast<std::size_t>(params.feeds),
                       Copy{power::Breaker(params.node_limits.breaker, 0.0)});
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
  stage_now_ = stage_peak_ = stage_rating_;
  paths_.assign(static_cast<std::size_t>(params.feeds), 1);
  paths_alive_ = params.feeds;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].stage >= 0) stage_rating_[nodes_[i].stage] += boxes_[i].rating;
}

double PowerNodes::Weight(int group, std::size_t path) const {
  if (params_.feeds != 2) return 1.0;
  if (params_.groups[group].sts) return path == (other_path_[group] ? 1u : 0u) ? 1.0 : 0.0;
  return path == 0 ? params_.groups[group].cord_a : 1.0 - params_.groups[group].cord_a;
}

void PowerNodes::Spread(Node& n, int group, double watts) const {
  double all = 0.0;
  for (std::size_t c = 0; c < n.copies.size(); ++c)
    if (n.copies[c].alive) all += Weight(group, c);
  if (all <= 0.0) return;
  for (std::size_t c = 0; c < n.copies.size(); ++c)
    if (n.copies[c].alive) n.copies[c].output += watts * Weight(group, c) / all;
}

/// What each box delivers, from the racks up.
void PowerNodes::Carry(const PlantStep& step, const SiteTree& site) {
  double loose = 0.0;  // of racks without a place
  for (std::size_t g = 0; g < placed_.size(); ++g)
    loose += step.groups[g].power * (1.0 - placed_[g] / params_.groups[g].racks);
  for (Node& n : nodes_)
    for (Copy& c : n.copies) c.output = 0.0;
  for (std::size_t i = nodes_.size(); i-- > 1;) {
    Node& n = nodes_[i];
    double alive = 0.0;
    for (const Copy& c : n.copies) alive += c.alive ? 1.0 : 0.0;
    const auto evenly = [&](double watts) {
      for (Copy& c : n.copies)
        if (c.alive) c.output += watts / alive;
    };
    for (const auto& [group, racks] : boxes_[i].racks)
      Spread(n, group, racks * step.groups[group].power / params_.groups[group].racks);
    if (!boxes_[i].racks.empty()) evenly(loose * boxes_[i].nameplate / leaf_nameplate_);
    n.output = 0.0;
    if (n.stage < 0) {
      for (const Copy& c : n.copies) n.output += c.output;
      continue;
    }
    const power::BusId bus = site.stages[n.stage];
    const double share = stage_rating_[n.stage] > 0.0 ? boxes_[i].rating / stage_rating_[n.stage] : 0.0;
    evenly(share * site.tree.load(bus));  // cooling plant, UPS batteries
    for (const Copy& c : n.copies) n.output += c.output;
    const double out = site.tree.output(bus);
    const double passes = out > 0.0 ? site.tree.input(bus) / out : 0.0;
    if (boxes_[i].parent >= 0) {
      Node& above = nodes_[boxes_[i].parent];
      for (std::size_t c = 0; c < n.copies.size(); ++c)
        above.copies[above.copies.size() == 1 ? 0 : c].output += n.copies[c].output * passes;
    }
    if (n.stage == 0 && step.source != Source::kUtility && step.source != Source::kBattery) {
      n.output = n.use = 0.0;  // dead: other sources are behind it
      for (Copy& c : n.copies) c.output = c.use = 0.0;
      continue;
    }
    const power::StageParams& stage = site.tree.stage(bus);
    // What is in service of the stage lies on the paths that are alive.
    const double able = share * stage.rating * stage.modules * site.tree.in_service(bus) / std::max(1.0, paths_alive_);
    n.use = alive > 0.0 ? 0.0 : n.output > 1.0 ? kOverdrawn : 0.0;
    for (Copy& c : n.copies) {
      c.use = able > 0.0 ? c.output / able : c.output > 1.0 ? kOverdrawn : 0.0;
      if (c.alive) n.use = std::max(n.use, c.use);
    }
  }
  nodes_[0].output = step.utility + step.generator;
  const double limit = UtilityLimit(step.end - step.seconds, step);
  nodes_[0].use = limit > 0.0 ? nodes_[0].output / limit : -1.0;
  nodes_[0].copies[0].use = nodes_[0].use;
  if (!limits_.empty() && nodes_[0].use > 1.0) over_seconds_ += step.seconds;
}

void PowerNodes::SetHealth(const SiteHealth& health) {
  paths_ = health.paths;
  paths_alive_ = 0.0;
  for (const char alive : paths_) paths_alive_ += alive ? 1.0 : 0.0;
  for (std::size_t i = 0; i < health.boxes.size(); ++i) nodes_[i].copies[0].lost = health.boxes[i] != 0;
  Darken();
}

/// Which copies are alive, and which groups have racks that none of theirs reaches.
void PowerNodes::Darken() {
  std::fill(dark_.begin(), dark_.end(), 0);
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const int parent = boxes_[i].parent;
    for (std::size_t c = 0; c < nodes_[i].copies.size(); ++c) {
      Copy& copy = nodes_[i].copies[c];
      copy.alive = (paths_.empty() || paths_[c]) && !copy.lost && copy.opened < 0.0 &&
                   (parent <= 0 || nodes_[parent].copies[c].alive);
    }
  }
  Transfer();
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    for (const auto& [group, racks] : boxes_[i].racks) {
      double reach = 0.0;
      for (std::size_t c = 0; c < nodes_[i].copies.size(); ++c)
        if (nodes_[i].copies[c].alive) reach += Weight(group, c);
      if (reach <= 0.0) dark_[group] = 1;
    }
  }
}

/// Switches whose path died, or came back, go over where the other one lives.
void PowerNodes::Transfer() {
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const std::vector<Copy>& copies = nodes_[i].copies;
    for (const auto& [group, racks] : boxes_[i].racks) {
      const LoadGroupParams& p = params_.groups[group];
      if (!p.sts || copies.size() != 2) continue;
      const char wanted = copies[0].alive ? 0 : copies[1].alive ? 1 : other_path_[group];
      if (wanted == other_path_[group]) continue;
      other_path_[group] = wanted;
      ++transfers_;
      const double load = drawn_[group] / (p.racks * p.nameplate);
      const double margin = (load > 0.0 ? p.sts->hold_up / load : 1e9) - p.sts->transfer;
      transfer_margin_ = std::min(transfer_margin_, margin);
      dropped_[group] = margin < 0.0 ? 1 : 0;
      noticed_.push_back({0.0, "transfer", p.name, margin < 0.0 ? "its supplies could not bridge it, boards go off" : wanted ? "to the second path" : "back to the first path"});
    }
  }
}

void PowerNodes::Update(const PlantStep& step, const SiteTree& site, bool powered,
                        std::vector<PlantEvent>* events) {
  std::fill(dropped_.begin(), dropped_.end(), 0);
  for (PlantEvent& e : noticed_) {
    e.time = step.end - step.seconds;
    events->push_back(e);
  }
  noticed_.clear();
  for (std::size_t g = 0; g < drawn_.size(); ++g) drawn_[g] = step.groups[g].power;
  Carry(step, site);
  busway_use_ = -1.0;
  std::fill(stage_now_.begin(), stage_now_.end(), 0.0);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& n = nodes_[i];
    if (boxes_[i].stage == "pdu" && boxes_[i].rating > 0.0 && params_.node_limits.pdu_limit) {
      const double firm = static_cast<double>(params_.feeds_needed) / params_.feeds;
      double alive = 0.0;
      for (const Copy& c : n.copies) alive += c.alive ? 1.0 / params_.feeds : 0.0;
      busway_use_ = std::max(busway_use_, n.use * std::max(1.0, alive / firm));
    }
    n.peak = std::max(n.peak, n.output);
    double most = 0.0, alive = 0.0;
    for (const Copy& c : n.copies) {
      most = std::max(most, c.output);
      alive += c.alive ? 1.0 : 0.0;
    }
    if (i > 0 && n.output > 0.0) n.unequal = std::max(n.unequal, most * alive / n.output);
    n.use_max = std::max(n.use_max, n.use);
    if (boxes_[i].rating > 0.0) n.draw.Add(n.output / boxes_[i].rating, step.seconds);
    if (boxes_[i].nameplate > 0.0) n.by_nameplate.Add(n.output / boxes_[i].nameplate, step.seconds);
    if (n.stage >= 0) stage_now_[n.stage] += n.output;
  }
  for (std::size_t s = 0; s < stage_now_.size(); ++s) stage_peak_[s] = std::max(stage_peak_[s], stage_now_[s]);
  double it = 0.0;
  for (std::size_t g = 0; g < step.groups.size(); ++g) {
    it += step.groups[g].power;
    rack_peak_[g] = std::max(rack_peak_[g], step.groups[g].power);
  }
  racks_peak_ = std::max(racks_peak_, it);
  demand_.Add(step.end, step.seconds, step.utility);
  it_.Add(it / nameplate_, step.seconds);
  Act(step, powered, events);
  for (std::size_t g = 0; g < stopped_.size(); ++g)
    if (stopped_[g] && params_.groups[g].port)
      shed_seconds_ += params_.groups[g].port->accelerators * step.seconds;
}

}  // namespace headroom::plant
