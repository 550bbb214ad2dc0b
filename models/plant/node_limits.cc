#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "models/plant/power_nodes.h"

namespace headroom::plant {
namespace {
constexpr double kSlack = 1e-9;
}

double PowerNodes::UtilityLimit(double now, const PlantStep& step) const {
  if (step.supply_limit > 0.0) return step.supply_limit;
  double limit = params_.utility_limit;
  for (const DemandEvent& e : params_.demand_events)
    if (now >= e.at - kSlack && now < e.at + e.lasts - kSlack)
      limit = limit > 0.0 ? std::min(limit, e.limit) : e.limit;
  return limit;
}

double PowerNodes::Ceiling(const PlantStep& step) const {
  const double limit = UtilityLimit(step.end - step.seconds, step);
  return limit > 0.0 ? limit : std::numeric_limits<double>::infinity();
}

/// Breakers, caps and shedding from what each box carried over the step.
void PowerNodes::Act(const PlantStep& step, bool powered, std::vector<PlantEvent>* events) {
  std::fill(clock_.begin(), clock_.end(), 1.0);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& n = nodes_[i];
    Trip(i, step, powered, events);
    const double limit = i == 0 ? UtilityLimit(step.end, step)
                         : n.use > 0.0 ? n.output / n.use
                                       : boxes_[i].rating;
    if (!(limit > 0.0)) {
      // A demand event is over: nothing holds the clocks or the work any more.
      n.cap = PowerCap(params_.clock);
      if (n.at_limit == AtLimit::kShed) Shed(i, std::numeric_limits<double>::infinity(), step, events);
      continue;
    }
    if (n.at_limit == AtLimit::kCap) Cap(n, limit, step);
    if (n.at_limit == AtLimit::kShed) Shed(i, limit, step, events);
  }
  Darken();
  main_open_ = nodes_[0].copies[0].opened >= 0.0;
}

/// Breakers of a box's copies; of those that are due the warmest opens.
void PowerNodes::Trip(std::size_t i, const PlantStep& step, bool powered,
                      std::vector<PlantEvent>* events) {
  Node& n = nodes_[i];
  if (!n.has_breaker) return;
  const auto name = [&](std::size_t c) {
    return n.copies.size() > 1 ? fmt::format("{}/{}", boxes_[i].name, c + 1) : boxes_[i].name;
  };
  std::size_t due = n.copies.size();
  for (std::size_t c = 0; c < n.copies.size(); ++c) {
    Copy& copy = n.copies[c];
    if (copy.opened >= 0.0) {
      copy.breaker.Advance(0.0, step.seconds);
      if (step.end < copy.opened + params_.node_limits.reset - kSlack) continue;
      copy.opened = -1.0;
      copy.breaker.Reset();
      events->push_back({step.end, "close", name(c), "its breaker is closed again"});
      continue;
    }
    if (n.use < 0.0 || !powered) continue;
    // The utility's own breaker sees nothing of other sources.
    const bool open = copy.breaker.Advance(i == 0 && step.source != Source::kUtility ? 0.0 : copy.use, step.seconds);
    n.heat_max = std::max(n.heat_max, copy.breaker.heat());
    heat_max_ = std::max(heat_max_, copy.breaker.heat());
    if (open && (due == n.copies.size() || copy.breaker.heat() > n.copies[due].breaker.heat())) due = c;
  }
  if (due == n.copies.size() || !n.trips) return;
  Copy& copy = n.copies[due];
  copy.opened = step.end;
  ++trips_;
  events->push_back({step.end, "trip", name(due),
                     fmt::format("its breaker opens at {:.0f} % of the rating", 100.0 * copy.use)});
}

void PowerNodes::Cap(Node& n, double limit, const PlantStep& step) {
  double boards = 0.0;
  for (const auto& [group, racks] : n.racks)
    boards += step.groups[group].boards * racks / params_.groups[group].racks;
  const double share = n.cap.Update(n.output, limit, boards, step.seconds);
  for (const auto& [group, racks] : n.racks) clock_[group] = std::min(clock_[group], share);
}

void PowerNodes::Shed(std::size_t i, double limit, const PlantStep& step,
                      std::vector<PlantEvent>* events) {
  Node& n = nodes_[i];
  if (n.output > limit) {
    n.room_since = -1.0;
    if (n.over_since < 0.0) n.over_since = step.end - step.seconds;
    if (step.end - n.over_since >= params_.node_limits.shed_delay - kSlack && StopOne(i, step, events))
      n.over_since = -1.0;
    return;
  }
  n.over_since = -1.0;
  const double room = limit * (1.0 - params_.clock.cap_margin) - n.output;
  if (!StartOne(i, room, step, false, events)) {
    n.room_since = -1.0;
    return;
  }
  if (n.room_since < 0.0) n.room_since = step.end - step.seconds;
  if (step.end - n.room_since < params_.node_limits.shed_hold - kSlack) return;
  StartOne(i, room, step, true, events);
  n.room_since = -1.0;
}

/// Groups of the work of group `g`: all that it stands on.
std::vector<std::size_t> PowerNodes::Together(std::size_t g) const {
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < params_.groups.size(); ++k)
    if (k == g || (!params_.groups[g].workload.empty() && params_.groups[k].workload == params_.groups[g].workload))
      out.push_back(k);
  return out;
}

/// Stops the work of least priority below a box; false where none is left.
bool PowerNodes::StopOne(std::size_t i, const PlantStep& step, std::vector<PlantEvent>* events) {
  int worst = -1;
  for (const auto& [group, racks] : nodes_[i].racks) {
    if (stopped_[group] || dark_[group] || step.groups[group].held <= 0.0) continue;
    if (worst < 0 || params_.groups[group].priority <= params_.groups[worst].priority) worst = group;
  }
  if (worst < 0) return false;
  const LoadGroupParams& of = params_.groups[worst];
  for (const std::size_t k : Together(static_cast<std::size_t>(worst))) {
    stopped_[k] = 1;
    stopped_by_[k] = static_cast<int>(i);
    drew_[k] = step.groups[k].power;
  }
  ++sheds_;
  events->push_back({step.end, "shed", of.workload.empty() ? of.name : of.workload,
                     boxes_[i].name + " is over its limit; the work stops"});
  return true;
}

/// Whether the best work that this box stopped would fit into `room`; lets it go on if `start`.
bool PowerNodes::StartOne(std::size_t i, double room, const PlantStep& step, bool start,
                          std::vector<PlantEvent>* events) {
  int best = -1;
  for (std::size_t g = 0; g < stopped_.size(); ++g)
    if (stopped_[g] && stopped_by_[g] == static_cast<int>(i) &&
        (best < 0 || params_.groups[g].priority > params_.groups[best].priority))
      best = static_cast<int>(g);
  if (best < 0) return false;
  const std::vector<std::size_t> groups = Together(static_cast<std::size_t>(best));
  double more = 0.0;
  for (const auto& [group, racks] : nodes_[i].racks)
    if (std::count(groups.begin(), groups.end(), static_cast<std::size_t>(group)))
      more += (drew_[group] - step.groups[group].power) * racks / params_.groups[group].racks;
  if (more > room) return false;
  if (!start) return true;
  for (const std::size_t k : groups) stopped_[k] = 0;
  const LoadGroupParams& of = params_.groups[best];
  events->push_back({step.end, "resume", of.workload.empty() ? of.name : of.workload,
                     boxes_[i].name + " has room again; the work goes on"});
  return true;
}

}  // namespace headroom::plant
